#include "flow/tracker.h"

#include <algorithm>

#include "flow/narrate.h"
#include "flow/tcp_vocabulary.h"
#include "flow/tracker_turn.h"

namespace tlsscope::flow {

namespace {

bool senseless(const Segment& s) {
    if (s.has(kSyn) && (s.has(kFin) || s.has(kRst))) return true;
    return (s.flags & (kSyn | kRst | kAck)) == 0;  // null, xmas: RFC 9293 section 3.10.7.4, dropped without ACK
}

void note_ttl(Half& h, std::uint8_t ttl) {
    h.least_ttl = h.least_ttl == 0 ? ttl : std::min(h.least_ttl, ttl);
    h.greatest_ttl = std::max(h.greatest_ttl, ttl);
}

}  // namespace

void Tracker::segment(Connection& c, const Segment& s) {
    const Side side = c.side_of(s);
    Turn t{c, s, side, c.half(side), c.half(other(side))};
    const bool reading = !c.skim_wanted && !c.stop_wanted;  // this segment may be what ends that
    ++t.sender.packets;
    t.sender.payload_bytes += s.payload_length;
    if (c.last.seen() && s.at.time < c.last.time) t.anomaly(kTimeBack);
    if (!c.first.seen()) {
        c.first = s.at;
        c.timeline.set(kFirstPacket, s.at);
    }
    c.last = s.at;

    record::SegmentStep step;
    if (c.ladder) {
        step = begin_step(c, s, side);
        t.step = &step;
    }
    if (twice_captured(t)) {
        t.anomaly(kDuplicateCapture);
        t.sender.duplicate_capture_bytes += s.payload_length;
        t.note("the same packet captured twice");
    } else if (believe(t)) {
        open(t);
        if (t.ignored) {
            t.sender.discredited_bytes += s.payload_length;
        } else if (s.has(kRst)) {
            reset(t);
            t.sender.discredited_bytes += s.payload_length;  // a RST's payload is a diagnostic, not data
        } else {
            if (s.has(kAck)) acknowledge(t);
            payload(t);
            if (s.has(kFin)) fin(t);
            closed(t);
            if (reading) note_passage(t);
        }
    } else if (reading && s.payload_length != 0) {
        t.kind = Passage::Kind::doubted;
        note_passage(t);
    }
    t.sender.last_seq = s.seq;
    t.sender.last_length = s.payload_length;
    t.sender.last_flags = s.flags;
    t.sender.last_ip_id = s.ip_id;
    if (!s.has(kRst)) note_ttl(t.sender, s.ttl);
    t.sender.last = s.at;
    if (c.pending_gap[0] || c.pending_gap[1]) settle_gaps(c, s.at);
    if (c.stop_wanted)
        for (Half& h : c.halves) h.assembler.stop(budget_);
    else if (c.skim_wanted)
        for (Half& h : c.halves) h.assembler.skim();
    if (c.ladder) {
        finish_step(c, s, side, step);
        append_step(*c.ladder, std::move(step));
    }
}

void Tracker::finish(Connection& c) {
    if (c.suspect_reset.seen() && !c.reset_sent) apply_reset(c, c.suspect_reset_by, c.suspect_reset);
    explain_server_syn(c, kSimultaneousOpen);
    give_up_gaps(c);
    for (const Side side : {Side::client, Side::server}) {
        Half& h = c.half(side);
        Delivery delivery{*this, c, side};
        if (h.assembler.has_hole()) {
            c.anomalies.report(kGapOpen, c.last.frame);
            h.assembler.give_up_to(h.assembler.held_end(), Gap::Why::end, c.last, budget_, delivery);
        }
        h.assembler.clear(budget_);
        take_doubted(h);
    }
    deliver_fins(c, c.last);
    c.timeline.move(kLastPacket, c.last);
    if (c.halves[0].packets == 0 || c.halves[1].packets == 0) {
        const bool unanswered = !c.syns.empty() && c.half(Side::client).payload_bytes == 0;
        if (!unanswered) c.anomalies.report(kOneSided, c.first.frame);
    }
    if (c.midstream) c.anomalies.report(kMidstream, c.first.frame);
}

/// Whether the segment may change anything: nonsense flags and bad checksums may not.
bool Tracker::believe(Turn& t) {
    const Segment& s = t.s;
    if (s.options.bad) t.anomaly(kOptionsBad);
    if (senseless(s)) {
        t.c.history.note(s.has(kSyn) ? 'q' : 'i', t.side);
        discredit(t, kBadFlags);
        return false;
    }
    // Verifying touches every byte: only while somebody still reads the stream, or where one packet decides.
    const bool matters = (s.flags & (kSyn | kRst)) != 0 || (s.payload_length != 0 && t.sender.assembler.reading());
    if (!matters) return true;
    const bool coalesced = t.receiver.mss != 0 && s.payload_length > t.receiver.mss;
    const Checksum sum = coalesced || t.sender.checksums_lie ? Checksum::unknown : verify_checksum(s);
    if (sum == Checksum::good) ++t.sender.checksums_good;
    if (sum != Checksum::bad) return true;
    ++t.sender.checksums_bad;
    // A sending host's own capture has none right; then they say nothing.
    if (t.sender.checksums_good < t.sender.checksums_bad) return true;
    t.c.history.note('c', t.side);
    discredit(t, kBadChecksum);
    t.note("wrong checksum: ignored unless the receiver takes it");
    doubt(t);
    return false;
}

/// Kept apart: a forged segment is never acknowledged before the real one; one with a checksum that was not computed
/// yet is.
void Tracker::doubt(Turn& t) {
    const Segment& s = t.s;
    Half& h = t.sender;
    if (s.payload_length == 0 || !h.space.known() || s.has(kRst) || h.assembler.stopped()) return;
    const std::int64_t offset = h.space.offset(s.has(kSyn) ? s.seq + 1 : s.seq, h.sent);
    if (offset < static_cast<std::int64_t>(h.assembler.next())) return;
    if (!h.doubted) h.doubted = std::make_unique<std::vector<Doubted>>();
    if (h.doubted->size() >= Connection::kMaxDoubted) return;
    if (budget_.used + sizeof(Doubted) + s.payload.size() > budget_.limit) return;
    h.doubted->push_back(
        {static_cast<std::uint64_t>(offset), s.payload_length, {s.payload.begin(), s.payload.end()}, s.at});
    budget_.used += h.doubted->back().cost();
}

std::unique_ptr<std::vector<Doubted>> Tracker::take_doubted(Half& h) {
    if (h.doubted)
        for (const Doubted& d : *h.doubted) budget_.used -= d.cost();
    return std::move(h.doubted);
}

/// The receiver acknowledged bytes that came only in doubted segments: they were right.
void Tracker::believe_after_all(Turn& t, std::uint64_t acked) {
    Half& h = t.receiver;
    const auto doubted = take_doubted(h);
    if (!doubted) return;
    Delivery delivery{*this, t.c, other(t.side)};
    for (const Doubted& d : *doubted) {
        const bool taken = d.offset + d.wire_length <= acked && d.offset >= h.assembler.next();
        if (!taken) continue;
        h.checksums_lie = true;
        h.discredited_bytes -= d.wire_length;
        if (d.offset + d.wire_length > h.sent) h.sent = d.offset + d.wire_length;
        h.holes.fill(d.offset, d.offset + d.wire_length);
        h.assembler.insert(d.offset, d.data, d.wire_length, d.at, budget_, delivery);
    }
}

void Tracker::discredit(Turn& t, const record::Anomaly& why) {
    t.anomaly(why);
    t.sender.discredited_bytes += t.s.payload_length;
}

bool Tracker::twice_captured(const Turn& t) const {
    constexpr Nanos kMirrorDelay = 10'000'000;
    const Half& h = t.sender;
    const Segment& s = t.s;
    return s.ip_id != 0 && h.packets > 1 && s.ip_id == h.last_ip_id && s.seq == h.last_seq && s.flags == h.last_flags &&
           s.payload_length == h.last_length && s.at.time - h.last.time < kMirrorDelay;
}

void Tracker::note_passage(const Turn& t) {
    Passages& all = t.c.passages;
    if (all.size() >= kMostPassages || t.s.has(kSyn)) return;
    if (all.empty()) all.reserve(16);
    Passage& p = all.emplace_back();
    p.time = t.s.at.time;
    p.frame = t.s.at.frame;
    p.begin = static_cast<std::uint32_t>(t.begin);
    p.length = t.kind == Passage::Kind::ack ? 0 : t.s.payload_length;
    p.acked = static_cast<std::uint32_t>(t.receiver.acked);
    p.kind = t.kind;
    p.from = t.side;
    p.window_closed = t.s.window == 0 && !t.s.has(kRst);
}

void Tracker::event(Turn& t, Side endpoint, TcpEvent e) {
    Half& h = t.c.half(endpoint);
    const TcpStep next = step(h.state, e);
    h.state = next.state;
    // What the other side sends after a RST had left before that arrived.
    const bool crossed = t.c.reset_sent && t.side != t.c.reset_by;
    if (!next.expected && !t.c.midstream && !crossed) t.anomaly(kUnexpectedEvent);
}

void Tracker::stall(Connection& c, Nanos from, Nanos to) {
    if (from == record::kNoTime || to == record::kNoTime || to <= from || c.stalls.size() >= Connection::kMaxStalls)
        return;
    c.stalls.push_back({from, to});
}

void Connection::swap_sides() {
    client_is_low = !client_is_low;
    std::swap(halves[0], halves[1]);
    std::swap(pending_gap[0], pending_gap[1]);
    history.swap_sides();
    history.flip();
    suspect_reset_by = other(suspect_reset_by);
    closed_by = other(closed_by);
    reset_by = other(reset_by);
    swapped = true;
    for (Passage& p : passages) p.from = other(p.from);
    if (!ladder) return;
    for (record::Step& s : ladder->steps) {
        s.segment.from = other(s.segment.from);
        std::swap(s.segment.client_state, s.segment.server_state);
        for (record::Message& m : s.messages) m.from = other(m.from);
    }
}

}  // namespace tlsscope::flow
