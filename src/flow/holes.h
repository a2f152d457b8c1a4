// The ranges of one direction that were skipped by later segments and may still come. Bounded.
#pragma once

#include <cstdint>
#include <vector>

#include "record/evidence.h"

namespace tlsscope::flow {

/// Tells a late segment (fills a hole) from a repeated one, and counts what never came. By stream offset.
class Holes {
  public:
    static constexpr std::size_t kMax = 32;

    struct Hole {
        std::uint64_t from = 0;
        std::uint64_t to = 0;
        record::Evidence opened;  ///< the segment that jumped over it
        std::uint64_t duplicate_acks = 0;
    };

    void open(std::uint64_t from, std::uint64_t to, record::Evidence by);
    /// Removes [from, to) from the holes; the hole it was first found in, or nothing when it touched none.
    struct Filled {
        bool any = false;
        std::uint64_t bytes = 0;
        Hole hole{};
    };
    Filled fill(std::uint64_t from, std::uint64_t to);
    /// Three duplicate ACKs for a hole say that the receiver misses it: what fills it is a retransmission.
    void duplicate_ack(std::uint64_t at);
    std::uint64_t bytes() const;
    bool empty() const { return holes_.empty(); }

  private:
    std::vector<Hole> holes_;      // sorted, disjoint
    std::uint64_t forgotten_ = 0;  // bytes of holes dropped beyond kMax
};

}  // namespace tlsscope::flow
