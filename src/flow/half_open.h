// Connections of which only SYN and SYN/ACK were seen, kept as what is needed to play these again: under a SYN flood a
// connection costs 112 bytes and not some thousand.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "flow/segment.h"

namespace tlsscope::flow {

/// What a Segment without payload says; unpacked it is played as the original would have been. 48 bytes.
class PackedSegment {
  public:
    PackedSegment() = default;
    explicit PackedSegment(const Segment& s);
    Segment unpack(const FlowKey& key) const;

    bool from_low() const { return (bits_ & kFromLow) != 0; }
    std::uint16_t flags() const { return flags_; }
    std::uint32_t seq() const { return seq_; }
    std::uint32_t ack() const { return ack_; }

  private:
    friend class HalfOpenTable;
    enum Bit : std::uint16_t {
        kMss = 0x001,
        kWindowScale = 0x002,
        kSack = 0x004,
        kTimestamps = 0x008,
        kFastOpen = 0x010,
        kMd5 = 0x020,
        kBad = 0x040,
        kFromLow = 0x080,
    };
    static constexpr unsigned kChecksumShift = 8;

    Nanos time_ = 0;
    std::uint64_t frame_ = 0;
    std::uint32_t seq_ = 0;
    std::uint32_t ack_ = 0;
    std::uint32_t ts_value_ = 0;
    std::uint32_t ts_echo_ = 0;
    std::uint16_t flags_ = 0;
    std::uint16_t window_ = 0;
    std::uint16_t ip_id_ = 0;
    std::uint16_t mss_ = 0;
    std::uint16_t bits_ = 0;
    std::uint8_t ttl_ = 0;
    std::uint8_t window_scale_ = 0;
    std::uint32_t next_ = 0;  // of the same flow, or of the unused ones
};

/// A flow taken out of the table: its segments in the order they came.
struct HalfOpenFlow {
    static constexpr std::size_t kMaxSegments = 8;

    FlowKey key;
    std::uint64_t stream = 0;
    std::array<PackedSegment, kMaxSegments> segments;
    std::size_t count = 0;

    Segment segment(std::size_t i) const { return segments[i].unpack(key); }
    /// Who was asked for a connection.
    const Endpoint& server() const;
};

/// Takes no memory until the first flow is added, and never more than its limit. Only of plain packets: no wrapping.
/// A flow is known by an index that is good until the next one is taken out.
class HalfOpenTable {
  public:
    using Index = std::uint32_t;

    HalfOpenTable(std::uint64_t limit_bytes, std::uint64_t seed);

    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    std::uint64_t bytes() const;
    /// There is no room for one more segment: flows must be taken out before the next call of add() or keep(), until
    /// this is false.
    bool full() const {
        const bool no_node = spare_ == kNone && nodes_.size() == capacity_;
        return !empty() && (no_node || entries_.size() == capacity_);
    }

    /// Whether a flow can begin with this segment here: a SYN with nothing unusual about it, or such a SYN/ACK (a
    /// server repeats its answers to a flood for longer than the SYNs are kept).
    bool can_begin(const Segment& s) const;
    /// `seen`: when, by the table's clock.
    void add(const Segment& s, std::uint64_t stream, Nanos seen);

    std::optional<Index> find(const FlowKey& key) const;
    /// The opening again, or its answer: kept, and true. False: this needs a whole connection.
    bool keep(Index i, const Segment& s, Nanos seen);
    HalfOpenFlow take_out(Index i);

    FlowKey key(Index i) const { return {entries_[i].low, entries_[i].high, {}}; }
    std::uint64_t stream(Index i) const { return entries_[i].stream; }
    Nanos seen(Index i) const { return entries_[i].seen; }

  private:
    static constexpr Index kNone = 0xffffffff;

    struct Entry {
        Endpoint low;
        Endpoint high;
        std::uint8_t count = 0;  // of segments
        Index next_in_bucket = kNone;
        std::uint64_t stream = 0;
        Nanos seen = 0;       // the last of them
        PackedSegment first;  // the others hang on it, as nodes
    };
    static_assert(sizeof(PackedSegment) == 48);
    static_assert(sizeof(Entry) == 112);

    Index& bucket(const FlowKey& key) { return buckets_[hash(key, seed_) & (buckets_.size() - 1)]; }
    Index& link_to(Index i);
    void reserve();
    Index new_node(const Segment& s);
    void free_nodes(Index first);

    std::size_t capacity_;
    std::uint64_t seed_;
    std::vector<Entry> entries_;        // dense, so that any can be picked at random
    std::vector<PackedSegment> nodes_;  // second and further segments
    std::vector<Index> buckets_;
    Index spare_ = kNone;  // the first unused node
};

}  // namespace tlsscope::flow
