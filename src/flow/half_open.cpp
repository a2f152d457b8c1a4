#include "flow/half_open.h"

#include <algorithm>
#include <bit>

namespace tlsscope::flow {

namespace {

/// Nothing that PackedSegment has no room for, and no flag beside those that negotiate ECN.
bool plain(const Segment& s) {
    constexpr std::uint16_t kPlain = kSyn | kAck | kEce | kCwr | kAe;
    return s.has(kSyn) && (s.flags & ~kPlain) == 0 && s.payload_length == 0 && s.urgent == 0 &&
           s.options.sack_blocks == 0 && s.key.domain.id == 0 && s.encapsulation.empty();
}

bool is_answer(const PackedSegment& p) { return (p.flags() & kAck) != 0; }

/// For the tracker, and for FlowTable::starts_anew(), the same opening.
bool again(const PackedSegment& first, const Segment& s) {
    if (s.from_low != first.from_low() || s.seq != first.seq() || s.has(kAck) != is_answer(first)) return false;
    return !s.has(kAck) || s.ack == first.ack();
}

bool answers(const PackedSegment& first, const Segment& s) {
    return !is_answer(first) && s.has(kAck) && s.from_low != first.from_low() && s.ack == first.seq() + 1;
}

}  // namespace

PackedSegment::PackedSegment(const Segment& s)
    : time_{s.at.time},
      frame_{s.at.frame},
      seq_{s.seq},
      ack_{s.ack},
      ts_value_{s.options.ts_value},
      ts_echo_{s.options.ts_echo},
      flags_{s.flags},
      window_{s.window},
      ip_id_{s.ip_id},
      mss_{s.options.mss},
      ttl_{s.ttl},
      window_scale_{s.options.window_scale},
      next_{0xffffffff} {
    const auto set = [this](bool value, Bit bit) { bits_ = static_cast<std::uint16_t>(bits_ | (value ? bit : 0)); };
    set(s.options.has_mss, kMss);
    set(s.options.has_window_scale, kWindowScale);
    set(s.options.sack_permitted, kSack);
    set(s.options.has_timestamps, kTimestamps);
    set(s.options.has_fast_open, kFastOpen);
    set(s.options.has_md5, kMd5);
    set(s.options.bad, kBad);
    set(s.from_low, kFromLow);
    // Its bytes will be gone.
    bits_ = static_cast<std::uint16_t>(bits_ | static_cast<unsigned>(verify_checksum(s)) << kChecksumShift);
}

Segment PackedSegment::unpack(const FlowKey& key) const {
    const auto is = [this](Bit bit) { return (bits_ & bit) != 0; };
    Segment s;
    s.at = {time_, frame_};
    s.key = key;
    s.from_low = is(kFromLow);
    s.flags = flags_;
    s.window = window_;
    s.ip_id = ip_id_;
    s.ttl = ttl_;
    s.seq = seq_;
    s.ack = ack_;
    s.options.has_mss = is(kMss);
    s.options.has_window_scale = is(kWindowScale);
    s.options.sack_permitted = is(kSack);
    s.options.has_timestamps = is(kTimestamps);
    s.options.has_fast_open = is(kFastOpen);
    s.options.has_md5 = is(kMd5);
    s.options.bad = is(kBad);
    s.options.window_scale = window_scale_;
    s.options.mss = mss_;
    s.options.ts_value = ts_value_;
    s.options.ts_echo = ts_echo_;
    s.checksum = static_cast<Checksum>(bits_ >> kChecksumShift);
    return s;
}

/// As many flows as fit, each with one more segment than its SYN: a server answers. Those that are not answered leave
/// room for those whose answer is repeated.
HalfOpenTable::HalfOpenTable(std::uint64_t limit_bytes, std::uint64_t seed) : capacity_{0}, seed_{seed} {
    constexpr std::uint64_t kBuckets = 2 * sizeof(Index);  // a power of two of them: up to twice as many
    capacity_ = std::min<std::uint64_t>(limit_bytes / (sizeof(Entry) + sizeof(PackedSegment) + kBuckets), kNone - 1);
}

std::uint64_t HalfOpenTable::bytes() const {
    return entries_.capacity() * sizeof(Entry) + nodes_.capacity() * sizeof(PackedSegment) +
           buckets_.capacity() * sizeof(Index);
}

bool HalfOpenTable::can_begin(const Segment& s) const { return capacity_ != 0 && plain(s); }

/// All at once and not as it grows: growing would take up to three times as much for a while. What is not used stays
/// untouched, and so takes address space only.
void HalfOpenTable::reserve() {
    entries_.reserve(capacity_);
    nodes_.reserve(capacity_);
    buckets_.assign(std::bit_ceil(capacity_), kNone);
}

void HalfOpenTable::add(const Segment& s, std::uint64_t stream, Nanos seen) {
    if (buckets_.empty()) reserve();
    Entry e;
    e.low = s.key.low;
    e.high = s.key.high;
    e.count = 1;
    e.stream = stream;
    e.seen = seen;
    e.first = PackedSegment{s};
    Index& head = bucket(s.key);
    e.next_in_bucket = head;
    head = static_cast<Index>(entries_.size());
    entries_.push_back(e);
}

std::optional<HalfOpenTable::Index> HalfOpenTable::find(const FlowKey& key) const {
    if (entries_.empty() || key.domain.id != 0) return {};
    for (Index i = buckets_[hash(key, seed_) & (buckets_.size() - 1)]; i != kNone; i = entries_[i].next_in_bucket)
        if (entries_[i].low == key.low && entries_[i].high == key.high) return i;
    return {};
}

bool HalfOpenTable::keep(Index i, const Segment& s, Nanos seen) {
    Entry& e = entries_[i];
    if (!plain(s) || e.count == HalfOpenFlow::kMaxSegments) return false;
    if (!again(e.first, s) && !answers(e.first, s)) return false;
    PackedSegment* at = &e.first;
    while (at->next_ != kNone) at = &nodes_[at->next_];
    const Index node = new_node(s);  // moves no other: there is room for all
    at->next_ = node;
    ++e.count;
    e.seen = seen;
    return true;
}

const Endpoint& HalfOpenFlow::server() const {
    const PackedSegment& first = segments.front();
    const bool by_server = (first.flags() & kAck) != 0;
    return first.from_low() == by_server ? key.low : key.high;
}

HalfOpenFlow HalfOpenTable::take_out(Index i) {
    HalfOpenFlow out;
    const Entry& e = entries_[i];
    out.key = key(i);
    out.stream = e.stream;
    out.segments[out.count++] = e.first;
    for (Index n = e.first.next_; n != kNone; n = nodes_[n].next_) out.segments[out.count++] = nodes_[n];
    free_nodes(e.first.next_);
    link_to(i) = e.next_in_bucket;
    const auto back = static_cast<Index>(entries_.size() - 1);
    if (i != back) {
        link_to(back) = i;
        entries_[i] = entries_[back];
    }
    entries_.pop_back();
    return out;
}

/// What says where this entry is: its bucket, or the one before it there.
HalfOpenTable::Index& HalfOpenTable::link_to(Index i) {
    Index* link = &bucket(key(i));
    while (*link != i) link = &entries_[*link].next_in_bucket;
    return *link;
}

HalfOpenTable::Index HalfOpenTable::new_node(const Segment& s) {
    if (spare_ == kNone) {
        nodes_.emplace_back(s);
        return static_cast<Index>(nodes_.size() - 1);
    }
    const Index i = spare_;
    spare_ = nodes_[i].next_;
    nodes_[i] = PackedSegment{s};
    return i;
}

void HalfOpenTable::free_nodes(Index first) {
    while (first != kNone) {
        const Index next = nodes_[first].next_;
        nodes_[first].next_ = spare_;
        spare_ = first;
        first = next;
    }
}

}  // namespace tlsscope::flow
