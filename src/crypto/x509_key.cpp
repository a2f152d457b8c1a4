#include "crypto/x509_key.h"

#include "crypto/der.h"
#include "crypto/oid.h"

namespace tlsscope::crypto {

using bytes::Bytes;
using bytes::Reader;

namespace {

constexpr std::string_view kRsa = "1.2.840.113549.1.1.1";
constexpr std::string_view kRsaPss = "1.2.840.113549.1.1.10";
constexpr std::string_view kDsa = "1.2.840.10040.4.1";
constexpr std::string_view kDh = "1.2.840.10046.2.1";
constexpr std::string_view kEc = "1.2.840.10045.2.1";
constexpr std::string_view kPrimeField = "1.2.840.10045.1.1";

/// The contents of a BIT STRING without its count of unused bits.
Bytes bits_of(Reader& in) {
    Reader bits{read_value(in, der::bit_string)};
    bits.skip(1);
    return bits.rest();
}

void rsa(std::string_view label, Bytes key, KeyText& out) {  // RFC 8017 appendix A.1.1
    Reader in{key};
    Reader numbers{read_value(in, der::sequence)};
    const Bytes modulus = read_value(numbers, der::integer);
    const Bytes exponent = read_value(numbers, der::integer);
    out.name = label;
    if (!in.ok() || !numbers.ok()) return;
    out.bits = integer_bits(modulus);
    out.name += ' ' + std::to_string(out.bits);
    out.bad_exponent = integer_bits(exponent) <= 1 || (exponent.back() & 1) == 0;
    out.ok = true;
}

/// DSA (RFC 3279 section 2.3.2) and X9.42 DH keep p first in their parameters.
void prime_field(std::string_view label, Reader& parameters, KeyText& out) {
    out.name = label;
    Reader numbers{read_value(parameters, der::sequence)};
    const Bytes p = read_value(numbers, der::integer);
    if (!parameters.ok() || !numbers.ok()) return;
    out.bits = integer_bits(p);
    out.name += ' ' + std::to_string(out.bits);
    out.ok = true;
}

/// A curve spelt out (RFC 3279 section 2.3.5): over a prime field it is as long as the prime.
void explicit_curve(Bytes parameters, KeyText& out) {
    out.name = "EC explicit parameters";
    Reader in{parameters};
    (void)read_value(in, der::integer);
    Reader field{read_value(in, der::sequence)};
    if (oid_text(read_value(field, der::oid)) != kPrimeField) return;
    out.bits = integer_bits(read_value(field, der::integer));
    if (out.bits != 0) out.name += ' ' + std::to_string(out.bits);
}

void elliptic_curve(Reader& parameters, KeyText& out) {  // RFC 5480 section 2.1.1
    const Tlv curve = read_tlv(parameters);
    out.ok = parameters.ok();
    if (curve.tag == der::sequence) return explicit_curve(curve.value, out);
    out.name = "EC";
    if (curve.tag != der::oid) return;
    const std::string oid = oid_text(curve.value);
    const CurveName known = curve_name(oid);
    out.bits = known.bits;
    out.name += ' ';
    out.name += known.name.empty() ? std::string_view{oid} : known.name;
}

}  // namespace

KeyText key_text(Bytes spki) {
    KeyText out;
    Reader in{spki};
    Reader algorithm{read_value(in, der::sequence)};
    const std::string oid = oid_text(read_value(algorithm, der::oid));
    const Bytes key = bits_of(in);
    if (!in.ok() || !algorithm.ok()) return out;
    if (oid == kRsa) {
        out.kind = KeyKind::rsa;
        rsa("RSA", key, out);
    } else if (oid == kRsaPss) {
        out.kind = KeyKind::rsa;
        rsa("RSA-PSS", key, out);
    } else if (oid == kDsa) {
        out.kind = KeyKind::dsa;
        prime_field("DSA", algorithm, out);
    } else if (oid == kDh) {
        out.kind = KeyKind::dh;
        prime_field("DH", algorithm, out);
    } else if (oid == kEc) {
        out.kind = KeyKind::ec;
        elliptic_curve(algorithm, out);
    } else {
        const CurveName known = plain_key_name(oid);
        out.name = known.name.empty() ? std::string_view{oid} : known.name;
        out.bits = known.bits;
        out.ok = true;
    }
    return out;
}

}  // namespace tlsscope::crypto
