#include "report/timing_view.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "report/format.h"

namespace tlsscope::report {

namespace {

using record::Nanos;

constexpr std::size_t kNumber = 11;
constexpr std::size_t kLeastBar = 10;

/// A span that was measured, and where it lies.
struct Measured {
    const record::Span* span;
    Nanos from;
    Nanos to;
    bool inferred;
    bool ambiguous;
};

/// Only what the row has: a span left out there is not to be trusted here either.
std::vector<Measured> measured_spans(const record::ConnectionRecord& connection, const record::Schema& schema) {
    std::vector<Measured> out;
    for (const record::Vocabulary& v : schema.vocabularies()) {
        for (const record::Span& s : v.spans) {
            const auto* from = connection.timeline.find(*s.from);
            const auto* to = connection.timeline.find(*s.to);
            if (from == nullptr || to == nullptr || connection.row.get(s.column).empty()) continue;
            if (from->at.time == record::kNoTime || to->at.time == record::kNoTime) continue;
            if (to->at.time < from->at.time) continue;
            out.push_back(
                {&s, from->at.time, to->at.time, from->inferred || to->inferred, from->ambiguous || to->ambiguous});
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const Measured& a, const Measured& b) {
        return a.from != b.from ? a.from < b.from : a.to > b.to;
    });
    return out;
}

struct Axis {
    Nanos from = 0;
    Nanos to = 0;
    bool holds(const Measured& m) const { return m.from >= from && m.to <= to; }
};

/// From the first packet to the end of the last phase; without phases over everything.
Axis axis_of(const std::vector<Measured>& spans) {
    const bool phases = std::any_of(spans.begin(), spans.end(), [](const Measured& m) { return m.span->phase; });
    Axis axis{spans.front().from, spans.front().from};
    for (const Measured& m : spans)
        if (m.span->phase || !phases) axis.to = std::max(axis.to, m.to);
    return axis;
}

std::string bar_on(const Axis& axis, const Measured& m, std::size_t width, const Style& style) {
    const auto place = [&](Nanos t) {
        return static_cast<double>(t - axis.from) / static_cast<double>(std::max<Nanos>(axis.to - axis.from, 1));
    };
    const auto offset = std::min(width - 1, static_cast<std::size_t>(place(m.from) * static_cast<double>(width)));
    const std::string drawn = bar(style, place(m.to) - place(m.from), width);
    return std::string(offset, ' ') + (drawn.empty() ? (style.unicode ? "▏" : "|") : drawn);
}

std::string remarks(const Measured& m) {
    std::string out;
    if (m.inferred) out += " (inferred from encrypted records)";
    if (m.ambiguous) out += " (ambiguous: a retransmission makes it unclear which copy was answered)";
    return out;
}

std::size_t widest_name(const std::vector<Measured>& spans) {
    std::size_t width = 0;
    for (const Measured& m : spans) width = std::max(width, m.span->column.name.size());
    return width;
}

/// Durations and counts of the timing group that are no spans: thinking times, stalls, round trips.
void append_others(std::string& out, const record::ConnectionRecord& connection, const record::Schema& schema,
                   const Style& style, std::size_t name_width) {
    for (const record::Column* c : schema.columns()) {
        if (c->group != "timing" || schema.span_of(*c) != nullptr) continue;
        const record::Value v = connection.row.get(*c);
        if (v.empty()) continue;
        std::string value;
        append_value(value, v);
        append_paragraph(out, style, "  " + padded(c->name, name_width) + padded(value, kNumber, Align::right) + "  ",
                         c->meaning, Paint::dim);
    }
}

}  // namespace

void append_timing(std::string& out, const record::ConnectionRecord& connection, const record::Schema& schema,
                   const Style& style) {
    std::vector<Measured> spans = measured_spans(connection, schema);
    if (spans.empty()) return;
    append_heading(out, style, "Where the time went (milliseconds)");
    const Axis axis = axis_of(spans);
    std::stable_partition(spans.begin(), spans.end(), [&](const Measured& m) { return axis.holds(m); });
    const std::size_t name_width = widest_name(spans);
    const std::size_t before = name_width + kNumber + 5;  // one to spare: a bar's ends are rounded
    const std::size_t room = style.columns() > before + kLeastBar ? style.columns() - before : kLeastBar;
    for (const Measured& m : spans) {
        std::string value;
        append_value(value, connection.row.get(m.span->column));
        std::string line = "  " + padded(m.span->column.name, name_width) + padded(value, kNumber, Align::right);
        if (axis.holds(m))
            line += "  " + painted(style, m.span->phase ? Paint::cyan : Paint::green, bar_on(axis, m, room, style));
        out += line + '\n';
        append_paragraph(out, style, "    ", std::string{m.span->column.meaning} + remarks(m), Paint::dim);
    }
    append_others(out, connection, schema, style, name_width);
}

}  // namespace tlsscope::report
