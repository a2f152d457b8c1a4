// Puts the bytes of one direction back in order. First copy of a byte wins; bounded; what will never come is a gap.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "flow/chunk.h"
#include "flow/delivered.h"

namespace tlsscope::flow {

/// Out-of-order bytes of all connections of a worker, and those of doubted segments, against a limit.
struct ReassemblyBudget {
    std::uint64_t limit = 192ULL << 20;
    std::uint64_t used = 0;
};

/// What became of the payload bytes handed in: the accounting identity of TORTURE.md. All wire lengths.
struct PayloadFate {
    std::uint64_t delivered = 0;   ///< handed on in order
    std::uint64_t duplicate = 0;   ///< copies of bytes handed on or held already
    std::uint64_t skipped = 0;     ///< in order, but nobody wanted them any more
    std::uint64_t uncaptured = 0;  ///< on the wire, cut off by the snap length
    std::uint64_t dropped =
        0;  ///< let go to stay within a limit, or held when the connection ended in a hole nobody filled
};

/// One direction's stream, by 64-bit offset from its first byte. Calls back in stream order:
///   deliver(Chunk) for bytes, gap(Gap) for bytes that will never come.
class Assembler {
  public:
    static constexpr std::size_t kMaxSegments = 256;
    static constexpr std::size_t kMaxBytes = 256UL * 1024;
    static constexpr std::size_t kSegmentCost = 64;

    /// Receives the stream. Not kept beyond the call.
    class Receiver {
      public:
        virtual ~Receiver() = default;
        virtual void deliver(Chunk chunk) = 0;
        virtual void gap(Gap gap) = 0;
        virtual void conflict(Evidence at) = 0;  ///< an overlapping copy differs from the one that counts
    };

    /// A segment's payload at `offset`; `wire_length` may exceed what was captured. Held pieces are copied, pieces in
    /// order are not.
    void insert(std::uint64_t offset, bytes::Bytes data, std::uint32_t wire_length, Evidence at,
                ReassemblyBudget& budget, Receiver& receiver);

    /// Bytes before `offset` will not come: reports the holes and delivers what was held up to there.
    void give_up_to(std::uint64_t offset, Gap::Why why, Evidence at, ReassemblyBudget& budget, Receiver& receiver);

    /// Until resume() bytes are held although they are in order: they answer others that may still come. Ends by itself
    /// at a limit. Meanwhile ready() pieces are handed on one by one, and holes skipped, when it is their turn.
    void pause() { paused_ = !stopped_; }
    void resume(ReassemblyBudget& budget, Receiver& receiver);
    bool ready() const { return has_hole() && held_->front().offset == next_; }
    /// What carried the first piece held. Only with has_hole().
    Evidence front() const { return held_->front().carried; }
    /// Behind the last byte that is there without a hole before it.
    std::uint64_t ready_end() const;
    /// Only with ready(). `released` is when the stream had come so far, and moves on with it.
    void hand_on_next(Evidence& released, ReassemblyBudget& budget, Receiver& receiver);
    /// The hole at next(), as far as `offset`. Only without ready().
    void skip_hole(std::uint64_t offset, Gap::Why why, Evidence at, Receiver& receiver);

    /// From now on bytes are only counted, neither held nor delivered.
    void stop(ReassemblyBudget& budget);
    bool stopped() const { return stopped_; }
    /// From now on bytes are delivered as before, but a repetition is no longer compared with the first copy.
    void skim();
    /// Somebody reads what the bytes say.
    bool reading() const { return !stopped_ && !skimmed_; }

    /// Next offset wanted: all before it was delivered, skipped or given up.
    std::uint64_t next() const { return next_; }
    bool has_hole() const { return held_ != nullptr && !held_->empty(); }
    /// Offset behind the last byte held.
    std::uint64_t held_end() const { return has_hole() ? held_->back().end() : next_; }
    const PayloadFate& fate() const { return fate_; }

    /// Lets go of everything held; counted as dropped.
    void clear(ReassemblyBudget& budget);

  private:
    struct Piece {
        std::uint64_t offset;
        std::uint32_t wire_length;
        std::vector<std::uint8_t> data;  // may be shorter than wire_length: cut by the capture
        Evidence carried;
        std::uint64_t end() const { return offset + wire_length; }
    };
    using Pieces = std::vector<Piece>;

    void hold(std::uint64_t offset, bytes::Bytes data, std::uint32_t wire_length, Evidence at, ReassemblyBudget& budget,
              Receiver& receiver);
    void hold_piece(Pieces::iterator where, std::uint64_t offset, bytes::Bytes data, std::uint32_t wire_length,
                    Evidence at, ReassemblyBudget& budget);
    void hand_on(std::uint64_t offset, bytes::Bytes data, std::uint32_t wire_length, Evidence carried,
                 Evidence released, Receiver& receiver);
    void release_contiguous(Evidence released, ReassemblyBudget& budget, Receiver& receiver);
    void relieve(Evidence at, ReassemblyBudget& budget, Receiver& receiver);
    std::size_t held_bytes() const;

    std::uint64_t next_ = 0;
    std::unique_ptr<Pieces> held_;  // sorted, disjoint, all beyond next_
    Delivered delivered_;
    PayloadFate fate_;
    bool stopped_ = false;
    bool skimmed_ = false;
    bool paused_ = false;
};

}  // namespace tlsscope::flow
