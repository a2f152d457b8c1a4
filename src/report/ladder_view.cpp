#include "report/ladder_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"
#include "report/utf8.h"

namespace tlsscope::report {

namespace {

using record::SegmentStep;
using record::Side;

constexpr std::size_t kState = 12;                     // "SYN-RECEIVED"
constexpr std::size_t kFrameWidth = 2 * (kState + 3);  // state, space, lifeline, space: on both sides
constexpr std::size_t kLeastInner = 24;
constexpr std::size_t kLeastShaft = 8;       // of an arrow beside its label
constexpr std::size_t kLongestValue = 1500;  // bytes shown of one field
constexpr std::size_t kDeepest = 6;

Paint side_paint(Side side) { return side == Side::client ? Paint::cyan : Paint::magenta; }

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

std::string_view intro(Section section) {
    switch (section) {
        case Section::opening:
            return "Each side picks a random first sequence number (the client X, the server Y) and acknowledges the "
                   "other's. An ACK names the next byte expected, and a SYN counts as one byte: hence X+1 and Y+1.";
        case Section::handshake:
            return "Both sides agree on a version, a cipher suite and keys, and the server proves who it is. "
                   "Numbers count from each side's first sequence number, which is 0; absolute ones follow in "
                   "brackets.";
        case Section::data: return "From here on the bytes belong to the application.";
        case Section::closing:
            return "Each direction is closed on its own. A FIN counts as one byte: the first FIN has number U and is "
                   "acknowledged with U+1, the other side's has V and gets V+1. A RST ends both directions at once and "
                   "is not acknowledged.";
    }
    return {};
}

/// Visible, and not longer than anybody reads.
std::string readable(const Style& style, std::string_view raw) {
    std::string out = visible(raw.substr(0, kLongestValue));
    if (raw.size() > kLongestValue) out += fmt::format("{} ({} in all)", style.ellipsis(), readable_bytes(raw.size()));
    return out;
}

std::string options_and_window(const SegmentStep& s) {
    std::string out = fmt::format("window {}", s.window);
    if (s.window_scaled) out += " (scaled)";
    if (!s.options.empty()) out += fmt::format(", {}", visible(s.options));
    return out;
}

}  // namespace

LadderView::LadderView(const record::ConnectionRecord& connection, const record::Schema& schema, const Style& style)
    : connection_{connection},
      style_{style},
      sections_{sections_of(connection, schema)},
      symbols_{*connection.ladder},
      inner_{std::max(style.columns(), kFrameWidth + kLeastInner) - kFrameWidth} {}

void LadderView::print(std::string& out) {
    out_ = &out;
    const record::Ladder& ladder = *connection_.ladder;
    for (std::size_t i = 0; i < ladder.steps.size(); ++i) {
        if (i == 0 || sections_[i] != sections_[i - 1]) {
            print_section_heading(sections_[i]);
            print_lifeline_heads();
        }
        print_elision(ladder.steps[i].before);
        print_step(ladder.steps[i], sections_[i]);
    }
    print_elision(ladder.after);
}

void LadderView::print_section_heading(Section section) {
    append_heading(*out_, style_, fmt::format("{}. {}", ++chapter_, section_title(section)));
    append_paragraph(*out_, style_, "", intro(section), Paint::dim);
    *out_ += '\n';
}

std::string LadderView::section_title(Section section) const {
    switch (section) {
        case Section::opening: return "TCP three-way handshake";
        case Section::handshake: {
            const std::string service = upper(fact_text(connection_.row, "service"));
            return (service.empty() ? "TLS" : service) + " handshake";
        }
        case Section::data: return "Data";
        case Section::closing: {
            std::string kind = fact_text(connection_.row, "close_kind");
            std::replace(kind.begin(), kind.end(), '_', ' ');
            return kind.empty() ? "Close" : "Close (" + kind + ")";
        }
    }
    return {};
}

void LadderView::print_lifeline_heads() {
    // The names stand over the lifelines; the addresses inside, where there is room.
    const std::string client = shortened(style_, endpoint(connection_.row, Side::client), inner_ / 2);
    const std::string server = shortened(style_, endpoint(connection_.row, Side::server), inner_ / 2);
    const std::size_t used = display_width(client) + display_width(server);
    std::string head = padded("client", kState, Align::right) + "   ";
    head += painted(style_, side_paint(Side::client), client);
    head.append(inner_ > used ? inner_ - used : 1, ' ');
    head += painted(style_, side_paint(Side::server), server) + "   server";
    *out_ += head + '\n';
}

void LadderView::print_elision(const record::Elision& left_out) {
    if (left_out.segments == 0) return;
    std::string text =
        fmt::format("{} segment{} left out", grouped(left_out.segments), left_out.segments == 1 ? "" : "s");
    if (left_out.bytes_client > 0) text += fmt::format(", {} from the client", readable_bytes(left_out.bytes_client));
    if (left_out.bytes_server > 0) text += fmt::format(", {} from the server", readable_bytes(left_out.bytes_server));
    row("");
    paragraph(style_.unicode ? "⋮ " : ": ", text, Paint::dim);
}

void LadderView::print_step(const record::Step& step, Section section) {
    const SegmentStep& s = step.segment;
    row("");
    row(when(s), Paint::dim);
    print_arrow(s, section);
    print_numbers(s, section);
    for (const std::string& note : s.notes) paragraph("! ", readable(style_, note), Paint::yellow);
    if (!s.sentence.empty()) paragraph("", readable(style_, s.sentence));
    for (const record::Message& m : step.messages) print_message(m);
    if (s.at.time != record::kNoTime) previous_ = s.at.time;
}

std::string LadderView::when(const SegmentStep& s) const {
    std::string out = fmt::format("frame {}", s.at.frame);
    if (s.at.time == record::kNoTime) return out;
    const std::string_view between = style_.unicode ? " · " : ", ";
    if (connection_.first_time != record::kNoTime) {
        out += between;
        append_millis(out, s.at.time - connection_.first_time);
        out += " ms";
    }
    if (previous_ != record::kNoTime) {
        out += between;
        if (s.at.time >= previous_) out += '+';
        append_millis(out, s.at.time - previous_);
    }
    return out;
}

/// As much of the label as fits lies in the arrow; the rest follows below it.
void LadderView::print_arrow(const SegmentStep& s, Section section) {
    std::vector<std::string> parts = label_parts(s, section);
    const std::size_t shaft = inner_ + 2;  // it reaches from lifeline to lifeline
    std::string label = parts.front();
    std::string below;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string longer = label + (i == 1 ? " " : ", ") + parts[i];
        if (below.empty() && display_width(longer) + kLeastShaft <= shaft) label = longer;
        else below += (below.empty() ? "" : ", ") + parts[i];
    }
    const bool inside = display_width(label) + kLeastShaft <= shaft;
    if (!inside) paragraph("", label, Paint::bold);

    const std::string_view dash = style_.unicode ? "─" : "-";
    const bool right = s.from == Side::client;
    const std::string text = inside ? ' ' + label + ' ' : std::string{};
    const std::size_t dashes = shaft - 1 - display_width(text);
    const std::size_t before = inside ? std::min<std::size_t>(3, dashes) : dashes / 2;
    const auto paint = [&](std::string_view part) { return painted(style_, side_paint(s.from), part); };
    std::string arrow;
    if (!right) arrow += paint(style_.unicode ? "◄" : "<");
    arrow +=
        paint(repeated(dash, before)) + painted(style_, Paint::bold, text) + paint(repeated(dash, dashes - before));
    if (right) arrow += paint(style_.unicode ? "►" : ">");

    const bool moved = s.client_state != client_state_ || s.server_state != server_state_;
    client_state_ = s.client_state;
    server_state_ = s.server_state;
    line(shortened(style_, visible(s.client_state), kState), arrow, shortened(style_, visible(s.server_state), kState),
         moved ? Paint::bold : Paint::dim);
    if (!below.empty()) paragraph("", below, Paint::bold);
}

/// "[SYN, ACK]", "seq = Y = 5000", "ack = X+1 = 1001", "517 bytes": those there are.
std::vector<std::string> LadderView::label_parts(const SegmentStep& s, Section section) const {
    std::vector<std::string> parts = {fmt::format("[{}]", flag_names(s.flags))};
    if (std::string seq = symbols_.seq(s, section); !seq.empty()) parts.push_back(std::move(seq));
    if (std::string ack = symbols_.ack(s, section); !ack.empty()) parts.push_back(std::move(ack));
    if (s.length > 0) parts.push_back(fmt::format("{} byte{}", grouped(s.length), s.length == 1 ? "" : "s"));
    return parts;
}

void LadderView::print_numbers(const SegmentStep& s, Section section) {
    const bool ack = (s.flags & kAck) != 0;
    const auto number = [](std::int64_t relative, std::uint32_t absolute) {
        return relative >= 0 ? fmt::format("{} ({})", relative, absolute) : fmt::format("{}", absolute);
    };
    std::string text;
    const bool seq_told = !symbols_.seq(s, section).empty();
    if (seq_told && s.relative_seq >= 0) text = fmt::format("relative seq {}", s.relative_seq);
    else if (!seq_told) text = "seq " + number(s.relative_seq, s.seq);
    if (ack) {
        const bool ack_told = !symbols_.ack(s, section).empty();
        if (ack_told && s.relative_ack >= 0)
            text += fmt::format("{}ack {}", text.empty() ? "relative " : ", ", s.relative_ack);
        else if (!ack_told) text += (text.empty() ? "ack " : ", ack ") + number(s.relative_ack, s.ack);
    }
    text += fmt::format("{}length {}, {}", text.empty() ? "" : ", ", s.length, options_and_window(s));
    paragraph("", text, Paint::dim);
}

void LadderView::print_message(const record::Message& m) {
    std::string title = readable(style_, m.name);
    if (m.first.frame != 0 && m.last.frame != 0 && m.first.frame != m.last.frame)
        title += fmt::format(" (frames {} to {})", m.first.frame, m.last.frame);
    if (m.inferred) title += " (inferred)";
    row("");
    paragraph(style_.unicode ? "▪ " : "* ", title, side_paint(m.from));
    if (!m.sentence.empty()) paragraph("  ", readable(style_, m.sentence));
    for (const record::Field& f : m.fields) print_field(f);
}

void LadderView::print_field(const record::Field& f) {
    std::string text = readable(style_, f.name);
    if (!f.value.empty()) text += ": " + readable(style_, f.value);
    if (!f.meaning.empty()) text += (style_.unicode ? " — " : " - ") + readable(style_, f.meaning);
    const std::string lead(4 + 2 * std::min<std::size_t>(f.depth, kDeepest), ' ');
    paragraph(lead, text, Paint::none, 2);
}

void LadderView::row(std::string_view content, Paint paint) {
    const std::size_t used = display_width(content);
    std::string middle = ' ' + painted(style_, paint, content);
    middle.append(inner_ > used ? inner_ - used : 0, ' ');
    line("", middle + ' ', "", Paint::none);
}

void LadderView::paragraph(std::string_view lead, std::string_view text, Paint paint, std::size_t hanging) {
    const std::size_t indent = display_width(lead) + hanging;
    const std::size_t width = inner_ > indent + 8 ? inner_ - indent : 8;
    bool first = true;
    for (const std::string& part : wrapped(text, width)) {
        row(first ? std::string{lead} + part : std::string(indent, ' ') + part, paint);
        first = false;
    }
}

void LadderView::line(std::string_view left, std::string_view middle, std::string_view right, Paint state_paint) {
    const std::string_view life = style_.unicode ? "│" : "|";
    std::string out(kState - std::min(kState, display_width(left)), ' ');
    out += painted(style_, state_paint, left);
    out.append(" ").append(life).append(middle).append(life);
    if (!right.empty()) out += ' ' + painted(style_, state_paint, right);
    *out_ += out + '\n';
}

}  // namespace tlsscope::report
