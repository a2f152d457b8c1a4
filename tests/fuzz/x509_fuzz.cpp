// Certificates and names. Beyond "no crash": hash and length always, bounds on every text, the same twice, nothing is
// read from what the encoding check refuses, and it refuses what a plain walk of our own cannot walk.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "crypto/certificate.h"
#include "crypto/certificate_cache.h"
#include "crypto/der.h"
#include "crypto/oid.h"

namespace {

using namespace tlsscope;
using crypto::CertificateSummary;

void require(bool condition) {
    if (!condition) std::abort();
}

void check_bounds(const CertificateSummary& s) {
    constexpr std::size_t kMax = CertificateSummary::kMaxText;
    require(s.subject.size() <= kMax && s.issuer.size() <= kMax);
    require(s.common_name.size() <= kMax * 2);  // Latin-1 grows in UTF-8
    require(s.names.size() <= CertificateSummary::kMaxNames && s.names.size() <= s.names_total);
    for (const std::string& name : s.names) require(name.size() <= kMax + 16);
    require(s.serial.size() <= 128 && s.key.size() <= 300 && s.signature_algorithm.size() <= crypto::kMaxOidText);
    require(s.faults.size() < 32);
}

/// Elements one behind the other, each whole: definite lengths of up to four bytes, tags of one byte.
bool is_walkable(bytes::Bytes in, std::size_t depth, bool only_one) {
    do {
        if (in.size() < 2 || (in[0] & 0x1f) == 0x1f || in[1] == 0x80 || in[1] > 0x84) return false;
        const std::size_t octets = in[1] < 0x80 ? 0 : in[1] - 0x80U;
        std::size_t length = in[1];
        if (in.size() < 2 + octets) return false;
        if (octets != 0) length = 0;
        for (std::size_t i = 0; i < octets; ++i) length = length << 8 | in[2 + i];
        if (length > in.size() - 2 - octets) return false;
        const bytes::Bytes value = in.subspan(2 + octets, length);
        const bool constructed = (in[0] & 0x20) != 0 && !value.empty();
        if (constructed && (depth == crypto::DerCheck::kMaxDepth || !is_walkable(value, depth + 1, false)))
            return false;
        in = in.subspan(2 + octets + length);
    } while (!only_one && !in.empty());
    return true;
}

bool refused(const CertificateSummary& s) {
    return std::any_of(s.faults.begin(), s.faults.end(), [](const std::string& f) { return f.starts_with("der_"); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes::Bytes der{data, size};
    const CertificateSummary s = crypto::summarize(der);
    require(s.length == size && s.sha256 == crypto::sha256(der));
    check_bounds(s);
    require(crypto::check_der(der).readable() == is_walkable(der, 0, true));
    if (!crypto::check_der(der).readable()) require(refused(s) && !s.readable() && s.subject.empty());

    crypto::CertificateCache cache{4};
    const auto cached = cache.get(der);
    require(cached->subject == s.subject && cached->faults == s.faults && cached->names == s.names);
    require(cache.get(der) == cached);

    (void)crypto::describe_name(der);
    require(crypto::oid_text(der).size() <= crypto::kMaxOidText);
    return 0;
}
