// The records of all shards in one order, as one worker would have numbered them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "pipeline/sequencer.h"
#include "pipeline/shards.h"

namespace tlsscope::pipeline {

/// A connection gets its number once every shard has looked at all frames up to its first. Not thread-safe: for the
/// thread that deals the segments.
class Merge {
  public:
    Merge(std::size_t shards, std::function<void(record::ConnectionRecord&&)> emit)
        : shards_(shards), in_order_{std::move(emit)} {}

    /// Records leave, as far as their numbers and those before them allow.
    void take(std::size_t shard, Progress progress);
    const Sequencer& in_order() const { return in_order_; }

  private:
    /// Streams of one shard. Those it may still speak of have their number here until it has said the last of them.
    struct Numbers {
        std::uint64_t through = 0;
        std::deque<std::uint64_t> unnumbered;  // first frames
        std::deque<std::uint64_t> numbers;     // from stream `base` on
        std::uint64_t base = 0;
        std::vector<record::ConnectionRecord> early;  // of streams without a number yet
        std::vector<std::uint64_t> early_without_record;
    };
    static constexpr std::uint64_t kGone = ~std::uint64_t{0};

    void number();
    Numbers* next_to_begin();
    void pass_on(Numbers& shard);
    static bool numbered(const Numbers& shard, std::uint64_t stream);
    static std::uint64_t take_number(Numbers& shard, std::uint64_t stream);

    std::vector<Numbers> shards_;
    std::uint64_t next_ = 0;
    Sequencer in_order_;
};

}  // namespace tlsscope::pipeline
