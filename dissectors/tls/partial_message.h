// The bytes of a handshake message that is not complete yet, and how many of them all streams of a worker may hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

/// LIMITS-AND-HARDENING: partial handshake messages of all streams together.
struct HandshakeBudget {
    std::uint64_t limit = 64ULL << 20;
    std::uint64_t used = 0;
};

/// Charged to the budget while it holds memory. Not to be moved: the budget knows only sums.
class PartialMessage {
  public:
    /// `budget`: outlives this; null: there is no total.
    explicit PartialMessage(HandshakeBudget* budget) : budget_{budget} {}
    ~PartialMessage() { release(); }
    PartialMessage(const PartialMessage&) = delete;
    PartialMessage& operator=(const PartialMessage&) = delete;

    /// False, and nothing is kept of them: the budget does not allow it.
    bool append(Bytes more) {
        const std::size_t wanted = bytes_.size() + more.size();
        if (wanted > bytes_.capacity() && !grow(std::max(wanted, 2 * bytes_.capacity())) && !grow(wanted)) return false;
        bytes_.insert(bytes_.end(), more.begin(), more.end());
        return true;
    }
    Bytes bytes() const { return bytes_; }
    bool empty() const { return bytes_.empty(); }
    std::size_t size() const { return bytes_.size(); }

    /// Gives the bytes away; from here on they are not charged.
    std::vector<std::uint8_t> take() {
        charge(0);
        return std::exchange(bytes_, {});
    }
    void release() { take(); }

  private:
    bool grow(std::size_t capacity) {
        if (budget_ != nullptr && budget_->used - charged_ + capacity > budget_->limit) return false;
        charge(capacity);
        bytes_.reserve(capacity);
        return true;
    }
    void charge(std::uint64_t bytes) {
        if (budget_ != nullptr) budget_->used += bytes - charged_;
        charged_ = bytes;
    }

    HandshakeBudget* budget_;
    std::uint64_t charged_ = 0;
    std::vector<std::uint8_t> bytes_;
};

}  // namespace tlsscope::tls
