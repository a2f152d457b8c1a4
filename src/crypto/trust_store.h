// The CAs somebody trusts, and chains checked against them as a client does (RFC 5280 section 6), by libcrypto.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "bytes/bytes.h"

namespace tlsscope::crypto {

/// What the end-entity certificate is used for.
enum class Role : std::uint8_t { server, client };

/// What is wrong with a chain; several may be. Nothing set: it leads to a CA of the store, and every link holds.
struct ChainFaults {
    bool expired = false;               ///< a certificate of it, not only the first
    bool not_yet_valid = false;         ///< likewise
    bool self_signed = false;           ///< the first certificate is its own issuer, and not in the store
    bool unknown_issuer = false;        ///< it ends at an issuer the store does not have
    bool missing_intermediate = false;  ///< and that is the first one's, which was not sent but can be fetched
    bool bad_signature = false;         ///< of a certificate that was sent
    bool wrong_usage = false;           ///< a CA of it may not issue for this role (extKeyUsage)
    bool bad_ca = false;                ///< an issuer is no CA, or not for such a name or so long a path
    std::string other;                  ///< anything else, in OpenSSL's words

    bool none() const { return *this == ChainFaults{}; }
    friend bool operator==(const ChainFaults&, const ChainFaults&) = default;
};

/// The faults, and the times for which they are the same: Unix seconds, from <= t < until.
struct ChainCheck {
    ChainFaults faults;
    std::int64_t from = 0;
    std::int64_t until = 0;
};

/// Immutable once loaded. Thread-safe: workers share one.
class TrustStore {
  public:
    static constexpr std::size_t kMaxFile = std::size_t{64} << 20;  ///< bytes of a CA file
    static constexpr std::size_t kMaxChain = 16;                    ///< certificates of a chain that are looked at

    /// Reads the certificates of a PEM file; "system": those this machine trusts ($SSL_CERT_FILE, or the file of its
    /// ca-certificates package). Null, and one line in `error`: it cannot be read, or holds none.
    static std::shared_ptr<const TrustStore> load(const std::string& file, std::string& error);

    /// The same of a file's contents; `what` names it in `error`.
    static std::shared_ptr<const TrustStore> parse(const std::string& pem, const std::string& what, std::string& error);

    ~TrustStore();
    TrustStore(const TrustStore&) = delete;
    TrustStore& operator=(const TrustStore&) = delete;

    std::size_t size() const;

    /// `chain`: DER, the end-entity certificate first; only certificates our own reader could read (certificate.h). At
    /// time `at` (Unix seconds). Not looked at: names, revocation, and how strong keys and signatures are: what this
    /// machine's OpenSSL is willing to accept must not decide what is said of a capture. Never throws on any input;
    /// nullopt when OpenSSL cannot read the first certificate.
    std::optional<ChainCheck> check(std::span<const bytes::Bytes> chain, Role role, std::int64_t at) const;

  private:
    struct Contents;
    explicit TrustStore(std::unique_ptr<Contents> contents);
    std::unique_ptr<Contents> contents_;
};

}  // namespace tlsscope::crypto
