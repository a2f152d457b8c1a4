#include "report/sections.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace tlsscope::report {

namespace {

using record::SegmentStep;
using record::Side;

struct FlagName {
    std::uint16_t bit;
    std::string_view name;
};

// In the order people say them: SYN, ACK and FIN, ACK; the ECN bits last.
constexpr std::array kFlagNames = std::to_array<FlagName>({{kSyn, "SYN"},
                                                           {kFin, "FIN"},
                                                           {kRst, "RST"},
                                                           {0x008, "PSH"},
                                                           {kAck, "ACK"},
                                                           {0x020, "URG"},
                                                           {0x040, "ECE"},
                                                           {0x080, "CWR"},
                                                           {0x100, "AE"}});

char isn_letter(Side side) { return side == Side::client ? 'X' : 'Y'; }

/// The frame that ends the handshake: of the declared phases the last end that was seen.
std::uint64_t last_phase_frame(const record::ConnectionRecord& connection, const record::Schema& schema) {
    std::uint64_t frame = 0;
    for (const record::Vocabulary& v : schema.vocabularies())
        for (const record::Span& s : v.spans)
            if (s.phase) frame = std::max(frame, connection.timeline.at(*s.to).frame);
    return frame;
}

std::uint64_t last_message_frame(const record::Ladder& ladder) {
    std::uint64_t frame = 0;
    for (const record::Step& s : ladder.steps)
        if (!s.messages.empty()) frame = std::max(frame, s.segment.at.frame);
    return frame;
}

std::uint64_t handshake_end(const record::ConnectionRecord& connection, const record::Schema& schema) {
    const std::uint64_t messages = last_message_frame(*connection.ladder);
    const std::uint64_t phases = last_phase_frame(connection, schema);
    const bool complete = connection.outcome == "complete" && phases != 0;
    return complete ? std::min(phases, messages) : messages;
}

}  // namespace

std::string flag_names(std::uint16_t flags) {
    std::string out;
    for (const FlagName& f : kFlagNames) {
        if ((flags & f.bit) == 0) continue;
        if (!out.empty()) out += ", ";
        out += f.name;
    }
    return out.empty() ? "none" : out;
}

std::vector<Section> sections_of(const record::ConnectionRecord& connection, const record::Schema& schema) {
    const std::uint64_t end = handshake_end(connection, schema);
    std::vector<Section> out;
    bool opening = false;  // a SYN was seen, and the client's ACK of the SYN/ACK not yet
    bool server_agreed = false;
    Section now = Section::opening;
    for (const record::Step& step : connection.ladder->steps) {
        const SegmentStep& s = step.segment;
        const bool syn = (s.flags & kSyn) != 0;
        if (syn && now == Section::opening) {
            opening = true;
            server_agreed = server_agreed || s.from == Side::server;
        }
        Section here = s.at.frame <= end ? Section::handshake : Section::data;
        if (opening && step.messages.empty() && (syn || s.length == 0)) here = Section::opening;
        else if ((s.flags & (kFin | kRst)) != 0) here = Section::closing;
        now = std::max(now, here);
        out.push_back(now);
        if (!syn && server_agreed && s.from == Side::client && (s.flags & kAck) != 0) opening = false;
        if (now != Section::opening) opening = false;
    }
    return out;
}

Symbols::Symbols(const record::Ladder& ladder) {
    bool first_fin = true;
    for (const record::Step& step : ladder.steps) {
        const SegmentStep& s = step.segment;
        Half& h = halves_[record::index(s.from)];
        if ((s.flags & kSyn) != 0 && !h.isn) h.isn = s.seq;
        if ((s.flags & kFin) == 0 || h.fin) continue;
        h.fin = s.seq + s.length + ((s.flags & kSyn) != 0 ? 1U : 0U);
        h.fin_letter = first_fin ? 'U' : 'V';
        first_fin = false;
    }
}

std::string Symbols::seq(const SegmentStep& s, Section section) const {
    const Half& me = half(s.from);
    if ((s.flags & kSyn) != 0 && me.isn == s.seq) return fmt::format("seq = {} = {}", isn_letter(s.from), s.seq);
    if ((s.flags & kFin) != 0 && me.fin == s.seq) return fmt::format("seq = {} = {}", me.fin_letter, s.seq);
    if ((s.flags & kFin) != 0 && me.fin == s.seq + s.length)
        return fmt::format("seq = {}, FIN = {} = {}", s.seq, me.fin_letter, *me.fin);
    if (section == Section::opening && me.isn && s.seq == *me.isn + 1)
        return fmt::format("seq = {}+1 = {}", isn_letter(s.from), s.seq);
    if (section == Section::closing && me.fin && s.seq == *me.fin + 1)
        return fmt::format("seq = {}+1 = {}", me.fin_letter, s.seq);
    return {};
}

std::string Symbols::ack(const SegmentStep& s, Section section) const {
    if ((s.flags & kAck) == 0) return {};
    const Half& them = half(other(s.from));
    if (section == Section::opening && them.isn && s.ack == *them.isn + 1)
        return fmt::format("ack = {}+1 = {}", isn_letter(other(s.from)), s.ack);
    if (section == Section::closing && them.fin && s.ack == *them.fin + 1)
        return fmt::format("ack = {}+1 = {}", them.fin_letter, s.ack);
    return {};
}

}  // namespace tlsscope::report
