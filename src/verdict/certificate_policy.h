// What certificates are checked against: the same for a whole run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "crypto/trust_store.h"

namespace tlsscope::verdict {

struct CertificatePolicy {
    std::shared_ptr<const crypto::TrustStore> store;  ///< null: what needs a store is not checked, and not guessed
    std::optional<std::int64_t> at;                   ///< Unix seconds; empty: the time of the packet
    bool keep_chains = false;                         ///< records carry the certificates themselves (--certs)
};

}  // namespace tlsscope::verdict
