// Certificates and names. Beyond "no crash": hash and length always, bounds on every text, the same twice, and nothing
// is read from what the encoding check refuses.
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

bool refused(const CertificateSummary& s) {
    return std::any_of(s.faults.begin(), s.faults.end(), [](const std::string& f) { return f.starts_with("der_"); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes::Bytes der{data, size};
    const CertificateSummary s = crypto::summarize(der);
    require(s.length == size && s.sha256 == crypto::sha256(der));
    check_bounds(s);
    if (!crypto::check_der(der).readable()) require(refused(s) && !s.readable() && s.subject.empty());

    crypto::CertificateCache cache{4};
    const auto cached = cache.get(der);
    require(cached->subject == s.subject && cached->faults == s.faults && cached->names == s.names);
    require(cache.get(der) == cached);

    (void)crypto::describe_name(der);
    require(crypto::oid_text(der).size() <= crypto::kMaxOidText);
    return 0;
}
