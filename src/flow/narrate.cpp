#include "flow/narrate.h"

#include <utility>

namespace tlsscope::flow {

namespace {

std::string who(Side s) { return s == Side::client ? "Client" : "Server"; }

std::int64_t relative(const Half& h, std::uint32_t seq, std::uint64_t near) {
    // From the ISN where it is known, so that the SYN is 0 and the first byte 1, as other tools count.
    if (!h.space.known()) return -1;
    return h.space.offset(seq, near) + (h.isn_known ? 1 : 0);
}

std::string handshake_sentence(const Connection& c, const Segment& s, Side side) {
    if (!s.has(kAck))
        return side == Side::client ? "Client asks for a connection: SYN with its initial sequence number (ISN) X = " +
                                          std::to_string(s.seq) + "."
                                    : "The other side opens as well, with its own ISN " + std::to_string(s.seq) + ".";
    const bool known = c.half(other(side)).isn_known;
    return who(side) + " agrees: SYN with its own ISN Y = " + std::to_string(s.seq) +
           ", and ACK = " + std::to_string(s.ack) +
           (known ? ", which is X + 1: the client's SYN used up one sequence number." : ".");
}

std::string close_sentence(const Connection& c, const Segment& s, Side side) {
    const Half& them = c.half(other(side));
    const bool first = !them.fin.seen() || c.closed_by == side;
    std::string out = who(side) + (first ? " has nothing more to send: FIN. It can still receive (half-close)."
                                         : " closes its direction too: FIN.");
    if (c.simultaneous_close && !first) out = who(side) + " closes at the same time: its FIN crossed the other's.";
    if (s.has(kAck) && !first && them.fin_acked.seen() && them.fin_acked.frame == s.at.frame)
        out += " The same segment acknowledges the other side's FIN: three segments instead of four.";
    return out;
}

std::string sentence(const Connection& c, const Segment& s, Side side) {
    if (s.has(kRst)) {
        if (c.reset_refused) return who(side) + " refuses the connection: RST.";
        return who(side) + " aborts the connection: RST. No answer is due.";
    }
    if (s.has(kSyn)) return handshake_sentence(c, s, side);
    if (s.has(kFin)) return close_sentence(c, s, side);
    const record::Step* previous = c.ladder->steps.empty() ? nullptr : &c.ladder->steps.back();
    const Half& me = c.half(side);
    const Half& them = c.half(other(side));
    if (them.fin_acked.seen() && them.fin_acked.frame == s.at.frame)
        return who(side) + " acknowledges the FIN" +
               (c.finished_closing ? ": both directions are closed." : ": this direction is closed.");
    const bool was_open = previous != nullptr && previous->segment.client_state == "ESTABLISHED" &&
                          previous->segment.server_state == "ESTABLISHED";
    if (side == Side::client && c.established && !was_open && s.payload_length == 0 && me.sent == 0)
        return "Client acknowledges: ACK = " + std::to_string(s.ack) +
               ", which is Y + 1. Both sides know both sequence numbers: the connection is established.";
    if (s.payload_length != 0) return who(side) + " sends " + std::to_string(s.payload_length) + " bytes.";
    if (s.has(kAck)) return who(side) + " acknowledges all bytes before " + std::to_string(s.ack) + ".";
    return who(side) + " sends a segment.";
}

bool bulk(const record::Step& step) {
    constexpr std::uint16_t kControl = kSyn | kFin | kRst;
    return (step.segment.flags & kControl) == 0 && step.messages.empty() && step.segment.notes.empty();
}

void leave_out(record::Elision& gap, const record::SegmentStep& s) {
    ++gap.segments;
    (s.from == Side::client ? gap.bytes_client : gap.bytes_server) += s.length;
}

}  // namespace

std::string option_text(const TcpOptions& o) {
    std::string out;
    const auto add = [&](const std::string& part) { out += (out.empty() ? "" : " ") + part; };
    if (o.has_mss) add("MSS=" + std::to_string(o.mss));
    if (o.has_window_scale) add("WS=" + std::to_string(o.window_scale));
    if (o.sack_permitted) add("SACK_PERM");
    if (o.has_timestamps) add("TSval=" + std::to_string(o.ts_value) + " TSecr=" + std::to_string(o.ts_echo));
    if (o.sack_blocks != 0) add("SACK=" + std::to_string(o.sack_left) + "-" + std::to_string(o.sack_right));
    if (o.has_fast_open) add("TFO");
    if (o.has_md5) add("MD5/AO");
    return out;
}

record::SegmentStep begin_step(const Connection& c, const Segment& s, Side side) {
    record::SegmentStep step;
    step.at = s.at;
    step.from = side;
    step.flags = s.flags;
    step.seq = s.seq;
    step.ack = s.ack;
    step.length = s.payload_length;
    step.options = option_text(s.options);
    const Half& me = c.half(side);
    const bool scaled = me.has_window_scale && c.half(other(side)).has_window_scale && !s.has(kSyn);
    step.window = static_cast<std::uint32_t>(s.window) << (scaled ? me.window_scale : 0);
    step.window_scaled = scaled;
    return step;
}

void finish_step(const Connection& c, const Segment& s, Side side, record::SegmentStep& step) {
    const Half& me = c.half(side);
    const Half& them = c.half(other(side));
    step.relative_seq = relative(me, s.seq, me.sent);
    if (s.has(kAck)) step.relative_ack = relative(them, s.ack, them.acked);
    step.client_state = name(c.half(Side::client).state);
    step.server_state = name(c.half(Side::server).state);
    step.sentence = sentence(c, s, side);
}

void append_step(record::Ladder& ladder, record::SegmentStep step) {
    // Messages join their segment before this is called (the dissector runs first), or open a step of their own.
    if (!ladder.steps.empty() && ladder.steps.back().segment.at == step.at &&
        ladder.steps.back().segment.sentence.empty()) {
        ladder.steps.back().segment = std::move(step);
        ladder.steps.back().before = std::exchange(ladder.after, {});
        return;
    }
    record::Step next;
    next.segment = std::move(step);
    constexpr std::size_t kPlainSteps = 60;  // bulk segments shown one by one before they are summed up
    if (bulk(next) && ladder.steps.size() >= kPlainSteps) {
        leave_out(ladder.after, next.segment);
        return;
    }
    if (ladder.steps.size() >= ladder.max_steps) {
        leave_out(ladder.after, next.segment);
        return;
    }
    next.before = std::exchange(ladder.after, {});
    ladder.steps.push_back(std::move(next));
}

}  // namespace tlsscope::flow
