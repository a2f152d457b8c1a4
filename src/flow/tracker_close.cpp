// The four-way close and its variants, and RST.
#include <algorithm>

#include "flow/tcp_vocabulary.h"
#include "flow/tracker_turn.h"

namespace tlsscope::flow {

namespace {

ResetLook look_of(const Segment& s) {
    return {.ack = s.ack, .has_ack = s.has(kAck), .ttl = s.ttl, .ip_id = s.ip_id, .window = s.window};
}

}  // namespace

void Tracker::fin(Turn& t) {
    const Segment& s = t.s;
    Half& h = t.sender;
    t.c.history.note('f', t.side);
    if (!h.space.known()) return;
    if (h.fin.seen()) {
        t.note("repeats the FIN of frame " + std::to_string(h.fin.frame));
        if (s.payload_length == 0) ++h.retransmissions;  // with payload it was counted there
        return;
    }
    const std::int64_t offset = h.space.offset(s.seq, h.sent) + s.payload_length;
    if (offset < 0) return;
    h.fin = s.at;
    h.fin_offset = static_cast<std::uint64_t>(offset);
    if (h.fin_offset > h.sent) {
        h.holes.open(h.sent, h.fin_offset, s.at);
        h.sent = h.fin_offset;
    }
    if (t.receiver.fin.seen()) {
        t.c.three_way_close = t.acked_fin_now;
        t.c.simultaneous_close = !t.receiver.fin_acked.seen();
    } else {
        t.c.closed_by = t.side;
        t.c.timeline.set(kCloseStart, s.at);
    }
    const bool crossed = t.c.simultaneous_close && h.state == TcpState::close_wait;
    if (crossed) h.state = TcpState::established;  // it has not seen the other's FIN yet: it does not acknowledge it
    event(t, t.side, TcpEvent::snd_fin);
    if (crossed) event(t, t.side, TcpEvent::rcv_fin);
    deliver_fins(t.c, s.at);
}

/// A FIN counts for the receiver once all bytes before it have passed.
void Tracker::deliver_fins(Connection& c, Evidence at) {
    for (const Side side : {Side::client, Side::server}) {
        Half& h = c.half(side);
        if (!h.fin.seen() || h.fin_delivered) continue;
        const bool missing = h.assembler.ready_end() < h.fin_offset;
        if (missing && !h.assembler.stopped() && !h.fin_acked.seen()) continue;
        h.fin_delivered = true;
        stop_waiting(c, side);
        Half& receiver = c.half(other(side));
        receiver.state = step(receiver.state, TcpEvent::rcv_fin).state;
        listener_.ended(c, side, at);
    }
}

/// After both FINs are acknowledged the connection is closed.
void Tracker::closed(Turn& t) {
    Connection& c = t.c;
    if (c.finished_closing || !c.halves[0].fin_acked.seen() || !c.halves[1].fin_acked.seen()) return;
    c.finished_closing = true;
    c.end = End::closed;
    c.timeline.set(kCloseEnd, t.s.at);
}

/// RFC 5961 section 3: only a RST at the next sequence number closes; others in the window are doubtful, the rest is
/// ignored.
void Tracker::reset(Turn& t) {
    const Segment& s = t.s;
    Connection& c = t.c;
    Half& h = t.sender;
    c.history.note('r', t.side);
    if (c.reset_sent || c.finished_closing) return;
    const auto apply = [&] {
        c.reset_look = look_of(s);
        apply_reset(c, t.side, s.at);
    };
    if (!c.syns.empty() && !c.established && !c.midstream && t.side == Side::server && c.syn_acks.empty()) {
        // An answer to the SYN: it must acknowledge it (RFC 9293 section 3.10.7.3).
        const Half& client = t.receiver;
        if (s.has(kAck) && client.isn_known && distance(client.isn + 1, s.ack) < 0) {
            t.anomaly(kRstOutOfWindow);
            return;
        }
        c.reset_refused = true;
        return apply();
    }
    if (!h.space.known() || !t.receiver.ack_seen) return apply();
    const std::int64_t offset = h.space.offset(s.seq, h.sent);
    const auto at = [&](std::uint64_t expected) { return offset == static_cast<std::int64_t>(expected); };
    const std::uint64_t wanted =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, h.space.offset(t.receiver.last_ack, h.sent)));
    const bool fin_passed = h.fin.seen() && (at(h.fin_offset + 1) || at(h.fin_offset));
    // Bytes may be in flight or have been missed by the capture: from the last acknowledged to the last sent all are
    // plausible.
    const bool between =
        offset >= static_cast<std::int64_t>(std::min(wanted, h.sent)) && offset <= static_cast<std::int64_t>(h.sent);
    if (at(h.assembler.next()) || between || fin_passed || !c.established || s.seq == 0) {
        if (s.seq != 0 || at(h.sent) || !c.established || c.halves[0].fin.seen() || c.halves[1].fin.seen())
            return apply();
    }
    const unsigned scale = t.receiver.has_window_scale && h.has_window_scale ? t.receiver.window_scale : 0;
    const std::int64_t window = static_cast<std::int64_t>(t.receiver.last_window) << scale;
    const bool inside = offset >= 0 && offset < static_cast<std::int64_t>(h.sent) + std::max<std::int64_t>(window, 1);
    t.anomaly(inside ? kRstChallenge : kRstOutOfWindow);
    t.note(inside ? "RST not at the next sequence number: doubtful" : "RST outside the window: ignored");
    if (inside) {
        c.suspect_reset = s.at;
        c.suspect_reset_by = t.side;
        c.reset_look = look_of(s);
    }
}

void Tracker::apply_reset(Connection& c, Side by, Evidence at) {
    const bool close_began = c.halves[0].fin.seen() || c.halves[1].fin.seen();
    c.reset_sent = true;
    c.reset_by = by;
    if (!close_began) {
        c.closed_by = by;
        c.timeline.set(kCloseStart, at);
    }
    c.timeline.set(kCloseEnd, at);
    c.finished_closing = true;
    if (c.end == End::open) c.end = End::reset;
    for (const Side side : {Side::client, Side::server}) stop_waiting(c, side);
    for (const Side side : {Side::client, Side::server}) {
        c.half(side).state = TcpState::closed;
        listener_.ended(c, side, at);
    }
}

}  // namespace tlsscope::flow
