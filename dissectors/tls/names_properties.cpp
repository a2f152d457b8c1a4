// What a cipher suite or group is, read off its registered name.
#include <algorithm>
#include <array>

#include "dissectors/tls/names.h"
#include "dissectors/tls/names_tables.h"

namespace tlsscope::tls {

namespace {

std::string_view suite(std::uint16_t cipher) { return tables::find(tables::cipher_suites(), cipher); }

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

struct Prefix {
    std::string_view text;
    KeyExchange kind;
};

/// The longer ones first.
constexpr std::array kPrefixes{
    Prefix{"TLS_NULL_WITH_", KeyExchange::none},
    Prefix{"TLS_RSA_EXPORT", KeyExchange::rsa_export},
    Prefix{"TLS_RSA_PSK_", KeyExchange::rsa_psk},
    Prefix{"TLS_RSA_WITH_", KeyExchange::rsa},
    Prefix{"SSL_RSA_", KeyExchange::rsa},
    Prefix{"TLS_PSK_DHE_", KeyExchange::dhe_psk},
    Prefix{"TLS_DHE_PSK_", KeyExchange::dhe_psk},
    Prefix{"TLS_ECDHE_PSK_", KeyExchange::ecdhe_psk},
    Prefix{"TLS_PSK_", KeyExchange::psk},
    Prefix{"TLS_DHE_RSA_EXPORT", KeyExchange::dhe_export},
    Prefix{"TLS_DHE_DSS_EXPORT", KeyExchange::dhe_export},
    Prefix{"TLS_DHE_", KeyExchange::dhe},
    Prefix{"TLS_DH_anon_", KeyExchange::dh_anon},
    Prefix{"TLS_DH_", KeyExchange::dh},
    Prefix{"TLS_ECDH_anon_", KeyExchange::ecdh_anon},
    Prefix{"TLS_ECDHE_", KeyExchange::ecdhe},
    Prefix{"TLS_ECDH_", KeyExchange::ecdh},
    Prefix{"TLS_SRP_", KeyExchange::srp},
    Prefix{"TLS_KRB5_", KeyExchange::krb5},
    Prefix{"TLS_GOST", KeyExchange::gost},
    Prefix{"TLS_ECCPWD_", KeyExchange::eccpwd},
};

/// TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L and the like (RFC 9367) have a WITH in their names, unlike all other
/// TLS 1.3 suites.
bool is_tls13_name(std::string_view name) {
    if (has(name, "_MGM_")) return true;
    return name.starts_with("TLS_") && !has(name, "_WITH_") && !name.ends_with("_SCSV");
}

}  // namespace

bool is_tls13_cipher(std::uint16_t code) { return is_tls13_name(suite(code)); }

KeyExchange key_exchange_of(std::uint16_t cipher) {
    const std::string_view name = suite(cipher);
    if (is_tls13_name(name)) return KeyExchange::tls13;
    for (const Prefix& p : kPrefixes)
        if (name.starts_with(p.text)) return p.kind;
    return KeyExchange::unknown;
}

std::string_view key_exchange_label(KeyExchange kind) {
    switch (kind) {
        case KeyExchange::unknown: return "";
        case KeyExchange::none: return "none";
        case KeyExchange::rsa: return "RSA";
        case KeyExchange::rsa_export: return "RSA export";
        case KeyExchange::dh: return "DH";
        case KeyExchange::dhe: return "DHE";
        case KeyExchange::dhe_export: return "DHE export";
        case KeyExchange::dh_anon: return "DH anonymous";
        case KeyExchange::ecdh: return "ECDH";
        case KeyExchange::ecdhe: return "ECDHE";
        case KeyExchange::ecdh_anon: return "ECDH anonymous";
        case KeyExchange::psk: return "PSK";
        case KeyExchange::rsa_psk: return "RSA PSK";
        case KeyExchange::dhe_psk: return "DHE PSK";
        case KeyExchange::ecdhe_psk: return "ECDHE PSK";
        case KeyExchange::srp: return "SRP";
        case KeyExchange::krb5: return "Kerberos";
        case KeyExchange::gost: return "GOST";
        case KeyExchange::eccpwd: return "ECC password";
        case KeyExchange::tls13: return "TLS 1.3";
    }
    return "";
}

bool has_forward_secrecy(KeyExchange kind) {
    switch (kind) {
        case KeyExchange::dhe:
        case KeyExchange::dhe_export:
        case KeyExchange::dh_anon:
        case KeyExchange::ecdhe:
        case KeyExchange::ecdh_anon:
        case KeyExchange::dhe_psk:
        case KeyExchange::ecdhe_psk:
        case KeyExchange::srp:
        case KeyExchange::eccpwd:
        case KeyExchange::tls13: return true;
        default: return false;
    }
}

bool is_anonymous(KeyExchange kind) { return kind == KeyExchange::dh_anon || kind == KeyExchange::ecdh_anon; }

bool sends_certificate(std::uint16_t cipher) {
    switch (key_exchange_of(cipher)) {
        case KeyExchange::none:
        case KeyExchange::dh_anon:
        case KeyExchange::ecdh_anon:
        case KeyExchange::psk:
        case KeyExchange::dhe_psk:
        case KeyExchange::ecdhe_psk:
        case KeyExchange::krb5:
        case KeyExchange::eccpwd: return false;
        case KeyExchange::srp: return has(suite(cipher), "SRP_SHA_RSA") || has(suite(cipher), "SRP_SHA_DSS");
        default: return true;
    }
}

bool is_known_group(std::uint16_t group) { return !tables::find(tables::supported_groups(), group).empty(); }

PostQuantum post_quantum(std::uint16_t group) {
    const std::string_view name = tables::find(tables::supported_groups(), group);
    if (name.starts_with("MLKEM")) return PostQuantum::pure;
    if (has(name, "MLKEM")) return PostQuantum::hybrid;
    if (has(name, "Kyber") || name.starts_with("CECPQ")) return PostQuantum::hybrid_draft;
    // The Open Quantum Safe fork's numbers: 0x02nn alone, 0x2fnn together with a curve.
    if (!name.empty() && group >> 8 == 0x02) return PostQuantum::pure;
    if (!name.empty() && group >> 8 == 0x2f) return PostQuantum::hybrid_draft;
    return PostQuantum::no;
}

}  // namespace tlsscope::tls
