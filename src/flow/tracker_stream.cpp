// Sequence and acknowledgment progress: what is new, repeated, late or missing.
#include <algorithm>

#include "flow/tcp_vocabulary.h"
#include "flow/tracker_turn.h"

namespace tlsscope::flow {

namespace {

constexpr std::uint64_t kFarAhead = 1ULL << 30;  // half of what a scaled window can ever span
constexpr std::uint64_t kWindowSlack = 1ULL << 20;

std::uint64_t positive(std::int64_t v) { return v < 0 ? 0 : static_cast<std::uint64_t>(v); }

}  // namespace

void Tracker::Delivery::deliver(Chunk chunk) {
    chunk.from = side_;
    tracker_.listener_.data(c_, chunk);
}

void Tracker::Delivery::gap(Gap gap) {
    gap.from = side_;
    switch (gap.why) {
        case Gap::Why::acked: c_.anomalies.report(kGapAcked, gap.at.frame); break;
        case Gap::Why::snaplen: c_.anomalies.report(kSnapTruncated, gap.at.frame); break;
        case Gap::Why::budget: c_.anomalies.report(kReassemblyBudget, gap.at.frame); break;
        case Gap::Why::end: break;
    }
    if (gap.why != Gap::Why::snaplen) c_.history.note('g', side_);
    tracker_.listener_.gap(c_, gap);
}

void Tracker::Delivery::conflict(Evidence at) { c_.anomalies.report(kOverlapConflict, at.frame); }

/// The acknowledgment a segment carries, about what the other side sent.
void Tracker::acknowledge(Turn& t) {
    Half& them = t.receiver;
    const Segment& s = t.s;
    bool moved = false;
    if (them.space.known()) {
        const std::int64_t offset = them.space.offset(s.ack, them.acked);
        std::uint64_t acked = positive(offset);
        if (them.fin.seen() && acked > them.fin_offset) {
            acked = them.fin_offset;
            if (!them.fin_acked.seen()) {
                them.fin_acked = s.at;
                t.acked_fin_now = true;
            }
        }
        if (acked > them.acked && acked < them.sent + kFarAhead) {
            moved = true;
            them.acked = acked;
            if (them.doubted) believe_after_all(t, acked);
            watch_gap(t, acked);
        }
    }
    count_duplicate_ack(t, moved);
    const bool window_matters = !s.has(kSyn) && !s.has(kFin) && !s.has(kRst);
    if (window_matters && s.window == 0) {
        ++t.sender.zero_windows;
        t.c.history.note('w', t.side);
        t.note("announces a window of zero: stop sending");
    }
    if (window_matters && s.payload_length == 0) t.c.history.note('a', t.side);
    t.sender.last_ack = s.ack;
    t.sender.last_window = s.window;
    t.sender.ack_seen = true;
    deliver_fins(t.c, s.at);
    if (t.acked_fin_now) event(t, other(t.side), TcpEvent::rcv_ack_of_fin);
}

/// RFC 5681 section 2: nothing new acknowledged while data is outstanding, no data, no window change.
void Tracker::count_duplicate_ack(Turn& t, bool moved) {
    const Segment& s = t.s;
    if (moved || !t.sender.ack_seen || s.payload_length != 0 || (s.flags & (kSyn | kFin | kRst)) != 0) return;
    if (s.ack != t.sender.last_ack || s.window != t.sender.last_window || t.receiver.sent <= t.receiver.acked) return;
    if (t.sender.space.known() && keep_alive(t)) return;
    ++t.sender.duplicate_acks;
    t.receiver.holes.duplicate_ack(t.receiver.acked);
    t.note("duplicate ACK: asks again for the same byte");
}

void Tracker::payload(Turn& t) {
    const Segment& s = t.s;
    Half& h = t.sender;
    if (!h.space.known()) {  // a SYN/ACK that answers nothing: its bytes have no place
        h.discredited_bytes += s.payload_length;
        return;
    }
    if (keep_alive(t)) {
        ++h.keep_alives;
        h.discredited_bytes += s.payload_length;
        t.note("keep-alive probe");
        return;
    }
    if (s.payload_length == 0) return;
    const std::uint32_t first = s.has(kSyn) ? s.seq + 1 : s.seq;
    std::int64_t offset = h.space.offset(first, h.sent);
    t.c.history.note('d', t.side);
    if (s.has(kUrg)) t.anomaly(kUrgent);
    if (!in_window(t, offset)) {
        discredit(t, kOutOfWindow);
        t.note("far outside the window: ignored");
        return;
    }
    if (s.options.has_timestamps && !h.assembler.stopped()) {
        if (h.ts_recent != 0 && distance(h.ts_recent, s.options.ts_value) < 0 &&
            offset >= static_cast<std::int64_t>(h.assembler.next())) {
            discredit(t, kPaws);
            return;
        }
        if (offset <= static_cast<std::int64_t>(h.assembler.next())) h.ts_recent = s.options.ts_value;
    }
    bytes::Bytes data = s.payload;
    std::uint32_t length = s.payload_length;
    if (offset < 0) {  // before the first byte known: repeated from before the capture began
        const auto before = static_cast<std::uint32_t>(std::min<std::int64_t>(-offset, length));
        h.discredited_bytes += before;
        data = before >= data.size() ? bytes::Bytes{} : data.subspan(before);
        length -= before;
        offset = 0;
        if (length == 0) {
            ++h.retransmissions;
            return;
        }
    }
    const auto from = static_cast<std::uint64_t>(offset);
    if (h.fin.seen() && from + length > h.fin_offset && !t.c.reset()) {
        t.anomaly(kDataAfterClose);
        h.discredited_bytes += length;
        return;
    }
    classify_payload(t, from, from + length);
    if (t.c.reset_sent && t.c.reset_by == t.side && from + length > h.acked) t.anomaly(kRstSuspect);
    if (t.c.suspect_reset.seen() && t.c.suspect_reset_by == t.side) {
        t.anomaly(kRstSuspect);
        t.c.suspect_reset = {};
    }
    // An answer to bytes that the capture may still get is read after them, and they before it.
    if ((t.c.pending_gap[0] || t.c.pending_gap[1]) && h.assembler.reading()) h.assembler.pause();
    Delivery delivery{*this, t.c, t.side};
    h.assembler.insert(from, data, length, s.at, budget_, delivery);
    deliver_fins(t.c, s.at);
}

void Tracker::classify_payload(Turn& t, std::uint64_t from, std::uint64_t to) {
    constexpr Nanos kReorderTime = 3'000'000;
    constexpr std::uint64_t kFastRetransmit = 2;  // duplicate ACKs that make a late segment a repeated one
    Half& h = t.sender;
    t.begin = from;
    t.kind = Passage::Kind::data;
    if (from > h.sent) {
        h.holes.open(h.sent, from, t.s.at);
        t.note("jumps ahead: bytes before it are missing");
    }
    if (from < h.sent) {
        const Holes::Filled filled = h.holes.empty() ? Holes::Filled{} : h.holes.fill(from, std::min(to, h.sent));
        const auto rtt = t.c.timeline.between(kSynMark, kConnected);
        const Nanos patience = rtt ? std::max(*rtt, kReorderTime) : kReorderTime;
        const bool late = filled.any && filled.hole.duplicate_acks < kFastRetransmit &&
                          t.s.at.time - filled.hole.opened.time <= patience;
        t.kind = late ? Passage::Kind::late : Passage::Kind::repeated;
        if (late) {
            ++h.out_of_order;
            t.note("out of order: fills the gap seen in frame " + std::to_string(filled.hole.opened.frame));
        } else {
            ++h.retransmissions;
            t.c.history.note('t', t.side);
            if (!filled.any && to <= h.acked) {
                t.note("retransmission of bytes that had been acknowledged: nothing was lost");
                return;
            }
            t.note(filled.any
                       ? "retransmission that fills the gap seen in frame " + std::to_string(filled.hole.opened.frame)
                       : "retransmission");
            stall(t.c, filled.any ? filled.hole.opened.time : h.last_new, t.s.at.time);
            h.last_new = t.s.at.time;
        }
    }
    if (to <= h.sent) return;
    h.sent = to;
    h.last_new = t.s.at.time;
}

/// RFC 9293 section 3.8.4: an old sequence number on purpose, with no byte or one.
bool Tracker::keep_alive(Turn& t) {
    const Segment& s = t.s;
    const Half& h = t.sender;
    if (s.payload_length > 1 || (s.flags & (kSyn | kFin | kRst)) != 0 || h.sent == 0) return false;
    return h.space.offset(s.seq, h.sent) + 1 == static_cast<std::int64_t>(h.sent) && h.acked == h.sent;
}

/// Lenient on purpose: the capture may have lost segments, or the scale may be unknown.
bool Tracker::in_window(const Turn& t, std::int64_t offset) const {
    if (offset < 0) return -offset < static_cast<std::int64_t>(kFarAhead);
    const Half& them = t.receiver;
    const std::uint64_t reach = std::max(t.sender.sent, t.sender.acked);
    const bool scale_known = them.isn_known && t.sender.isn_known && them.ack_seen;
    std::uint64_t window = kFarAhead - kWindowSlack;
    if (scale_known) {
        const unsigned scale = them.has_window_scale && t.sender.has_window_scale ? them.window_scale : 0;
        window = 2 * std::max<std::uint64_t>(static_cast<std::uint64_t>(them.last_window) << scale, 0xffff);
    }
    return static_cast<std::uint64_t>(offset) <= reach + window + kWindowSlack;
}

}  // namespace tlsscope::flow
