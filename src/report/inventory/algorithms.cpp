#include "report/inventory/algorithms.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "report/inventory/groups.h"

namespace tlsscope::report::inventory {

namespace {

constexpr int kUnsaid = -1;

/// A row: what is looked for in a name, and what it means.
struct Known {
    std::string_view in_name;
    std::string_view name;
    std::string_view primitive;
    std::string_view parameter = {};
    std::string_view curve_or_mode = {};
    int classical = kUnsaid;
    int quantum = kUnsaid;
};

// Key search on AES-128 and AES-256 defines the categories 1 and 5, collisions of SHA-256 and SHA-384 the categories 2
// and 4. Ciphers of other designers have no category, whatever their key's length. What is weaker than AES-128
// has none of them: 0.
constexpr std::array kCiphers{
    Known{"AES_128_GCM", "AES-128-GCM", "ae", "128", "gcm", 128, 1},
    Known{"AES_256_GCM", "AES-256-GCM", "ae", "256", "gcm", 256, 5},
    Known{"AES_128_CCM_8", "AES-128-CCM-8", "ae", "128", "ccm", 128, 1},
    Known{"AES_256_CCM_8", "AES-256-CCM-8", "ae", "256", "ccm", 256, 5},
    Known{"AES_128_CCM", "AES-128-CCM", "ae", "128", "ccm", 128, 1},
    Known{"AES_256_CCM", "AES-256-CCM", "ae", "256", "ccm", 256, 5},
    Known{"AES_128_CBC", "AES-128-CBC", "block-cipher", "128", "cbc", 128, 1},
    Known{"AES_256_CBC", "AES-256-CBC", "block-cipher", "256", "cbc", 256, 5},
    Known{"CHACHA20_POLY1305", "ChaCha20-Poly1305", "ae", "256", "", 256},
    Known{"CAMELLIA_128_GCM", "Camellia-128-GCM", "ae", "128", "gcm", 128},
    Known{"CAMELLIA_256_GCM", "Camellia-256-GCM", "ae", "256", "gcm", 256},
    Known{"CAMELLIA_128_CBC", "Camellia-128-CBC", "block-cipher", "128", "cbc", 128},
    Known{"CAMELLIA_256_CBC", "Camellia-256-CBC", "block-cipher", "256", "cbc", 256},
    Known{"ARIA_128_GCM", "ARIA-128-GCM", "ae", "128", "gcm", 128},
    Known{"ARIA_256_GCM", "ARIA-256-GCM", "ae", "256", "gcm", 256},
    Known{"ARIA_128_CBC", "ARIA-128-CBC", "block-cipher", "128", "cbc", 128},
    Known{"ARIA_256_CBC", "ARIA-256-CBC", "block-cipher", "256", "cbc", 256},
    Known{"SEED_CBC", "SEED-CBC", "block-cipher", "128", "cbc", 128},
    Known{"IDEA_CBC", "IDEA-CBC", "block-cipher", "128", "cbc", 128},
    Known{"SM4_GCM", "SM4-GCM", "ae", "128", "gcm", 128},
    Known{"SM4_CCM", "SM4-CCM", "ae", "128", "ccm", 128},
    Known{"SM4_CBC", "SM4-CBC", "block-cipher", "128", "cbc", 128},
    Known{"SM1_", "SM1", "block-cipher", "128"},
    Known{"AEGIS_128L", "AEGIS-128L", "ae", "128", "", 128},
    Known{"AEGIS_256", "AEGIS-256", "ae", "256", "", 256},
    Known{"KUZNYECHIK_CTR", "Kuznyechik-CTR", "block-cipher", "256", "ctr", 256},
    Known{"MAGMA_CTR", "Magma-CTR", "block-cipher", "256", "ctr", 256},
    Known{"KUZNYECHIK_MGM", "Kuznyechik-MGM", "ae", "256", "other", 256},
    Known{"MAGMA_MGM", "Magma-MGM", "ae", "256", "other", 256},
    Known{"28147_CNT", "GOST-28147-89-CNT", "block-cipher", "256", "ctr", 256},
    Known{"SALSA20", "Salsa20", "stream-cipher", "256"},
    Known{"3DES_EDE_CBC", "3DES-EDE-CBC", "block-cipher", "168", "cbc", 112, 0},
    Known{"DES40_CBC", "DES-40-CBC", "block-cipher", "40", "cbc", 40, 0},
    Known{"DES_CBC_40", "DES-40-CBC", "block-cipher", "40", "cbc", 40, 0},
    Known{"DES_CBC", "DES-CBC", "block-cipher", "56", "cbc", 56, 0},
    Known{"RC2_CBC_40", "RC2-40-CBC", "block-cipher", "40", "cbc", 40, 0},
    Known{"RC2_CBC_56", "RC2-56-CBC", "block-cipher", "56", "cbc", 56, 0},
    Known{"RC4_40", "RC4-40", "stream-cipher", "40", "", 40, 0},
    Known{"RC4_56", "RC4-56", "stream-cipher", "56", "", 56, 0},
    Known{"RC4_128", "RC4-128", "stream-cipher", "128", "", kUnsaid, 0},  // RFC 7465: no number holds
    Known{"FORTEZZA_CBC", "Skipjack-CBC", "block-cipher", "80", "cbc", 80, 0},
};

/// At the end of a name, the longer ones first: the hash of suites with authenticated encryption.
constexpr std::array kHashes{
    Known{"_SHA512", "SHA-512", "hash", "512", "", 256},    Known{"_SHA384", "SHA-384", "hash", "384", "", 192, 4},
    Known{"_SHA256", "SHA-256", "hash", "256", "", 128, 2}, Known{"_SHA1", "SHA-1", "hash", "160", "", kUnsaid, 0},
    Known{"_SHA", "SHA-1", "hash", "160", "", kUnsaid, 0},  Known{"_MD5", "MD5", "hash", "128", "", kUnsaid, 0},
    Known{"_SM3", "SM3", "hash", "256", "", 128},           Known{"_GOSTR3411", "GOST-R-34.11-94", "hash", "256"},
};
/// The same, where the suite names its message authentication code instead.
constexpr std::array kMacs{
    Known{"_SHA512", "HMAC-SHA-512", "mac", "512"}, Known{"_SHA384", "HMAC-SHA-384", "mac", "384"},
    Known{"_SHA256", "HMAC-SHA-256", "mac", "256"}, Known{"_SHA1", "HMAC-SHA-1", "mac", "160"},
    Known{"_SHA", "HMAC-SHA-1", "mac", "160"},      Known{"_MD5", "HMAC-MD5", "mac", "128"},
    Known{"_SM3", "HMAC-SM3", "mac", "256"},        Known{"_GOSTR3411", "HMAC-GOST-R-34.11-94", "mac", "256"},
    Known{"_IMIT", "GOST-28147-89-MAC", "mac"},     Known{"_OMAC", "OMAC", "mac"},
};
/// RFC 6655 section 3: suites that name no hash have this one.
constexpr Known kImpliedHash = kHashes[2];

/// How names begin, the longer ones first. Everything that rests on factoring or discrete logarithms has no category.
constexpr std::array kKeyExchanges{
    Known{"TLS_CECPQ1_", "CECPQ1", "combiner"},
    Known{"TLS_ECDHE_", "ECDHE", "key-agree", "", "", kUnsaid, 0},
    Known{"TLS_ECDH_", "ECDH", "key-agree", "", "", kUnsaid, 0},
    Known{"TLS_DHE_", "DHE", "key-agree", "", "", kUnsaid, 0},
    Known{"TLS_PSK_DHE_", "DHE", "key-agree", "", "", kUnsaid, 0},
    Known{"TLS_DH_", "DH", "key-agree", "", "", kUnsaid, 0},
    Known{"TLS_RSA_", "RSAES-PKCS1-v1_5", "pke", "", "", kUnsaid, 0},
    Known{"SSL_RSA_", "RSAES-PKCS1-v1_5", "pke", "", "", kUnsaid, 0},
    Known{"TLS_SRP_", "SRP", "key-agree", "", "", kUnsaid, 0},
    Known{"TLS_KRB5_", "Kerberos", "other"},
    Known{"TLS_GOSTR", "VKO-GOST", "key-agree", "", "", kUnsaid, 0},
    Known{"TLS_ECCPWD_", "ECC-PWD", "key-agree", "", "", kUnsaid, 0},
    Known{"TLS_ECJPAKE_", "EC-J-PAKE", "key-agree", "", "", kUnsaid, 0},
    Known{"SSL_FORTEZZA_KEA_", "KEA", "key-agree", "", "", kUnsaid, 0},
    Known{"ECDHE_SM", "SM2-key-agreement", "key-agree", "", "", kUnsaid, 0},
    Known{"ECC_SM", "SM2-encryption", "pke", "", "", kUnsaid, 0},
    Known{"IBSDH_SM", "SM9-key-agreement", "key-agree", "", "", kUnsaid, 0},
    Known{"IBC_SM", "SM9-encryption", "pke", "", "", kUnsaid, 0},
    Known{"RSA_SM", "RSAES-PKCS1-v1_5", "pke", "", "", kUnsaid, 0},
};

/// In the part before _WITH_.
constexpr std::array kAuthentications{
    Known{"_ECDSA_", "ECDSA", "signature", "", "", kUnsaid, 0},
    Known{"DHE_RSA_", "RSA-signature", "signature", "", "", kUnsaid, 0},
    Known{"DH_RSA_", "RSA-signature", "signature", "", "", kUnsaid, 0},
    Known{"CECPQ1_RSA_", "RSA-signature", "signature", "", "", kUnsaid, 0},
    Known{"SRP_SHA_RSA_", "RSA-signature", "signature", "", "", kUnsaid, 0},
    Known{"_DSS_", "DSA", "signature", "", "", kUnsaid, 0},
};

constexpr std::array kGroups{
    Known{"x25519", "X25519", "key-agree", "", "Curve25519", 128, 0},
    Known{"x448", "X448", "key-agree", "", "Curve448", 224, 0},
    Known{"ffdhe2048", "FFDHE-2048", "key-agree", "2048", "", 103, 0},
    Known{"ffdhe3072", "FFDHE-3072", "key-agree", "3072", "", 125, 0},
    Known{"ffdhe4096", "FFDHE-4096", "key-agree", "4096", "", 150, 0},
    Known{"ffdhe6144", "FFDHE-6144", "key-agree", "6144", "", 175, 0},
    Known{"ffdhe8192", "FFDHE-8192", "key-agree", "8192", "", 192, 0},
    Known{"MLKEM512", "ML-KEM-512", "kem", "512", "", kUnsaid, 1},
    Known{"MLKEM768", "ML-KEM-768", "kem", "768", "", kUnsaid, 3},
    Known{"MLKEM1024", "ML-KEM-1024", "kem", "1024", "", kUnsaid, 5},
};
/// As good as their better half.
constexpr std::array kHybrids{
    Known{"X25519MLKEM768", "x25519", "combiner", "MLKEM768", "", kUnsaid, 3},
    Known{"SecP256r1MLKEM768", "secp256r1", "combiner", "MLKEM768", "", kUnsaid, 3},
    Known{"SecP384r1MLKEM1024", "secp384r1", "combiner", "MLKEM1024", "", kUnsaid, 5},
    Known{"curveSM2MLKEM768", "curveSM2", "combiner", "MLKEM768", "", kUnsaid, 3},
};
/// Curves by how their names begin; half the digits that follow are bits of security.
constexpr std::array<std::string_view, 3> kCurveFamilies{"secp", "brainpoolP", "sect"};

/// In names of TLS and of certificates, the longer ones first. FIPS 204 table 1, FIPS 205 table 2.
constexpr std::array kSignatures{
    Known{"ML-DSA-44", "ML-DSA-44", "signature", "44", "", kUnsaid, 2},
    Known{"ML-DSA-65", "ML-DSA-65", "signature", "65", "", kUnsaid, 3},
    Known{"ML-DSA-87", "ML-DSA-87", "signature", "87", "", kUnsaid, 5},
    Known{"mldsa44", "ML-DSA-44", "signature", "44", "", kUnsaid, 2},
    Known{"mldsa65", "ML-DSA-65", "signature", "65", "", kUnsaid, 3},
    Known{"mldsa87", "ML-DSA-87", "signature", "87", "", kUnsaid, 5},
    Known{"SLH-DSA-SHA2-128", "", "signature", "128", "", kUnsaid, 1},
    Known{"SLH-DSA-SHA2-192", "", "signature", "192", "", kUnsaid, 3},
    Known{"SLH-DSA-SHA2-256", "", "signature", "256", "", kUnsaid, 5},
    Known{"SLH-DSA-SHAKE-128", "", "signature", "128", "", kUnsaid, 1},
    Known{"SLH-DSA-SHAKE-192", "", "signature", "192", "", kUnsaid, 3},
    Known{"SLH-DSA-SHAKE-256", "", "signature", "256", "", kUnsaid, 5},
    Known{"ed25519", "Ed25519", "signature", "", "Curve25519", 128, 0},
    Known{"Ed25519", "Ed25519", "signature", "", "Curve25519", 128, 0},
    Known{"ed448", "Ed448", "signature", "", "Curve448", 224, 0},
    Known{"Ed448", "Ed448", "signature", "", "Curve448", 224, 0},
    Known{"_secp256r1_", "", "signature", "", "secp256r1", 128, 0},
    Known{"_secp384r1_", "", "signature", "", "secp384r1", 192, 0},
    Known{"_secp521r1_", "", "signature", "", "secp521r1", 256, 0},
    Known{"p256_", "", "signature"},
    Known{"p384_", "", "signature"},
    Known{"p521_", "", "signature"},
    Known{"rsa3072_", "", "signature"},  // with a signature of an experiment
    Known{"ecdsa", "", "signature", "", "", kUnsaid, 0},
    Known{"rsa", "", "signature", "", "", kUnsaid, 0},
    Known{"RSA", "", "signature", "", "", kUnsaid, 0},
    Known{"dsa", "", "signature", "", "", kUnsaid, 0},
    Known{"sm2", "", "signature", "", "curveSM2", 128, 0},
    Known{"SM2", "", "signature", "", "curveSM2", 128, 0},
    Known{"gost", "", "signature", "", "", kUnsaid, 0},
    Known{"GOST", "", "signature", "", "", kUnsaid, 0},
};

struct Strength {
    unsigned bits;
    int level;
};
/// NIST SP 800-57 part 1, table 2: moduli of at least so many bits.
constexpr std::array kModuli{Strength{15360, 256}, Strength{7680, 192}, Strength{3072, 128}, Strength{2048, 112},
                             Strength{1024, 80}};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::optional<int> said(int level) { return level == kUnsaid ? std::nullopt : std::optional<int>{level}; }

Algorithm make(const Known& k, std::string_view name) {
    Algorithm a{.name = std::string{k.name.empty() ? name : k.name},
                .primitive = k.primitive,
                .parameter = std::string{k.parameter},
                .curve = {},
                .mode = {},
                .classical = said(k.classical),
                .quantum = said(k.quantum),
                .parts = {}};
    const bool cipher = k.primitive == "ae" || k.primitive == "block-cipher";
    if (cipher) a.mode = k.curve_or_mode;
    else a.curve = k.curve_or_mode;
    return a;
}

template <class Rows, class Fits>
const Known* find(const Rows& rows, Fits fits) {
    const auto it = std::find_if(rows.begin(), rows.end(), fits);
    return it == rows.end() ? nullptr : &*it;
}

unsigned digits_after(std::string_view text, std::size_t at) {
    unsigned n = 0;
    std::from_chars(text.data() + std::min(at, text.size()), text.data() + text.size(), n);
    return n;
}

/// "TLS_ECDHE_RSA_" of TLS_ECDHE_RSA_WITH_...; empty for the suites of TLS 1.3, which exchange keys by groups.
std::string_view key_part(std::string_view suite) {
    if (const std::size_t with = suite.find("_WITH_"); with != std::string_view::npos) return suite.substr(0, with + 1);
    return suite.starts_with("TLS_") ? std::string_view{} : suite;  // GB/T 38636 has neither TLS_ nor WITH
}

/// "secp256r1": a curve of 256 bits.
std::optional<Algorithm> curve_of_family(std::string_view group) {
    for (const std::string_view family : kCurveFamilies) {
        if (!group.starts_with(family)) continue;
        const unsigned bits = digits_after(group, family.size());
        if (bits == 0) continue;
        Known k{"", "", "key-agree", "", group, static_cast<int>(bits / 2), 0};
        return make(k, "ECDH-" + std::string{group});
    }
    return std::nullopt;
}

/// Drafts and experiments: what they are can be said, how good they are cannot.
std::string_view primitive_of_unlisted(std::string_view group) {
    const std::string_view bucket = post_quantum_bucket(group);
    if (bucket.empty()) return "unknown";
    return bucket == "pure" ? "kem" : "combiner";
}

}  // namespace

std::vector<Algorithm> algorithms_of_suite(std::string_view suite) {
    std::vector<Algorithm> out;
    if (suite.ends_with("_SCSV")) return out;
    const std::string_view keys = key_part(suite);
    const auto add = [&](const Known* k) {
        if (k != nullptr) out.push_back(make(*k, suite));
    };
    add(find(kKeyExchanges, [&](const Known& k) { return keys.starts_with(k.in_name); }));
    // GOST's suites of TLS 1.3 have WITH in their names as well (RFC 9367): no harm, they are VKO-GOST, too.
    add(find(kAuthentications, [&](const Known& k) { return has(keys, k.in_name); }));
    const std::string_view rest = suite.substr(has(suite, "_WITH_") ? keys.size() : 0);
    const Known* cipher = find(kCiphers, [&](const Known& k) { return has(rest, k.in_name); });
    add(cipher);
    if (suite.ends_with("_OLD")) suite.remove_suffix(4);
    const bool sealed = cipher != nullptr && cipher->primitive == "ae";
    const auto ends = [&](const Known& k) { return suite.ends_with(k.in_name); };
    const Known* hash = sealed ? find(kHashes, ends) : find(kMacs, ends);
    if (hash == nullptr && sealed && has(rest, "CCM")) hash = &kImpliedHash;
    add(hash);
    return out;
}

std::vector<Algorithm> algorithms_of_group(std::string_view group) {
    if (const Known* h = find(kHybrids, [&](const Known& k) { return k.in_name == group; }); h != nullptr) {
        std::vector<Algorithm> out{make(*h, group)};
        out[0].name = group;
        out[0].parameter.clear();
        for (const std::string_view part : {h->name, h->parameter}) {
            out.push_back(algorithms_of_group(part).front());
            out[0].parts.push_back(out.back().name);
        }
        return out;
    }
    if (const Known* k = find(kGroups, [&](const Known& row) { return row.in_name == group; }); k != nullptr)
        return {make(*k, group)};
    if (const auto curve = curve_of_family(group)) return {*curve};
    if (group == "curveSM2") return {make({"", "", "key-agree", "", "curveSM2", 128, 0}, "ECDH-curveSM2")};
    return {make({"", "", primitive_of_unlisted(group)}, group)};
}

Algorithm algorithm_of_signature(std::string_view name) {
    const Known* k = find(kSignatures, [&](const Known& row) { return has(name, row.in_name); });
    return make(k != nullptr ? *k : Known{"", "", "signature"}, name);
}

unsigned bits_of_key(std::string_view key) {
    for (const std::string_view kind : {"RSA ", "RSA-PSS ", "DSA ", "DH ", "EC P-", "EC brainpoolP", "EC secp"})
        if (key.starts_with(kind)) return digits_after(key, kind.size());
    if (key == "Ed25519" || key == "X25519") return 256;
    return 0;
}

Algorithm algorithm_of_key(std::string_view key) {
    const unsigned bits = bits_of_key(key);
    std::string name{key};
    std::replace(name.begin(), name.end(), ' ', '-');
    if (key.starts_with("EC ")) {
        const std::string_view curve = key.substr(3);
        return make({"", "", "signature", "", curve, bits == 0 ? kUnsaid : static_cast<int>(bits / 2), 0}, name);
    }
    if (bits != 0 && (key.starts_with("RSA") || key.starts_with("DSA") || key.starts_with("DH"))) {
        const auto* s = std::find_if(kModuli.begin(), kModuli.end(), [&](const Strength& m) { return bits >= m.bits; });
        const std::string size = std::to_string(bits);
        const std::string_view primitive = key.starts_with("RSA ") ? "pke"
                                           : key.starts_with("DH") ? "key-agree"
                                                                   : "signature";
        return make({"", "", primitive, size, "", s == kModuli.end() ? kUnsaid : s->level, 0}, name);
    }
    return algorithm_of_signature(key);
}

}  // namespace tlsscope::report::inventory
