#include "verdict/slow.h"

#include <algorithm>
#include <array>
#include <string>

#include "flow/tcp_vocabulary.h"
#include "record/words.h"
#include "verdict/segment_size.h"
#include "verdict/setup.h"
#include "verdict/slow_rules.h"

namespace tlsscope::verdict {

namespace {

using record::Column;
using record::ConnectionRecord;
using record::milliseconds;
using record::Side;
using record::Type;

constexpr Column part(std::string_view name, std::string_view meaning) {
    return {.name = name, .type = Type::millis, .unit = "ms", .meaning = meaning, .group = "timing"};
}

enum Part : std::size_t { kNetwork, kServer, kClient, kAckWait };

constexpr Column kColumns[] = {
    part("setup_network_ms",
         "Of connect_ms + tls_ms, the network's part: connecting, of each answer what the TCP handshake needed from "
         "the capture point to that side and back, and the time flights took to pass. This and the next three columns "
         "add up to connect_ms + tls_ms less stall_ms."),
    part(
        "setup_server_ms",
        "Of connect_ms + tls_ms, the server's part: what it needed beyond the network, before and within its flights."),
    part("setup_client_ms", "Of connect_ms + tls_ms, the client's part, once the handshake had begun."),
    part("setup_ack_wait_ms",
         "Of connect_ms + tls_ms: a segment waited for an acknowledgment, longer than the round trip takes (delayed "
         "ACK)."),
};

const Column& column(Part p) { return kColumns[p]; }

void fill(const Setup& s, record::Row& row) {
    row.add_integer(column(kNetwork), s.network + s.transfer);
    row.add_integer(column(kServer), s.server);
    row.add_integer(column(kClient), s.client);
    row.add_integer(column(kAckWait), s.ack_wait);
}

std::string frame(const flow::Passage& p) { return record::frame_text(p.frame); }

std::string who(Side s) { return std::string{record::name(s)}; }

void judge_held(const Setup& s, ConnectionRecord& record) {
    for (const Held& h : s.held) {
        if (h.cost() < kNoticeable) continue;
        const std::string side = who(h.segment.from);
        std::string sentence = "One round trip more: the " + side + " held " + frame(h.segment) +
                               " back until the ACK in " + frame(h.ack) + ", " + milliseconds(h.cost());
        std::vector<std::uint64_t> frames = {h.before.frame, h.ack.frame, h.segment.frame};
        if (h.over_window)
            record.conclude(
                kFlightHeld,
                sentence + "; after " + std::to_string(h.sent) +
                    " bytes of its flight the congestion window was full; send a shorter certificate chain, or "
                    "raise the initial window.",
                std::move(frames));
        else if (h.ack_delay >= kNoticeable)
            record.conclude(kNagleDelayedAck,
                            sentence + "; Nagle's algorithm and delayed ACK (" + milliseconds(h.ack_delay) +
                                "); set TCP_NODELAY on the " + side + ".",
                            std::move(frames));
        else
            record.conclude(
                kFlightHeld,
                sentence + "; Nagle's algorithm, or a congestion window of " + std::to_string(h.sent) + " bytes.",
                std::move(frames));
    }
}

void judge_loss(const Setup& s, ConnectionRecord& record) {
    constexpr unsigned kFastRetransmit = 3;  // duplicate ACKs: RFC 5681 section 3.2
    for (const Repeat& r : s.repeats) {
        if (r.cost < kNoticeable) continue;
        const std::string by = r.duplicate_acks >= kFastRetransmit ? "after duplicate ACKs" : "after a timeout";
        std::string sentence = "A segment of the " + who(r.again.from) + "'s handshake was lost ";
        sentence += r.original ? "behind the capture point (" + frame(*r.original) + ")" : "before the capture point";
        sentence += " and sent again " + by + ": " + frame(r.again) + ", " + milliseconds(r.cost) + " lost.";
        std::vector<std::uint64_t> frames;
        if (r.original) frames.push_back(r.original->frame);
        frames.push_back(r.again.frame);
        record.conclude(kHandshakeLoss, std::move(sentence), std::move(frames));
    }
}

/// Of the handshake, and not of what a peer sent just then after it.
bool within(const flow::Passage& p, const SetupMarks& marks) {
    return p.frame >= marks.begin.frame && p.frame <= marks.end.frame;
}

void judge_order(const flow::Passages& passages, const SetupMarks& marks, ConnectionRecord& record) {
    for (const flow::Passage& late : passages) {
        if (late.kind != flow::Passage::Kind::late || !within(late, marks)) continue;
        const auto overtook = [&](const flow::Passage& p) {
            return p.from == late.from && p.begin > late.begin && p.frame < late.frame;
        };
        const auto first = std::find_if(passages.begin(), passages.end(), overtook);
        if (first == passages.end() || late.time - first->time < kNoticeable) continue;
        record.conclude(kHandshakeReordered,
                        "A segment of the " + who(late.from) + "'s handshake was overtaken: " + frame(*first) +
                            " came before " + frame(late) + ", which held it up for " +
                            milliseconds(late.time - first->time) + ".",
                        {first->frame, late.frame});
    }
}

void judge_window(const flow::Passages& passages, const SetupMarks& marks, ConnectionRecord& record) {
    const flow::Passage* closed = nullptr;
    for (const flow::Passage& p : passages) {
        if (!within(p, marks)) continue;
        if (closed == nullptr && p.window_closed) closed = &p;
        const bool goes_on = closed != nullptr && p.from != closed->from && p.kind == flow::Passage::Kind::data;
        if (!goes_on) continue;
        if (p.time - closed->time >= kNoticeable)
            record.conclude(kWindowClosed,
                            "The " + who(closed->from) +
                                " had no room for more of the handshake (a window of zero in " + frame(*closed) +
                                "); the " + who(p.from) + " went on after " + milliseconds(p.time - closed->time) +
                                ", in " + frame(p) + ".",
                            {closed->frame, p.frame});
        closed = nullptr;
    }
}

void blame(Side side, const record::Rule& rule, Nanos needed, const std::string& of,
           const std::array<Pause, 2>& longest, ConnectionRecord& record) {
    const Pause& pause = longest[record::index(side)];
    std::string sentence = "The " + who(side) + " needed " + milliseconds(needed) + of + " for itself";
    if (pause.length != needed) sentence += ", " + milliseconds(pause.length) + " of it at once";
    sentence += ": between " + frame(pause.before) + " and " + frame(pause.after) + ".";
    record.conclude(rule, std::move(sentence), {pause.before.frame, pause.after.frame});
}

/// The largest part of a setup that was slow.
void judge_parts(const Setup& s, const SetupMarks& marks, ConnectionRecord& record) {
    const Nanos judged = s.total - s.wait;
    if (judged < kSlowSetup) return;
    const std::array<Nanos, 6> parts = {s.network, s.server, s.client, s.transfer, s.ack_wait, s.loss};
    const Nanos largest = *std::max_element(parts.begin(), parts.end());
    if (largest * 3 < judged) return;
    const std::string of = " of the " + milliseconds(judged) + " it took to set up the connection";
    const std::vector<std::uint64_t> whole = {marks.syn.frame, marks.begin.frame, marks.end.frame};
    if (largest == s.network)
        record.conclude(kSlowNetwork,
                        milliseconds(s.network) + of + " were round trips on the network; one takes " +
                            milliseconds(marks.rtt_server + marks.rtt_client) + ".",
                        whole);
    else if (largest == s.server) blame(Side::server, kSlowServer, s.server, of, s.longest, record);
    else if (largest == s.client) blame(Side::client, kSlowClient, s.client, of, s.longest, record);
    else if (largest == s.transfer)
        record.conclude(kSlowTransfer,
                        "The flights took " + milliseconds(s.transfer) + of + " to pass: the bandwidth is low.", whole);
}

SetupMarks marks_of(const flow::Connection& c, const record::Vocabulary& handshake, const record::Timeline& timeline) {
    SetupMarks m;
    m.syn = timeline.at(flow::kSynMark);
    m.connected = timeline.at(flow::kConnected);
    m.begin = timeline.phases_begin(handshake.spans);
    m.end = timeline.phases_end(handshake.spans);
    m.rtt_server = timeline.between(flow::kSynAnswered, flow::kSynAck).value_or(-1);
    m.rtt_client = timeline.between(flow::kSynAckAcked, flow::kConnected).value_or(-1);
    m.largest_payload = {largest_payload(c, Side::client), largest_payload(c, Side::server)};
    return m;
}

}  // namespace

const record::Vocabulary& setup_vocabulary() {
    static const record::Vocabulary kWords{
        .module = "setup", .columns = kColumns, .marks = {}, .spans = {}, .anomalies = {}, .rules = kSlowRules};
    return kWords;
}

void explain_setup(const flow::Connection& c, const record::Vocabulary& handshake, ConnectionRecord& record) {
    if (record.outcome != "complete") return;
    const SetupMarks marks = marks_of(c, handshake, record.timeline);
    if (marks.rtt_server < 0 || marks.rtt_client < 0) return;
    const auto setup = split_setup(marks, c.passages, c.stalls);
    if (!setup) return;
    fill(*setup, record.row);
    judge_held(*setup, record);
    judge_loss(*setup, record);
    judge_order(c.passages, marks, record);
    judge_window(c.passages, marks, record);
    judge_parts(*setup, marks, record);
}

}  // namespace tlsscope::verdict
