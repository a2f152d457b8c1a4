#include "crypto/oid.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "bytes/hex.h"

namespace tlsscope::crypto {

namespace {

struct Named {
    std::string_view dotted;
    std::string_view name;
    unsigned bits = 0;
};

/// RFC 4514 section 3, RFC 5280 appendix A, the CA/Browser Forum's jurisdiction attributes; others as OpenSSL spells
/// them.
constexpr std::array kAttributes{
    Named{"2.5.4.3", "CN"},
    Named{"2.5.4.4", "SN"},
    Named{"2.5.4.5", "serialNumber"},
    Named{"2.5.4.6", "C"},
    Named{"2.5.4.7", "L"},
    Named{"2.5.4.8", "ST"},
    Named{"2.5.4.9", "street"},
    Named{"2.5.4.10", "O"},
    Named{"2.5.4.11", "OU"},
    Named{"2.5.4.12", "title"},
    Named{"2.5.4.13", "description"},
    Named{"2.5.4.15", "businessCategory"},
    Named{"2.5.4.17", "postalCode"},
    Named{"2.5.4.20", "telephoneNumber"},
    Named{"2.5.4.41", "name"},
    Named{"2.5.4.42", "GN"},
    Named{"2.5.4.43", "initials"},
    Named{"2.5.4.44", "generationQualifier"},
    Named{"2.5.4.46", "dnQualifier"},
    Named{"2.5.4.65", "pseudonym"},
    Named{"2.5.4.97", "organizationIdentifier"},
    Named{"0.9.2342.19200300.100.1.1", "UID"},
    Named{"0.9.2342.19200300.100.1.25", "DC"},
    Named{"1.2.840.113549.1.9.1", "emailAddress"},
    Named{"1.2.840.113549.1.9.2", "unstructuredName"},
    Named{"1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"},
    Named{"1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"},
    Named{"1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"},
};

/// As OpenSSL names them, and NIST where it has no name yet.
constexpr std::array kSignatures{
    Named{"1.2.840.113549.1.1.2", "md2WithRSAEncryption"},
    Named{"1.2.840.113549.1.1.3", "md4WithRSAEncryption"},
    Named{"1.2.840.113549.1.1.4", "md5WithRSAEncryption"},
    Named{"1.2.840.113549.1.1.5", "sha1WithRSAEncryption"},
    Named{"1.2.840.113549.1.1.10", "rsassaPss"},
    Named{"1.2.840.113549.1.1.11", "sha256WithRSAEncryption"},
    Named{"1.2.840.113549.1.1.12", "sha384WithRSAEncryption"},
    Named{"1.2.840.113549.1.1.13", "sha512WithRSAEncryption"},
    Named{"1.2.840.113549.1.1.14", "sha224WithRSAEncryption"},
    Named{"1.3.14.3.2.29", "sha1WithRSA"},
    Named{"1.2.840.10045.4.1", "ecdsa-with-SHA1"},
    Named{"1.2.840.10045.4.3.1", "ecdsa-with-SHA224"},
    Named{"1.2.840.10045.4.3.2", "ecdsa-with-SHA256"},
    Named{"1.2.840.10045.4.3.3", "ecdsa-with-SHA384"},
    Named{"1.2.840.10045.4.3.4", "ecdsa-with-SHA512"},
    Named{"1.2.840.10040.4.3", "dsaWithSHA1"},
    Named{"2.16.840.1.101.3.4.3.1", "dsa_with_SHA224"},
    Named{"2.16.840.1.101.3.4.3.2", "dsa_with_SHA256"},
    Named{"2.16.840.1.101.3.4.3.10", "ecdsa_with_SHA3-256"},
    Named{"2.16.840.1.101.3.4.3.11", "ecdsa_with_SHA3-384"},
    Named{"2.16.840.1.101.3.4.3.12", "ecdsa_with_SHA3-512"},
    Named{"1.2.156.10197.1.501", "SM2-with-SM3"},
    Named{"1.2.643.2.2.3", "GOST R 34.11-94 with GOST R 34.10-2001"},
    Named{"1.2.643.7.1.1.3.2", "GOST R 34.10-2012 with GOST R 34.11-2012 (256 bit)"},
    Named{"1.2.643.7.1.1.3.3", "GOST R 34.10-2012 with GOST R 34.11-2012 (512 bit)"},
};

constexpr std::array kCurves{
    Named{"1.2.840.10045.3.1.1", "P-192", 192},
    Named{"1.3.132.0.33", "P-224", 224},
    Named{"1.2.840.10045.3.1.7", "P-256", 256},
    Named{"1.3.132.0.34", "P-384", 384},
    Named{"1.3.132.0.35", "P-521", 521},
    Named{"1.3.132.0.10", "secp256k1", 256},
    Named{"1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256},
    Named{"1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384},
    Named{"1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512},
    Named{"1.2.156.10197.1.301", "SM2", 256},
};

/// The signatures of most of these go by the same identifier and name.
constexpr std::array kPlainKeys{
    Named{"1.3.101.110", "X25519", 256},
    Named{"1.3.101.111", "X448", 448},
    Named{"1.3.101.112", "Ed25519", 256},
    Named{"1.3.101.113", "Ed448", 456},
    Named{"2.16.840.1.101.3.4.3.17", "ML-DSA-44"},
    Named{"2.16.840.1.101.3.4.3.18", "ML-DSA-65"},
    Named{"2.16.840.1.101.3.4.3.19", "ML-DSA-87"},
    Named{"2.16.840.1.101.3.4.3.20", "SLH-DSA-SHA2-128s"},
    Named{"2.16.840.1.101.3.4.3.21", "SLH-DSA-SHA2-128f"},
    Named{"2.16.840.1.101.3.4.3.22", "SLH-DSA-SHA2-192s"},
    Named{"2.16.840.1.101.3.4.3.23", "SLH-DSA-SHA2-192f"},
    Named{"2.16.840.1.101.3.4.3.24", "SLH-DSA-SHA2-256s"},
    Named{"2.16.840.1.101.3.4.3.25", "SLH-DSA-SHA2-256f"},
    Named{"2.16.840.1.101.3.4.3.26", "SLH-DSA-SHAKE-128s"},
    Named{"2.16.840.1.101.3.4.3.27", "SLH-DSA-SHAKE-128f"},
    Named{"2.16.840.1.101.3.4.3.28", "SLH-DSA-SHAKE-192s"},
    Named{"2.16.840.1.101.3.4.3.29", "SLH-DSA-SHAKE-192f"},
    Named{"2.16.840.1.101.3.4.3.30", "SLH-DSA-SHAKE-256s"},
    Named{"2.16.840.1.101.3.4.3.31", "SLH-DSA-SHAKE-256f"},
    Named{"2.16.840.1.101.3.4.4.1", "ML-KEM-512"},
    Named{"2.16.840.1.101.3.4.4.2", "ML-KEM-768"},
    Named{"2.16.840.1.101.3.4.4.3", "ML-KEM-1024"},
    Named{"1.2.643.2.2.19", "GOST R 34.10-2001", 256},
    Named{"1.2.643.7.1.1.1.1", "GOST R 34.10-2012", 256},
    Named{"1.2.643.7.1.1.1.2", "GOST R 34.10-2012", 512},
};

template <class Table>
CurveName find(const Table& table, std::string_view dotted) {
    for (const Named& n : table)
        if (n.dotted == dotted) return {n.name, n.bits};
    return {};
}

std::string as_hex(bytes::Bytes contents) {
    const std::size_t most = (kMaxOidText - 1) / 2;
    return '#' + bytes::hex(contents.first(std::min(most, contents.size())));
}

void append_first(std::uint64_t first, std::string& out) {  // X.690 section 8.19.4: 40 * arc 1 + arc 2
    const std::uint64_t root = first < 40 ? 0 : first < 80 ? 1 : 2;
    out += std::to_string(root) + '.' + std::to_string(first - root * 40);
}

}  // namespace

std::string oid_text(bytes::Bytes contents) {
    std::string out;
    std::uint64_t arc = 0;
    bool inside = false;
    for (const std::uint8_t b : contents) {
        if ((!inside && b == 0x80) || arc > std::numeric_limits<std::uint64_t>::max() >> 7) return as_hex(contents);
        arc = arc << 7 | (b & 0x7fU);
        inside = (b & 0x80) != 0;
        if (inside) continue;
        if (out.empty()) append_first(arc, out);
        else out += '.' + std::to_string(arc);
        if (out.size() > kMaxOidText) return as_hex(contents);
        arc = 0;
    }
    return inside || out.empty() ? as_hex(contents) : out;
}

std::string_view attribute_name(std::string_view dotted) { return find(kAttributes, dotted).name; }

std::string_view signature_name(std::string_view dotted) {
    const std::string_view name = find(kSignatures, dotted).name;
    return name.empty() ? find(kPlainKeys, dotted).name : name;
}

CurveName curve_name(std::string_view dotted) { return find(kCurves, dotted); }
CurveName plain_key_name(std::string_view dotted) { return find(kPlainKeys, dotted); }

}  // namespace tlsscope::crypto
