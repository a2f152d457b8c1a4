#include "verdict/failure.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <utility>

#include "flow/tcp_vocabulary.h"
#include "record/words.h"
#include "verdict/failure_rules.h"
#include "verdict/segment_size.h"

namespace tlsscope::verdict {

namespace {

using flow::Passage;
using record::frame_text;
using record::milliseconds;
using record::Nanos;
using record::Side;

std::string who(Side s) { return std::string{"the "} + record::name(s); }

bool has_payload(const Passage& p) { return p.kind != Passage::Kind::ack; }

/// Routers passed: senders begin with 64, 128 or 255.
int distance_of(int ttl) {
    for (const int start : {64, 128, 255})
        if (ttl <= start) return start - ttl;
    return 0;
}

/// The bytes that were never acknowledged, and how often they were sent.
struct Stuck {
    const Passage* first = nullptr;  ///< null: no copy is in the capture
    const Passage* last = nullptr;
    unsigned copies = 0;

    /// Negative: not known, packets may have no time.
    Nanos tried() const {
        const bool timed = first->time != record::kNoTime && last->time != record::kNoTime;
        return timed ? last->time - first->time : -1;
    }
};

class Search {
  public:
    Search(const flow::Connection& c, record::ConnectionRecord& record) : c_{c}, record_{record} {}

    void go() const {
        if (reset_injected()) return;
        if (black_hole(Side::server) || black_hole(Side::client)) return;
        if (hello_dropped()) return;
        peer_silent();
    }

  private:
    /// FIN or RST, and not a word why.
    bool ended_silently() const { return record_.verdict == &kHandshakeClosed.finding; }
    record::Evidence end() const { return record_.timeline.at(flow::kCloseStart); }

    bool reset_injected() const {
        if (!ended_silently() || !c_.reset_sent || c_.closed_by != c_.reset_by) return false;
        std::string why = from_elsewhere();
        std::vector<std::uint64_t> frames = {end().frame};
        if (const Passage* p = why.empty() ? acknowledged_too_early() : nullptr; p != nullptr) {
            why = "it acknowledges " + frame_text(p->frame) + " after " + milliseconds(end().time - p->time) +
                  ", and half a round trip takes " + milliseconds(round_trip(c_.reset_by) / 2);
            frames.push_back(p->frame);
        }
        if (why.empty()) return false;
        record_.refine(kResetInjected,
                       "The RST in " + frame_text(end().frame) + " ended the handshake in the name of " +
                           who(c_.reset_by) + ", but something on the way sent it: " + why + "; " +
                           std::string{kResetInjected.cure} + ".",
                       std::move(frames));
        return true;
    }

    std::string from_elsewhere() const {
        const flow::Half& named = c_.half(c_.reset_by);
        const int ttl = c_.reset_look.ttl;
        if (named.least_ttl == 0 || ttl == 0) return {};
        const int here = distance_of(ttl);
        const int there = distance_of(named.greatest_ttl);
        const bool same =
            std::abs(here - there) <= kSameDistance || std::abs(here - distance_of(named.least_ttl)) <= kSameDistance;
        if (same) return {};
        return "its TTL " + std::to_string(ttl) + " tells " + std::to_string(here) + " routers, the " +
               std::to_string(named.greatest_ttl) + " of " + who(c_.reset_by) + "'s other segments " +
               std::to_string(there);
    }

    /// What the RST acknowledges although it cannot have arrived.
    const Passage* acknowledged_too_early() const {
        constexpr Nanos kMeasurable = 4'000'000;
        const Nanos half_trip = round_trip(c_.reset_by) / 2;
        const flow::Half& sender = c_.half(record::other(c_.reset_by));
        if (!c_.reset_look.has_ack || half_trip < kMeasurable || !sender.space.known()) return nullptr;
        const std::int64_t acked = sender.space.offset(c_.reset_look.ack, sender.sent);
        for (const Passage& p : c_.passages) {
            const bool reaches = p.from != c_.reset_by && has_payload(p) && p.begin < acked && acked <= p.end();
            if (!reaches) continue;
            const bool timed = p.time != record::kNoTime && end().time >= p.time;
            return timed && end().time - p.time < half_trip ? &p : nullptr;
        }
        return nullptr;
    }

    Nanos round_trip(Side to) const {
        const auto rtt = to == Side::server ? record_.timeline.between(flow::kSynAnswered, flow::kSynAck)
                                            : record_.timeline.between(flow::kSynAckAcked, flow::kConnected);
        return rtt.value_or(0);
    }

    Stuck stuck(Side sender) const {
        Stuck s;
        const std::uint64_t acked = c_.half(sender).acked;
        for (const Passage& p : c_.passages) {
            if (p.from != sender || !has_payload(p) || p.begin > acked || acked >= p.end()) continue;
            if (s.first == nullptr) s.first = &p;
            s.last = &p;
            ++s.copies;
        }
        return s;
    }

    bool full(const Passage& p) const { return fills_a_segment(p.length, largest_payload(c_, p.from)); }

    bool black_hole(Side sender) const {
        const Stuck s = stuck(sender);
        return s.first == nullptr ? never_arrives(sender) : never_acknowledged(s);
    }

    bool never_acknowledged(const Stuck& s) const {
        if (s.copies < kGivenUp || !full(*s.first) || s.tried() < 0) return false;
        const auto answers = [&](const Passage& p) {
            return p.from != s.first->from && p.kind == Passage::Kind::ack && p.frame > s.first->frame;
        };
        const auto answer = std::find_if(c_.passages.begin(), c_.passages.end(), answers);
        if (answer == c_.passages.end()) return false;
        conclude_black_hole("A full segment of " + who(s.first->from) + " (" + std::to_string(s.first->length) +
                                " bytes, " + frame_text(s.first->frame) + ") was sent " + std::to_string(s.copies) +
                                " times in " + milliseconds(s.tried()) +
                                " and never acknowledged, while smaller ones got through (ACK in " +
                                frame_text(answer->frame) + ")",
                            {s.first->frame, answer->frame, s.last->frame});
        return true;
    }

    /// Seen from the receiver.
    bool never_arrives(Side sender) const {
        if (record_.anomalies.has(flow::kGapAcked)) return false;
        const std::uint64_t acked = c_.half(sender).acked;
        const Passage* beyond = nullptr;
        for (const Passage& p : c_.passages) {
            if (p.from != sender || !has_payload(p)) continue;
            if (full(p)) return false;
            if (p.begin > acked && (beyond == nullptr || p.begin < beyond->begin)) beyond = &p;
        }
        if (beyond == nullptr || c_.last.time == record::kNoTime || beyond->time == record::kNoTime) return false;
        const auto hole = static_cast<std::uint32_t>(beyond->begin - acked);
        const Nanos open = c_.last.time - beyond->time;
        if (!fills_a_segment(hole, largest_payload(c_, sender)) || open < kPatience) return false;
        conclude_black_hole(std::to_string(hole) + " bytes of " + who(sender) + " never arrived in " +
                                milliseconds(open) + ", while a smaller segment behind them did (" +
                                frame_text(beyond->frame) + "), and not one full segment ever",
                            {beyond->frame, c_.last.frame});
        return true;
    }

    void conclude_black_hole(const std::string& what, std::vector<std::uint64_t> frames) const {
        // What is missing was never received, and not only not captured.
        if (end().seen()) record_.outcome = "failed";
        record_.refine(
            kMtuBlackHole,
            what + ": the path's MTU is smaller, and nobody says so; " + std::string{kMtuBlackHole.cure} + ".",
            std::move(frames));
    }

    bool hello_dropped() const {
        const flow::Half& client = c_.half(Side::client);
        const Stuck s = stuck(Side::client);
        if (c_.half(Side::server).sent != 0 || s.copies < kGivenUp || s.tried() < 0) return false;
        const std::uint32_t largest = largest_payload(c_, Side::client);
        std::string sentence = "The ClientHello (" + std::to_string(client.sent) + " bytes";
        if (client.sent > largest) sentence += ", more than one segment";
        sentence += ") was sent " + std::to_string(s.copies) + " times in " + milliseconds(s.tried()) + " and " +
                    (client.acked == 0 ? "never acknowledged"
                                       : "acknowledged up to byte " + std::to_string(client.acked) + " only") +
                    ", though the connection had opened: something on the way drops it; " +
                    std::string{kHelloDropped.cure} + ".";
        record_.outcome = "failed";  // three times: nobody would have come through
        record_.refine(kHelloDropped, std::move(sentence), {s.first->frame, s.last->frame});
        return true;
    }

    void peer_silent() const {
        if (!ended_silently() || c_.passages.empty() || end().time == record::kNoTime) return;
        const auto last = std::find_if(c_.passages.rbegin(), c_.passages.rend(), has_payload);
        if (last == c_.passages.rend() || last->from != c_.closed_by || last->time == record::kNoTime) return;
        const Nanos waited = end().time - last->time;
        if (waited < kPatience || c_.half(last->from).acked < last->end()) return;
        const Side silent = record::other(last->from);
        const std::string flight = c_.half(silent).sent == 0 ? "to " + frame_text(last->frame) + ", its ClientHello,"
                                                             : "to " + frame_text(last->frame);
        std::string sentence = who(last->from) + " waited " + milliseconds(waited) + " for an answer " + flight +
                               " and gave up in " + frame_text(end().frame) + ": " + who(silent) +
                               " had received it and said nothing; look at its load, its log, and what it asks others.";
        sentence.front() = 'T';
        record_.refine(kPeerSilent, std::move(sentence), {last->frame, end().frame});
    }

    const flow::Connection& c_;
    record::ConnectionRecord& record_;
};

/// IANA's names of them end in s, or say TLS or SSL; and the usual second one of web servers.
bool is_tls_port(std::uint16_t port) {
    constexpr std::array<std::uint16_t, 13> kPorts{443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 8443};
    return std::find(kPorts.begin(), kPorts.end(), port) != kPorts.end();
}

}  // namespace

const record::Vocabulary& failure_vocabulary() {
    static constexpr record::Vocabulary kWords{
        .module = "failure", .columns = {}, .marks = {}, .spans = {}, .anomalies = {}, .rules = kFailureRules};
    return kWords;
}

void explain_failure(const flow::Connection& c, record::ConnectionRecord& record) {
    // Who sent an alert, or something that is no TLS, has said why.
    const bool unexplained = record.outcome == "incomplete" || record.verdict == &kHandshakeClosed.finding;
    if (!unexplained || !c.established || c.midstream || record.anomalies.has(flow::kOneSided)) return;
    Search{c, record}.go();
}

void explain_plaintext(const flow::Connection& c, record::ConnectionRecord& record) {
    const bool both_spoke = c.half(Side::client).sent != 0 && c.half(Side::server).sent != 0;
    const bool lossy = record.anomalies.has(flow::kGapAcked) || record.anomalies.has(flow::kSnapTruncated);
    if (!is_tls_port(c.server().port) || !c.established || c.midstream || !both_spoke || lossy) return;
    record.conclude(kPlaintextOnTlsPort,
                    "Port " + std::to_string(c.server().port) + " is for TLS, but plain text is spoken here; " +
                        std::string{kPlaintextOnTlsPort.cure} + ".",
                    {record.timeline.at(flow::kConnected).frame});
}

}  // namespace tlsscope::verdict
