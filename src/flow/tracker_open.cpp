// The three-way handshake and its variants: retries, simultaneous open, split handshake, Fast Open, mid-stream pick-up.
#include <algorithm>

#include "flow/tcp_vocabulary.h"
#include "flow/tracker_turn.h"

namespace tlsscope::flow {

namespace {

constexpr std::uint8_t kMaxWindowScale = 14;  // RFC 7323 section 2.3

Opening opening(const Segment& s) { return {s.at, s.seq, s.ack, s.options.ts_value, s.options.has_timestamps}; }

/// Which of several copies was answered. The time stamp echo of a later copy tells: it arrived, and none before it.
/// That of the first one does not: its answer may have been lost, and who answers a later copy then still echoes the
/// first (Linux does). Otherwise only a single candidate tells (Karn).
const Opening* answered(const std::vector<Opening>& candidates, std::uint32_t seq, const Segment& answer,
                        bool& ambiguous) {
    const Opening* only = nullptr;
    const Opening* first = nullptr;
    std::size_t same_seq = 0;
    const Opening* echoed = nullptr;
    std::size_t same_echo = 0;
    for (const Opening& o : candidates) {
        if (o.seq != seq) continue;
        only = &o;
        if (first == nullptr) first = &o;
        ++same_seq;
        if (!o.has_timestamps || !answer.options.has_timestamps || o.ts_value != answer.options.ts_echo) continue;
        echoed = &o;
        ++same_echo;
    }
    if (same_echo == 1 && echoed != first) return echoed;
    ambiguous = same_seq > 1;
    return same_seq == 1 ? only : nullptr;
}

bool any_with_seq(const std::vector<Opening>& candidates, std::uint32_t seq) {
    return std::any_of(candidates.begin(), candidates.end(), [&](const Opening& o) { return o.seq == seq; });
}

}  // namespace

void Tracker::open(Turn& t) {
    const Segment& s = t.s;
    if (s.has(kSyn)) {
        read_options(t);
        if (s.has(kAck)) on_syn_ack(t);
        else on_syn(t);
        return;
    }
    if (s.options.has_timestamps) t.sender.timestamps = true;
    if (!t.sender.space.known()) start_sequence(t);
    if (s.has(kAck) && !t.c.established) on_handshake_ack(t);
}

void Tracker::on_syn(Turn& t) {
    Connection& c = t.c;
    const Segment& s = t.s;
    c.history.note('s', t.side);
    if (c.established || c.midstream) {
        t.anomaly(kSynResend);
        t.note("a SYN on an open connection");
        return;
    }
    if (t.side == Side::server) {
        if (!c.server_syn.seen() && c.syn_acks.empty()) c.server_syn = s.at;
        if (t.sender.ack_seen) explain_server_syn(c, kSplitHandshake);
        t.note("the other side opens as well");
        t.sender.isn = s.seq;
        t.sender.isn_known = true;
        t.sender.space.start(s.seq + 1);
        event(t, t.side, TcpEvent::snd_syn);
        event(t, other(t.side), TcpEvent::rcv_syn);
        return;
    }
    if (!c.syns.empty()) {
        ++c.syn_retries;
        t.note("repeats the SYN of frame " + std::to_string(c.syns.front().at.frame));
        if (!any_with_seq(c.syns, s.seq)) t.anomaly(kSynDifferentSeq);
        else if (c.syn_acks.empty()) stall(c, c.syns.back().at.time, s.at.time);
    } else {
        c.timeline.set(kSynMark, s.at);
        event(t, t.side, TcpEvent::snd_syn);
    }
    if (c.syns.size() < Connection::kMaxOpenings) c.syns.push_back(opening(s));
    if (c.syn_acks.empty()) {
        t.sender.isn = s.seq;
        t.sender.isn_known = true;
        t.sender.space.start(s.seq + 1);
    }
    if (s.payload_length != 0) t.anomaly(kSynData);
}

void Tracker::on_syn_ack(Turn& t) {
    Connection& c = t.c;
    const Segment& s = t.s;
    c.history.note('h', t.side);
    if (t.side == Side::client) {  // simultaneous open: each end acknowledges the other's SYN
        if (t.receiver.state == TcpState::syn_sent) event(t, Side::server, TcpEvent::rcv_syn);
        if (t.receiver.state == TcpState::syn_received && s.ack == t.receiver.isn + 1)
            event(t, Side::server, TcpEvent::rcv_ack_of_syn);
        return;
    }
    const bool known_syn = c.syns.empty() || std::any_of(c.syns.begin(), c.syns.end(), [&](const Opening& o) {
                               // A Fast Open server may acknowledge the SYN's data as well.
                               const std::int32_t beyond = distance(o.seq + 1, s.ack);
                               return beyond >= 0 && static_cast<std::uint64_t>(beyond) <= t.receiver.sent;
                           });
    if (!known_syn) {
        t.anomaly(kBadSynAck);
        t.note("acknowledges no SYN: ignored");
        t.ignored = true;
        return;
    }
    if (!c.syns.empty() && distance(t.receiver.isn + 1, s.ack) > 0) c.tfo_accepted = true;
    if (!c.syns.empty() && t.receiver.isn + 1 != s.ack && any_with_seq(c.syns, s.ack - 1)) {
        t.receiver.isn = s.ack - 1;  // the SYN that was answered decides the numbering
        t.receiver.space.start(s.ack);
    }
    if (c.syns.empty() && !t.receiver.space.known()) {
        t.receiver.isn = s.ack - 1;
        t.receiver.isn_known = true;
        t.receiver.space.start(s.ack);
    }
    const bool repeated = any_with_seq(c.syn_acks, s.seq);
    if (!c.syn_acks.empty()) {
        ++c.synack_retries;
        t.note("repeats the SYN/ACK of frame " + std::to_string(c.syn_acks.front().at.frame));
        if (!c.established) stall(c, c.syn_acks.back().at.time, s.at.time);
    }
    if (c.syn_acks.size() < Connection::kMaxOpenings) c.syn_acks.push_back(opening(s));
    if (c.established || repeated) return;
    explain_server_syn(c, kSimultaneousOpen);

    bool ambiguous = false;
    const Opening* syn = answered(c.syns, s.ack - 1, s, ambiguous);
    if (syn == nullptr && c.syns.size() == 1) syn = &c.syns.front();  // Fast Open
    if (syn != nullptr) c.timeline.set(kSynAnswered, syn->at);
    if (ambiguous) c.ambiguous.emplace_back("rtt_server_ms");
    c.timeline.set(kSynAck, s.at);
    t.sender.isn = s.seq;
    t.sender.isn_known = true;
    t.sender.space.start(s.seq + 1);
    if (t.sender.state == TcpState::closed) t.sender.state = TcpState::listen;
    if (t.sender.state == TcpState::listen) event(t, t.side, TcpEvent::snd_syn_ack);
    else if (t.sender.state == TcpState::syn_sent) event(t, t.side, TcpEvent::rcv_syn);
    if (t.receiver.state == TcpState::syn_received) event(t, other(t.side), TcpEvent::rcv_ack_of_syn);
    if (t.receiver.state == TcpState::closed && c.syns.empty()) t.receiver.state = TcpState::syn_sent;
    if (t.receiver.state == TcpState::syn_sent) event(t, other(t.side), TcpEvent::rcv_syn_ack);
    if (s.payload_length != 0) t.anomaly(kSynData);
}

/// Both ends opened at once, or the server splits its SYN/ACK in two: its next segment tells.
void Tracker::explain_server_syn(Connection& c, const record::Anomaly& as) {
    if (c.server_syn.seen()) c.anomalies.report(as, c.server_syn.frame);
    c.server_syn = {};
}

void Tracker::on_handshake_ack(Turn& t) {
    Connection& c = t.c;
    const Segment& s = t.s;
    if (c.midstream) return;
    if (t.side == Side::server) {
        // Simultaneous open and split handshake end with an ACK from either side; the former with a SYN/ACK.
        explain_server_syn(c, kSplitHandshake);
        if (t.receiver.state == TcpState::syn_received && s.ack == t.receiver.isn + 1)
            event(t, other(t.side), TcpEvent::rcv_ack_of_syn);
        return;
    }
    if (c.syn_acks.empty()) {
        // Captured on one side only, or the server's SYN was no SYN/ACK: that the client acknowledges says it has one.
        const bool answers =
            t.receiver.isn_known ? distance(t.receiver.isn + 1, s.ack) >= 0 : s.seq == t.sender.isn + 1;
        if (!answers || s.has(kRst)) return;
        if (t.sender.state == TcpState::syn_sent) event(t, t.side, TcpEvent::rcv_syn_ack);
        if (t.receiver.state == TcpState::syn_received) event(t, other(t.side), TcpEvent::rcv_ack_of_syn);
        c.established = true;
        c.timeline.set(kConnected, s.at);
        return;
    }
    const Opening* last = nullptr;
    for (const Opening& o : c.syn_acks)
        if (distance(o.seq + 1, s.ack) >= 0) last = &o;
    if (last == nullptr) return;
    if (last->seq != t.receiver.isn) {  // another SYN/ACK than the first counted
        t.receiver.isn = last->seq;
        t.receiver.space.start(last->seq + 1);
    }
    bool ambiguous = false;
    const Opening* acked = answered(c.syn_acks, last->seq, s, ambiguous);
    if (acked != nullptr) c.timeline.set(kSynAckAcked, acked->at);
    if (ambiguous) c.ambiguous.emplace_back("rtt_client_ms");
    c.timeline.set(kConnected, s.at);
    c.established = true;
    if (t.receiver.state == TcpState::syn_received) event(t, other(t.side), TcpEvent::rcv_ack_of_syn);
}

/// First segment of a direction without its SYN: count from here.
void Tracker::start_sequence(Turn& t) {
    const Segment& s = t.s;
    if (s.has(kRst)) return;
    // A server that acknowledges the SYN before it sends its own: split handshake, in five segments.
    const bool own_syn_to_come = t.side == Side::server && !t.c.syns.empty() && t.c.syn_acks.empty() &&
                                 !t.c.established && s.sequence_length() == 0 && s.ack == t.receiver.isn + 1;
    if (own_syn_to_come) return;
    if (t.side == Side::server && !t.c.syns.empty() && !t.c.midstream) {
        // The SYN/ACK was lost by the capture; what the client acknowledged is not known yet.
        t.sender.isn_known = false;
    }
    t.sender.space.start(s.seq);
    if (t.c.syns.empty() && t.c.syn_acks.empty()) t.c.midstream = true;
    if (t.sender.state == TcpState::closed || t.sender.state == TcpState::listen ||
        t.sender.state == TcpState::syn_sent)
        t.sender.state = TcpState::established;
    if (t.receiver.state == TcpState::closed || t.receiver.state == TcpState::listen ||
        t.receiver.state == TcpState::syn_sent)
        t.receiver.state = TcpState::established;
}

void Tracker::read_options(Turn& t) {
    const TcpOptions& o = t.s.options;
    Half& h = t.sender;
    h.mss = o.mss;
    h.has_window_scale = o.has_window_scale;
    h.window_scale = std::min(o.window_scale, kMaxWindowScale);
    if (o.window_scale > kMaxWindowScale) t.anomaly(kWindowScaleBad);
    h.sack_permitted = o.sack_permitted;
    h.timestamps = o.has_timestamps;
    // RFC 3168 section 6.1.1: ECN-setup SYN has ECE and CWR, ECN-setup SYN/ACK has ECE alone.
    h.ecn_setup = t.s.has(kEce) && (t.s.has(kAck) ? !t.s.has(kCwr) : t.s.has(kCwr));
}

}  // namespace tlsscope::flow
