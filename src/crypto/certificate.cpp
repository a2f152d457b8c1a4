#include "crypto/certificate.h"

#include <algorithm>

#include "bytes/hex.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_extensions.h"
#include "crypto/x509_key.h"
#include "crypto/x509_name.h"
#include "crypto/x509_time.h"

namespace tlsscope::crypto {

using bytes::Bytes;
using bytes::Reader;

namespace {

constexpr std::size_t kMaxSerial = 20;  // RFC 5280 section 4.1.2.2

bool same(Bytes a, Bytes b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void fault(CertificateSummary& out, std::string_view name) {
    if (std::find(out.faults.begin(), out.faults.end(), name) == out.faults.end()) out.faults.emplace_back(name);
}

void report_encoding(const DerCheck& check, CertificateSummary& out) {
    if (check.truncated) fault(out, "der_bad:truncated");
    if (check.trailing) fault(out, "der_bad:trailing");
    if (check.indefinite) fault(out, "der_bad:indefinite");
    if (check.non_minimal) fault(out, "der_bad:non_minimal");
    if (check.length) fault(out, "der_bad:length");
    if (check.tag) fault(out, "der_bad:tag");
    if (check.depth) fault(out, "der_depth");
}

void read_serial(Bytes serial, CertificateSummary& out) {
    const Bytes kept = serial.first(std::min<std::size_t>(serial.size(), 64));
    out.serial = bytes::hex(kept);
    const bool zero = std::all_of(serial.begin(), serial.end(), [](std::uint8_t b) { return b == 0; });
    if (zero) fault(out, "serial_zero");
    else if (serial.front() & 0x80) fault(out, "serial_negative");
    if (serial.size() > kMaxSerial) fault(out, "serial_long");
}

std::string read_name(Bytes rdns, std::string& common_name, CertificateSummary& out) {
    NameText name = name_text(rdns, CertificateSummary::kMaxText);
    if (!name.ok) fault(out, "name_bad");
    if (name.cut) fault(out, "name_cut");
    common_name = std::move(name.common_name);
    return std::move(name.line);
}

void read_validity(Bytes validity, CertificateSummary& out) {
    Reader in{validity};
    const Tlv from = read_tlv(in);
    const Tlv to = read_tlv(in);
    out.not_before = time_of(from.tag, from.value);
    out.not_after = time_of(to.tag, to.value);
    if (!out.not_before || !out.not_after) fault(out, "date_bad");
    else if (*out.not_after < *out.not_before) fault(out, "date_order");
}

void read_key(Bytes spki, CertificateSummary& out) {
    KeyText key = key_text(spki);
    out.key = std::move(key.name);
    out.key_bits = key.bits;
    out.key_kind = key.kind;
    if (!key.ok) fault(out, "key_bad");
    if (key.bad_exponent) fault(out, "rsa_exponent");
}

void read_signature_algorithm(Bytes algorithm, CertificateSummary& out) {
    Reader in{algorithm};
    const std::string oid = oid_text(read_value(in, der::oid));
    const std::string_view known = signature_name(oid);
    out.signature_algorithm = known.empty() ? std::string_view{oid} : known;
}

/// What decides whether a certificate was issued by itself.
struct Identity {
    Bytes issuer;
    Bytes subject;
    KeyIdentifiers keys;

    bool self_signed() const {
        const bool same_key = keys.authority.empty() || keys.subject.empty() || same(keys.authority, keys.subject);
        return same(issuer, subject) && same_key;
    }
};

void read_optional_fields(Reader& tbs, CertificateSummary& out, Identity& identity) {
    while (tbs.more()) {
        const Tlv field = read_tlv(tbs);
        if (field.tag != der::context_constructed(3)) continue;  // [1] and [2] are unique identifiers, unused
        if (out.version < 3) fault(out, "v1_with_extensions");
        Reader in{field.value};
        identity.keys = read_certificate_extensions(read_value(in, der::sequence), out);
        if (!in.ok()) fault(out, "ext_bad");
    }
}

int read_version(Reader& tbs) {
    if (peek_tag(tbs) != der::context_constructed(0)) return 1;
    Reader in{read_value(tbs, der::context_constructed(0))};
    const Bytes number = read_value(in, der::integer);
    return number.size() == 1 && number.front() <= 2 ? number.front() + 1 : 0;
}

/// RFC 5280 section 4.1: TBSCertificate. False when it is none; gives its signature algorithm.
bool read_tbs(Reader& tbs, CertificateSummary& out, Bytes& algorithm) {
    const int version = read_version(tbs);
    const Bytes serial = read_value(tbs, der::integer);
    algorithm = read_value(tbs, der::sequence);
    Identity identity;
    identity.issuer = read_value(tbs, der::sequence);
    const Bytes validity = read_value(tbs, der::sequence);
    identity.subject = read_value(tbs, der::sequence);
    const Bytes spki = read_value(tbs, der::sequence);
    if (!tbs.ok() || serial.empty()) return false;

    out.version = version == 0 ? 3 : version;
    if (version == 0) fault(out, "version_bad");
    read_serial(serial, out);
    out.issuer = read_name(identity.issuer, out.issuer_common_name, out);
    out.subject = read_name(identity.subject, out.common_name, out);
    read_validity(validity, out);
    read_key(spki, out);
    read_optional_fields(tbs, out, identity);
    out.self_signed = identity.self_signed();
    return tbs.ok();
}

void read_certificate(Bytes der, CertificateSummary& out) {
    Reader in{der};
    Reader certificate{read_value(in, der::sequence)};
    Reader tbs{read_value(certificate, der::sequence)};
    const Bytes outer = read_value(certificate, der::sequence);
    const Bytes signature = read_value(certificate, der::bit_string);
    Bytes inner;
    const bool ok = read_tbs(tbs, out, inner);
    if (!ok || !in.ok() || !certificate.ok() || certificate.more()) fault(out, "der_bad:structure");
    if (!outer.empty()) read_signature_algorithm(outer, out);
    if (ok && !same(outer, inner)) fault(out, "algorithm_mismatch");
    if (certificate.ok() && signature.size() <= 1) fault(out, "signature_empty");
}

}  // namespace

CertificateSummary summarize(Bytes der) {
    CertificateSummary out;
    out.length = der.size();
    out.sha256 = sha256(der);
    const DerCheck check = check_der(der);
    report_encoding(check, out);
    if (check.readable()) read_certificate(der, out);
    return out;
}

std::string certificate_pem(Bytes der) {
    constexpr std::size_t kLine = 64;
    const std::string text = base64(der);
    std::string out = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t at = 0; at < text.size(); at += kLine) out += text.substr(at, kLine) + '\n';
    return out + "-----END CERTIFICATE-----\n";
}

std::optional<std::string> describe_name(Bytes der) {
    if (!check_der(der).readable()) return std::nullopt;
    Reader in{der};
    NameText name = name_text(read_value(in, der::sequence), CertificateSummary::kMaxText);
    if (!in.ok() || !name.ok) return std::nullopt;
    return std::move(name.line);
}

}  // namespace tlsscope::crypto
