// The rules for certificates: what a client checks of a server's chain, and a server of a client's (RFC 5280, RFC 9525,
// the CA/Browser Forum's Baseline Requirements). Gravest first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "record/rule.h"

namespace tlsscope::verdict {

/// Index into kCertificateRules.
enum class CertificateFault : std::uint8_t {
    bad_signature,
    expired,
    not_yet_valid,
    name_mismatch,
    missing_intermediate,
    unknown_issuer,
    invalid_ca,
    wrong_usage,
    weak_key,
    weak_signature,
    chain_invalid,
    self_signed,
    expires_soon,
    validity_long,
    count,
};

/// The thresholds the definitions below speak of.
inline constexpr std::uint32_t kWeakRsaBits = 2048;  ///< and DSA, DH
inline constexpr std::uint32_t kWeakEcBits = 224;
inline constexpr std::int64_t kSoonDays = 14;
inline constexpr std::int64_t kSoonPart = 5;  ///< of the certificate's lifetime: a fifth
inline constexpr std::int64_t kLongDays = 825;
inline constexpr std::int64_t kLongSince = 1'561'939'200;  ///< 2019-07-01

/// A rule and its word in the columns cert_validation and client_cert_validation; empty: not an objection, so in none.
struct CertificateRule {
    std::string_view token;
    record::Rule rule;
};

inline constexpr CertificateRule kCertificateRules[] = {
    {"bad_signature",
     {{"cert_bad_signature", record::Severity::high,
       "The signature of a certificate does not fit its issuer's key: somebody changed it, or another CA has the same "
       "name."},
      "find out who changed the certificate, or send the issuer's present certificate",
      "With --ca-file: a signature in the chain cannot be verified with the key of the issuer that was found.",
      "A CA that renewed its key under its old name, without key identifiers, while the old certificate is sent."}},
    {"expired",
     {{"cert_expired", record::Severity::medium, "A certificate had expired when it was presented."},
      "renew it",
      "The packet with the Certificate message (or --at) is later than notAfter of the end-entity certificate; with "
      "--ca-file: of any certificate of the chain the checking side would build.",
      "The clock of the capturing machine is wrong: then notAfter is right and the packets' times are not."}},
    {"not_yet_valid",
     {{"cert_not_yet_valid", record::Severity::medium, "A certificate was not valid yet when it was presented."},
      "correct the clock of the server or of the CA, or wait",
      "The packet with the Certificate message (or --at) is earlier than notBefore of the end-entity certificate; with "
      "--ca-file: of any certificate of the chain.",
      "The clock of the capturing machine is wrong; captures made with a clock that was never set start in 1970."}},
    {"name_mismatch",
     {{"cert_name_mismatch", record::Severity::medium,
       "The server's certificate does not name the host the client asked for (SNI)."},
      "get a certificate with this name, or serve this name elsewhere",
      "The SNI is none of the certificate's DNS names (RFC 9525: a wildcard stands for one whole left-most label; the "
      "common name counts only where there are no DNS names) nor, for an SNI that is an address, of its IP addresses. "
      "Silent without SNI, and when the certificate has more than 100 names.",
      "Clients that connect to one name and verify another (service meshes, mail by MX, pinned certificates)."}},
    {"missing_intermediate",
     {{"cert_missing_intermediate", record::Severity::medium,
       "The server did not send the certificate of its issuer: clients that do not fetch it fail."},
      "add the intermediate certificate to the server's chain",
      "With --ca-file: the issuer of the end-entity certificate is neither in the store nor in the message, and the "
      "certificate says where it can be fetched (caIssuers).",
      "A private root that is not in the store, whose certificates carry caIssuers; silent (unknown_issuer instead) "
      "when an intermediate that was not sent is not said to be fetchable. Browsers may know the intermediate from "
      "elsewhere and succeed."}},
    {"unknown_issuer",
     {{"cert_unknown_issuer", record::Severity::medium, "A chain does not lead to a CA of the store (--ca-file)."},
      "give the checking side this CA, or use a certificate of a CA it knows",
      "With --ca-file: the chain as sent ends at an issuer that is not in the store, or at a root that is not.",
      "The store is not the one the checking side uses: private CAs, inspecting proxies, older or newer root "
      "programs."}},
    {"invalid_ca",
     {{"cert_invalid_ca", record::Severity::medium,
       "A certificate was issued by one that may not: no CA, too long a path, or a name it is not allowed."},
      "have it issued by a CA that may",
      "With --ca-file: an issuer in the chain lacks basicConstraints CA or keyCertSign, or its pathLenConstraint or "
      "nameConstraints forbid the certificate (RFC 5280 section 6.1).",
      "Roots of version 1, which OpenSSL and browsers accept only from the store."}},
    {"wrong_usage",
     {{"cert_wrong_usage", record::Severity::medium,
       "A certificate is not meant for what it is used for: a client's as a server's, or the like."},
      "use a certificate issued for this purpose (extKeyUsage serverAuth or clientAuth)",
      "The end-entity certificate has an extKeyUsage without serverAuth (clientAuth for a client's) and without "
      "anyExtendedKeyUsage, or a keyUsage without digitalSignature, keyEncipherment and keyAgreement (client: without "
      "digitalSignature and keyAgreement); with --ca-file also: an issuer's extKeyUsage lacks the purpose.",
      "Programs that ignore the purpose; OpenSSL refuses anyExtendedKeyUsage alone, about which this rule is silent."}},
    {"weak_key",
     {{"cert_weak_key", record::Severity::medium, "A certificate has a key that is too short."},
      "replace the key: RSA 2048 or more, or EC P-256",
      "Any certificate of the chain as sent has an RSA, DSA or DH key of less than 2048 bits or an EC key of less than "
      "224 bits.",
      "A certificate of the chain that the checking side does not need."}},
    {"weak_signature",
     {{"cert_weak_signature", record::Severity::medium, "A certificate is signed with MD2, MD4, MD5 or SHA-1."},
      "have it issued again, signed with SHA-256",
      "Any certificate of the chain as sent that is not self-signed has a signature with MD2, MD4, MD5 or SHA-1.",
      "A certificate of the chain that the checking side does not need, such as a cross-signed root of old."}},
    {"chain_invalid",
     {{"cert_chain_invalid", record::Severity::medium,
       "A chain fails a check of RFC 5280 that has no rule of its own."},
      "have it issued again, without what the reason names",
      "With --ca-file: OpenSSL's chain verification reports another error (critical extensions it does not know, more "
      "than 16 certificates, a certificate it cannot read, ...).",
      "Critical extensions that the checking side knows and OpenSSL does not."}},
    {"self_signed",
     {{"cert_self_signed", record::Severity::low, "A certificate is its own issuer: nobody vouches for it."},
      "use a certificate of a CA the other side knows, or give it this one",
      "Subject and issuer of the end-entity certificate are the same, and so are its key identifiers; with --ca-file: "
      "and it is not in the store itself.",
      "Devices whose certificate was given to the checking side by hand, or is pinned."}},
    {"",
     {{"cert_expires_soon", record::Severity::low, "The server's certificate is about to expire."},
      "renew it, and see why that has not happened by itself",
      "Less than 14 days, and less than a fifth of the end-entity certificate's lifetime, were left at the time of the "
      "packet (or --at).",
      "Certificates that are renewed by hand on their last day; an old capture, as the certificate may have been "
      "replaced since (--at now says how it stands today)."}},
    {"",
     {{"cert_validity_long", record::Severity::note,
       "The server's certificate is valid for longer than 825 days: devices of Apple refuse it."},
      "issue it for a shorter time",
      "The end-entity certificate begins on 2019-07-01 or later and is valid for more than 825 days. Public CAs are "
      "held to less by the Baseline Requirements (398 days, 200 from 2026-03-15), private ones are not.",
      "Private CAs whose clients do not mind; silent for public certificates of 399 to 825 days, which cannot be told "
      "from private ones."}},
};
static_assert(std::size(kCertificateRules) == static_cast<std::size_t>(CertificateFault::count));

constexpr const CertificateRule& rule_of(CertificateFault fault) {
    return kCertificateRules[static_cast<std::size_t>(fault)];
}
static_assert(rule_of(CertificateFault::invalid_ca).token == "invalid_ca");
static_assert(rule_of(CertificateFault::self_signed).token == "self_signed");
static_assert(rule_of(CertificateFault::validity_long).rule.finding.name == "cert_validity_long");

/// Each rule by its address, for a module's vocabulary.
inline constexpr const record::Rule* kCertificateRuleList[] = {
    &kCertificateRules[0].rule,  &kCertificateRules[1].rule,  &kCertificateRules[2].rule,  &kCertificateRules[3].rule,
    &kCertificateRules[4].rule,  &kCertificateRules[5].rule,  &kCertificateRules[6].rule,  &kCertificateRules[7].rule,
    &kCertificateRules[8].rule,  &kCertificateRules[9].rule,  &kCertificateRules[10].rule, &kCertificateRules[11].rule,
    &kCertificateRules[12].rule, &kCertificateRules[13].rule,
};
static_assert(std::size(kCertificateRuleList) == std::size(kCertificateRules));

}  // namespace tlsscope::verdict
