// What one side's certificates are worth at one moment: the rules, applied.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/evidence.h"
#include "verdict/certificate_policy.h"
#include "verdict/chain.h"

namespace tlsscope::verdict {

/// Certificates one side presented, and what was found. Owns what it needs.
struct Presented {
    std::shared_ptr<const Chain> chain;
    record::Side from = record::Side::server;
    CertificateFaults faults;
    bool checked = false;            ///< against a store
    std::optional<std::int64_t> at;  ///< the time that counted, Unix seconds; empty: the packet has none
    bool at_given = false;           ///< it is the user's, not the packet's
    std::string other;               ///< of chain_invalid, in OpenSSL's words; empty: it cannot be read
    record::Evidence evidence;       ///< the Certificate message

    /// The faults the other side could see: not what only --at makes of the dates.
    CertificateFaults seen_by_peer() const;
};

/// What the check of a chain depends on besides the chain and the policy.
struct Presentation {
    record::Side from = record::Side::server;
    record::Evidence at;                      ///< the Certificate message
    bool whole = true;                        ///< no certificate of the message is missing
    std::optional<bool> names_the_host = {};  ///< empty: nobody knows (no SNI, not all names kept)
};

/// Applies kCertificateRules. `chain` is not empty. `policy`: null is one that asks for nothing. Rules that need a
/// time, a name or a store are silent where there is none; those that need a store, too, where certificates of the
/// message are missing.
Presented present(std::shared_ptr<const Chain> chain, const Presentation& how, const CertificatePolicy* policy);

/// The words of cert_validation: the objections, gravest first; "ok" when the chain was checked and there is none;
/// empty when there is none, and no store.
std::vector<std::string_view> tokens(const Presented& presented);

/// Whole days from `at` to the end of the first certificate: negative when it has ended.
std::optional<std::int64_t> days_left(const Presented& presented);

/// What is wrong, as a clause without an end: "the server's certificate expired 12 days before this handshake (notAfter
/// 2026-11-10)". `sni`: as on the wire, for name_mismatch. Names out of certificates are in it as they were: reporters
/// escape.
std::string clause(const Presented& presented, CertificateFault fault, std::string_view sni);

/// The gravest of the faults; CertificateFault::count when there is none.
CertificateFault gravest(CertificateFaults faults);

}  // namespace tlsscope::verdict
