// Certificates parsed and hashed once: a capture has few different ones and many copies.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

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
    /// The DER itself is kept: comparing it costs a hundredth of its SHA-256.
    struct Entry {
        std::size_t hash;
        std::vector<std::uint8_t> der;
        std::shared_ptr<const CertificateSummary> summary;
    };
    using Entries = std::list<Entry>;
    void drop(Entries::iterator entry);

    std::size_t max_entries_;
    std::size_t max_bytes_;
    Entries recent_;                                              // most recently used first
    std::unordered_map<std::size_t, Entries::iterator> by_hash_;  // of the DER; of two with the same hash one is kept
    std::size_t bytes_ = 0;
    std::uint64_t hits_ = 0;
};

}  // namespace tlsscope::crypto
