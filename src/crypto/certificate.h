// What a report says of one X.509 certificate (RFC 5280). Nothing is verified here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bytes/bytes.h"
#include "crypto/digest.h"

namespace tlsscope::crypto {

/// What keys are made of, as far as their strength is judged differently.
enum class KeyKind : std::uint8_t { unknown, rsa, dsa, dh, ec };

/// keyUsage (RFC 5280 section 4.2.1.3): bit 0 is 0x8000.
namespace key_usage {
inline constexpr std::uint16_t kDigitalSignature = 0x8000;
inline constexpr std::uint16_t kKeyEncipherment = 0x2000;
inline constexpr std::uint16_t kKeyAgreement = 0x0800;
}  // namespace key_usage

/// extKeyUsage (RFC 5280 section 4.2.1.12): the purposes TLS asks for.
struct Purposes {
    bool server = false;  ///< id-kp-serverAuth, or the Server Gated Crypto of old
    bool client = false;  ///< id-kp-clientAuth
    bool any = false;     ///< anyExtendedKeyUsage
};

/// Owns all its bytes. Text is UTF-8 where the certificate's string type allows it; hostile bytes (NUL, ESC, wrong
/// UTF-8) are kept as they were: each reporter escapes them.
struct CertificateSummary {
    static constexpr std::size_t kMaxNames = 100;  ///< subject alternative names kept; all are counted
    static constexpr std::size_t kMaxText = 1024;  ///< bytes of one name kept

    std::size_t length = 0;  ///< of the DER
    Sha256 sha256{};
    int version = 0;      ///< 1, 2 or 3; 0 when unreadable
    std::string serial;   ///< lower-case hexadecimal of the INTEGER's bytes
    std::string subject;  ///< RFC 4514 style: CN=example.org,O=Example; most specific first
    std::string issuer;
    std::string common_name;  ///< the subject's last CN
    std::string issuer_common_name;
    std::vector<std::string>
        names;  ///< subject alternative names: "DNS:a.example", "IP:192.0.2.1", "email:...", "URI:..."
    std::size_t names_total = 0;
    std::optional<std::int64_t> not_before;  ///< Unix seconds; empty when the date is not one RFC 5280 allows
    std::optional<std::int64_t> not_after;
    std::string key;             ///< "RSA 2048", "EC P-256", "Ed25519", "ML-DSA-44", "DSA 1024"
    std::uint32_t key_bits = 0;  ///< 0 when it has none
    KeyKind key_kind = KeyKind::unknown;
    std::string signature_algorithm;         ///< "sha256WithRSAEncryption", "ecdsa-with-SHA256"
    std::optional<std::uint16_t> key_usage;  ///< bits of crypto::key_usage; empty: may be used for anything
    std::optional<Purposes> purposes;        ///< empty: no extKeyUsage, so for anything
    std::vector<std::string> ocsp_urls;
    bool issuer_url = false;   ///< says where its issuer's certificate can be fetched (caIssuers, RFC 5280 4.2.2.1)
    std::size_t scts = 0;      ///< signed certificate timestamps in it (RFC 6962 section 3.3)
    bool self_signed = false;  ///< issued by itself: same name, and the same key identifiers where it has them
    bool is_ca = false;        ///< basicConstraints
    std::vector<std::string>
        faults;  ///< "der_bad:truncated", "serial_zero", "date_bad", "ext_dup", ...; the list is in README.md

    bool readable() const { return version != 0; }
};

/// Never throws on any input; time and memory are linear in its length and bounded. What could not be read is empty and
/// has a fault; length and sha256 are always there.
CertificateSummary summarize(bytes::Bytes der);

/// How many timestamps a SignedCertificateTimestampList holds (RFC 6962 section 3.3); 0 when it is malformed.
std::size_t count_scts(bytes::Bytes list);

/// PEM of RFC 7468: with its BEGIN and END lines.
std::string certificate_pem(bytes::Bytes der);

/// A distinguished name (DER of an RDNSequence) as in CertificateSummary::subject; nullopt when it is not one. For the
/// CA names of a CertificateRequest.
std::optional<std::string> describe_name(bytes::Bytes der);

}  // namespace tlsscope::crypto
