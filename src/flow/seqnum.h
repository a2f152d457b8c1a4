// Sequence numbers wrap around; this is the only place that knows how. RFC 9293 section 3.4.
#pragma once

#include <cstdint>

namespace tlsscope::flow {

/// How far b lies ahead of a, modulo 2^32; negative when it lies behind.
constexpr std::int32_t distance(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(b - a); }

/// Turns 32-bit sequence numbers of one direction into 64-bit offsets from a base that never wrap.
class SeqSpace {
  public:
    bool known() const { return known_; }
    /// The sequence number of offset 0: the first payload byte (ISN + 1), or where a mid-stream capture began.
    void start(std::uint32_t base) {
        base_ = base;
        known_ = true;
    }
    std::uint32_t base() const { return base_; }
    /// The offset of `seq` that lies nearest to `near`; negative for numbers before the base.
    std::int64_t offset(std::uint32_t seq, std::uint64_t near) const {
        const auto reference = base_ + static_cast<std::uint32_t>(near);
        return static_cast<std::int64_t>(near) + distance(reference, seq);
    }

  private:
    std::uint32_t base_ = 0;
    bool known_ = false;
};

}  // namespace tlsscope::flow
