// Certificates parsed once per SHA-256: a capture has few different ones and many copies.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>

#include "crypto/certificate.h"

namespace tlsscope::crypto {

/// Keeps the most recently used ones within a budget of entries and bytes. Not thread-safe: one per worker.
class CertificateCache {
  public:
    static constexpr std::size_t kDefaultEntries = 4096;
    static constexpr std::size_t kDefaultBytes = std::size_t{32} << 20;

    explicit CertificateCache(std::size_t max_entries = kDefaultEntries, std::size_t max_bytes = kDefaultBytes);

    /// The summary of this DER; valid as long as it is held, also after the cache let go of it.
    std::shared_ptr<const CertificateSummary> get(bytes::Bytes der);

    std::size_t size() const { return by_hash_.size(); }
    std::size_t footprint() const { return bytes_; }
    std::uint64_t hits() const { return hits_; }

  private:
    struct Hash {
        std::size_t operator()(const Sha256& h) const;
    };
    using Entry = std::shared_ptr<const CertificateSummary>;
    void evict();

    std::size_t max_entries_;
    std::size_t max_bytes_;
    std::list<Entry> recent_;  // most recently used first
    std::unordered_map<Sha256, std::list<Entry>::iterator, Hash> by_hash_;
    std::size_t bytes_ = 0;
    std::uint64_t hits_ = 0;
};

}  // namespace tlsscope::crypto
