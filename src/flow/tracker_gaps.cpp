// Bytes that one side acknowledged and the capture lacks: waited for a little, then given up. Who answered them waits
// too.
#include <algorithm>
#include <limits>

#include "flow/tracker_turn.h"

namespace tlsscope::flow {

namespace {

constexpr std::uint64_t kNothing = std::numeric_limits<std::uint64_t>::max();

Evidence acknowledged(const PendingGap& gap, std::uint64_t offset) {
    return offset < gap.offset ? gap.at : gap.last_at;
}

/// Where among the frames the next bytes of this side belong, if they are there or given up, and answer nothing that is
/// still waited for. What was acknowledged comes before its acknowledgment, whenever it was captured.
std::uint64_t place_of_next(const Connection& c, Side side) {
    const Assembler& a = c.half(side).assembler;
    if (a.stopped()) return kNothing;
    const auto& gap = c.pending_gap[record::index(side)];
    const auto& awaited = c.pending_gap[record::index(other(side))];
    const bool late = gap && gap->settled && a.next() < gap->last_offset;
    if (!a.ready() && !late) return kNothing;
    std::uint64_t place = a.has_hole() ? 2 * a.front().frame : kNothing;
    if (late) place = std::min(place, 2 * acknowledged(*gap, a.next()).frame - 1);
    const bool waits = awaited && !awaited->settled && place >= 2 * awaited->at.frame;
    return waits ? kNothing : place;
}

}  // namespace

/// The receiver has bytes the capture lacks. They may still come (two capture queues): wait a little.
void Tracker::watch_gap(Turn& t, std::uint64_t acked) {
    Half& them = t.receiver;
    if (acked > them.sent) {
        // One byte more may be the sequence number of a FIN that was not captured.
        if (acked == them.sent + 1 && !them.assembler.has_hole()) return;
        them.holes.open(them.sent, acked, t.s.at);
        them.sent = acked;
        them.ack_beyond_sent = true;
    }
    if (them.assembler.stopped() || acked <= them.assembler.ready_end()) return;
    if (them.packets == 0) return;  // none of them is captured: one_sided says so
    auto& pending = t.c.pending_gap[record::index(other(t.side))];
    if (!pending) {
        pending = std::make_unique<PendingGap>();
        pending->at = t.s.at;
        pending->offset = acked;
    }
    pending->last_at = t.s.at;
    pending->last_offset = acked;
}

void Tracker::settle_gaps(Connection& c, Evidence now) {
    bool settled = false;
    for (const Side side : {Side::client, Side::server}) {
        auto& pending = c.pending_gap[record::index(side)];
        if (!pending) continue;
        const Assembler& a = c.half(side).assembler;
        const bool came = a.stopped() || a.ready_end() >= pending->last_offset;
        const bool late =
            ++pending->packets > options_.gap_grace_packets || now.time - pending->at.time > options_.gap_grace;
        pending->settled = pending->settled || came || late;
        settled = settled || pending->settled;
    }
    if (!settled) return;
    read_in_turn(c);
    deliver_fins(c, now);
}

/// In the order of the capture, for what a side says answers what the other said before it.
void Tracker::read_in_turn(Connection& c) {
    std::array<Evidence, 2> released{};
    while (true) {
        const std::uint64_t client = place_of_next(c, Side::client);
        const std::uint64_t server = place_of_next(c, Side::server);
        if (client == kNothing && server == kNothing) break;
        const Side side = client <= server ? Side::client : Side::server;
        read_next(c, side, released[record::index(side)]);
    }
    for (const Side side : {Side::client, Side::server}) {
        auto& gap = c.pending_gap[record::index(side)];
        const Assembler& a = c.half(side).assembler;
        if (gap && (a.stopped() || a.next() >= gap->last_offset)) gap.reset();
    }
    if (c.pending_gap[0] || c.pending_gap[1]) return;
    for (const Side side : {Side::client, Side::server}) resume(c, side);
}

void Tracker::read_next(Connection& c, Side side, Evidence& released) {
    Assembler& a = c.half(side).assembler;
    Delivery delivery{*this, c, side};
    if (a.ready()) return a.hand_on_next(released, budget_, delivery);
    const PendingGap& gap = *c.pending_gap[record::index(side)];
    const Evidence at = acknowledged(gap, a.next());
    a.skip_hole(gap.last_offset, Gap::Why::acked, at, delivery);
    if (released.frame < at.frame) released = at;
}

void Tracker::resume(Connection& c, Side side) {
    Delivery delivery{*this, c, side};
    c.half(side).assembler.resume(budget_, delivery);
}

/// This side says no more: what it answered counts as missing, and its answer is read.
void Tracker::stop_waiting(Connection& c, Side side) {
    auto& awaited = c.pending_gap[record::index(other(side))];
    if (!awaited || !c.half(side).assembler.ready()) return;
    awaited->settled = true;
    read_in_turn(c);
}

void Tracker::give_up_gaps(Connection& c) {
    for (auto& gap : c.pending_gap)
        if (gap) gap->settled = true;
    read_in_turn(c);
}

}  // namespace tlsscope::flow
