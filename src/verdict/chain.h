// A chain of certificates as a peer sent it, judged as far as neither time nor name matter. A capture has few different
// ones and many copies: each is read once.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "crypto/certificate_cache.h"
#include "crypto/trust_store.h"
#include "record/connection.h"
#include "verdict/certificate_rules.h"

namespace tlsscope::verdict {

/// A set of CertificateFault.
class CertificateFaults {
  public:
    void add(CertificateFault f) { bits_ |= bit(f); }
    void remove(CertificateFault f) { bits_ &= ~bit(f); }
    void add(CertificateFaults other) { bits_ |= other.bits_; }
    bool has(CertificateFault f) const { return (bits_ & bit(f)) != 0; }
    bool none() const { return bits_ == 0; }
    template <class Visit>
    void for_each(Visit&& visit) const {  ///< gravest first
        for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(CertificateFault::count); ++i)
            if (has(static_cast<CertificateFault>(i))) visit(static_cast<CertificateFault>(i));
    }
    friend bool operator==(CertificateFaults, CertificateFaults) = default;

  private:
    static std::uint32_t bit(CertificateFault f) { return 1U << static_cast<unsigned>(f); }
    std::uint32_t bits_ = 0;
};

/// Owns all its bytes. Belongs to one worker: it remembers what it was asked, without a lock.
class Chain {
  public:
    using Certificate = std::shared_ptr<const crypto::CertificateSummary>;

    /// `list`: certificates one behind the other, each after its length in 24 bits (RFC 5246 section 7.4.2), as far as
    /// they are whole; of more than TrustStore::kMaxChain the first.
    Chain(bytes::Bytes list, crypto::CertificateCache& cache);
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;
    ~Chain() = default;

    bool empty() const { return certificates_.empty(); }
    const crypto::CertificateSummary& leaf() const { return *certificates_.front(); }  ///< not when empty()
    const std::vector<Certificate>& certificates() const { return certificates_; }
    /// Weak keys and signatures, and the wrong usage.
    CertificateFaults lasting(crypto::Role role) const { return lasting_[static_cast<std::size_t>(role)]; }
    /// The number of the first certificate a lasting fault is about, from 0.
    std::size_t place_of(CertificateFault fault) const;
    /// Checked against the store at that time; once for each time at which the answer may differ. All calls with the
    /// same store. nullopt: unreadable.
    const std::optional<crypto::ChainCheck>& check(const crypto::TrustStore& store, crypto::Role role,
                                                   std::int64_t at) const;
    /// The certificates as a file, made when first asked for.
    std::shared_ptr<const record::CertificateFile> file() const;

    bool is(bytes::Bytes list) const;
    std::size_t footprint() const;

  private:
    struct Checked {
        crypto::Role role{};
        std::optional<crypto::ChainCheck> result;
    };
    std::vector<std::uint8_t> list_;
    std::vector<bytes::Bytes> ders_;  // into list_
    std::vector<Certificate> certificates_;
    std::array<CertificateFaults, 2> lasting_;
    mutable std::vector<Checked> checked_;  // bounded
    mutable std::shared_ptr<const record::CertificateFile> file_;
};

/// Keeps the most recently used chains within a budget. Not thread-safe: one per worker.
class ChainCache {
  public:
    static constexpr std::size_t kDefaultBytes = std::size_t{32} << 20;

    /// `certificates` outlives the cache.
    explicit ChainCache(crypto::CertificateCache& certificates, std::size_t max_bytes = kDefaultBytes)
        : certificates_{certificates}, max_bytes_{max_bytes} {}

    /// See Chain; valid as long as it is held, also after the cache let go of it.
    std::shared_ptr<const Chain> get(bytes::Bytes list);

    std::size_t size() const { return recent_.size(); }
    std::size_t footprint() const { return bytes_; }

  private:
    struct Entry {
        std::size_t hash;
        std::size_t bytes;
        std::shared_ptr<const Chain> chain;
    };
    using Entries = std::list<Entry>;
    void drop(Entries::iterator entry);

    crypto::CertificateCache& certificates_;
    std::size_t max_bytes_;
    Entries recent_;  // most recently used first
    std::unordered_map<std::size_t, Entries::iterator> by_hash_;
    std::size_t bytes_ = 0;
};

}  // namespace tlsscope::verdict
