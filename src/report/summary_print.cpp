// The look of the summary; what it adds up is in summary.cpp.
#include <algorithm>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/format.h"
#include "report/summary.h"
#include "report/utf8.h"

namespace tlsscope::report {

namespace {

using record::Severity;
using record::Type;

constexpr std::size_t kBarWidth = 20;
constexpr std::size_t kLongestValue = 44;
constexpr std::size_t kDiagnosesShown = 12;

std::string quantity(const record::Column& column, std::int64_t value) {
    std::string out;
    if (column.type == Type::millis) append_millis(out, value);
    else if (column.type == Type::number) append_number(out, static_cast<double>(value) / 1000.0);
    else out = fmt::format("{}", value);
    return out;
}

std::string examples(const Finding& f) {
    std::string out = f.connections == 1 ? "stream " : "streams ";
    for (std::size_t i = 0; i < f.examples.size(); ++i) {
        if (i > 0) out += ", ";
        out += fmt::format("{}", f.examples[i].stream);
        if (f.examples[i].frame != 0) out += fmt::format(" (frame {})", f.examples[i].frame);
    }
    if (f.connections > f.examples.size()) out += ", ...";
    return out;
}

}  // namespace

void Summary::print_counted(std::string& out, std::string_view title, const ValueCounter& values,
                            std::uint64_t connections) const {
    const std::vector<ValueCounter::Entry> entries = values.top(options_.top);
    if (entries.empty()) return;
    std::string heading{title};
    if (connections != connections_)
        heading += fmt::format("  ({} of {})", grouped(connections), plural(connections_, "connection", "connections"));
    append_heading(out, options_.style, heading);

    std::vector<std::string> names;
    std::size_t widest = 0;
    for (const auto& e : entries) {
        names.push_back(e.value.empty() ? "(empty)" : shortened(options_.style, visible(e.value), kLongestValue));
        widest = std::max(widest, display_width(names.back()));
    }
    const std::size_t room = options_.style.columns();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::size_t name_width = std::min(widest, room - 23);
        std::string line = "  " + padded(shortened(options_.style, names[i], name_width), name_width);
        line += padded(grouped(entries[i].count), 11, Align::right);
        line += padded(percent(entries[i].count, connections), 9, Align::right);
        const std::size_t used = display_width(line) + 2;
        const std::size_t bar_width = room > used ? std::min(kBarWidth, room - used) : 0;
        const double share = static_cast<double>(entries[i].count) / static_cast<double>(connections);
        if (bar_width >= 4) line += "  " + painted(options_.style, Paint::cyan, bar(options_.style, share, bar_width));
        out += line + '\n';
    }
    const std::size_t hidden = values.distinct() - entries.size();
    if (values.other() > 0)
        out += fmt::format("  and {} more values; {} values beyond the first {} were not told apart\n", grouped(hidden),
                           grouped(values.other()), grouped(ValueCounter::kMostValues));
    else if (hidden > 0) out += fmt::format("  and {}\n", plural(hidden, "more value", "more values"));
}

std::string_view Summary::title_of(const Counted& counted) {
    return counted.column->heading.empty() ? counted.column->name : counted.column->heading;
}

/// Columns with a single value need a line each, no bars.
void Summary::print_uniform(std::string& out) const {
    constexpr std::size_t kTitleWidth = 14;
    std::string lines;
    for (const Counted& c : counted_) {
        if (c.values.distinct() != 1) continue;
        const std::string value = visible(c.values.top(1).front().value);
        lines += "  " + padded(title_of(c), kTitleWidth) + "  " +
                 shortened(options_.style, value.empty() ? "(empty)" : value, kLongestValue);
        if (c.connections != connections_)
            lines += painted(options_.style, Paint::dim,
                             fmt::format("  ({} of {})", grouped(c.connections), grouped(connections_)));
        lines += '\n';
    }
    if (lines.empty()) return;
    append_heading(out, options_.style, "One value only");
    out += lines;
}

void Summary::print_measured(std::string& out) const {
    std::size_t name_width = 0;
    for (const Measured& m : measured_)
        if (m.values.count() > 0) name_width = std::max(name_width, m.column->name.size());
    if (name_width == 0) return;
    const bool any_exact_lost = std::any_of(measured_.begin(), measured_.end(), [](const Measured& m) {
        return m.values.count() > Distribution::kMostExact;
    });
    append_heading(out, options_.style, "Percentiles");
    const std::size_t left = options_.style.columns() - 2 - std::min(name_width, options_.style.columns() / 3);
    const std::size_t cell = std::clamp<std::size_t>(left / 5, 10, 12);
    std::string head(name_width + 2, ' ');
    for (const std::string_view title : {"count", "p50", "p90", "p99", "max"})
        append_padded(head, title, cell, Align::right);
    out += painted(options_.style, Paint::dim, head) + '\n';
    for (const Measured& m : measured_) {
        if (m.values.count() == 0) continue;
        std::string line = "  " + padded(m.column->name, name_width);
        append_padded(line, grouped(m.values.count()), cell, Align::right);
        for (const double p : {50.0, 90.0, 99.0})
            append_padded(line, quantity(*m.column, m.values.percentile(p)), cell, Align::right);
        append_padded(line, quantity(*m.column, m.values.greatest()), cell, Align::right);
        out += line + '\n';
    }
    if (any_exact_lost)
        append_paragraph(out, options_.style, "  ",
                         fmt::format("Percentiles of more than {} values are rounded up by at most 1 %.",
                                     grouped(Distribution::kMostExact)),
                         Paint::dim);
}

void Summary::print_slowest(std::string& out) const {
    if (slowest_.empty()) return;
    append_heading(out, options_.style, fmt::format("Slowest by {}", ranking_->name));
    std::size_t number_width = 0;
    std::size_t stream_width = 0;
    for (const Slow& s : slowest_) {
        number_width = std::max(number_width, quantity(*ranking_, s.value).size());
        stream_width = std::max(stream_width, fmt::format("{}", s.stream).size());
    }
    for (const Slow& s : slowest_) {
        std::string line = "  " + padded(quantity(*ranking_, s.value), number_width, Align::right);
        line += fmt::format("  stream {:<{}}  ", s.stream, stream_width);
        const std::size_t used = display_width(line);
        const std::size_t room = options_.style.columns();
        out += line + shortened(options_.style, s.server, room > used ? room - used : 1) + '\n';
    }
}

void Summary::print_findings(std::string& out) const {
    const std::vector<Finding> diagnoses = findings_.diagnoses();
    const std::vector<Finding> anomalies = findings_.anomalies();
    if (diagnoses.empty() && anomalies.empty()) return;
    append_heading(out, options_.style, "Findings");
    for (std::size_t i = 0; i < std::min(diagnoses.size(), kDiagnosesShown); ++i) print_finding(out, diagnoses[i]);
    if (diagnoses.size() > kDiagnosesShown || findings_.unnamed() > 0)
        out +=
            fmt::format("  and {} more diagnoses\n",
                        grouped(diagnoses.size() - std::min(diagnoses.size(), kDiagnosesShown) + findings_.unnamed()));
    std::string notes;
    for (const Finding& f : anomalies) {
        if (options_.notes || f.severity > Severity::note) print_finding(out, f);
        else notes += fmt::format("{}{} ({})", notes.empty() ? "" : ", ", f.name, grouped(f.connections));
    }
    if (!notes.empty()) append_paragraph(out, options_.style, "  noted   ", notes, Paint::dim);
}

void Summary::print_finding(std::string& out, const Finding& f) const {
    const Style& style = options_.style;
    const std::string lead = "  " + painted(style, paint_of(f.severity), padded(record::name(f.severity), 6)) + "  ";
    std::string text = visible(f.sentence);
    if (!f.name.empty()) text = fmt::format("{}: {}", f.name, text);
    text += fmt::format(" [{}; {}]", plural(f.connections, "connection", "connections"), examples(f));
    std::string paragraph;
    append_paragraph(paragraph, style, std::string(10, ' '), text);
    out += lead + paragraph.substr(10);  // colour takes bytes but no columns
}

void Summary::print_accounting(std::string& out, const Totals& totals) const {
    if (totals.accounting.empty()) return;
    append_heading(out, options_.style, "Accounting");
    std::size_t name_width = 0;
    for (const record::Account& a : totals.accounting) name_width = std::max(name_width, a.name.size());
    for (const record::Account& a : totals.accounting) {
        std::string text = grouped(a.total);
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < a.parts.size(); ++i) {
            text += fmt::format(" {} {} {}", i == 0 ? "=" : "+", grouped(a.parts[i].count), a.parts[i].name);
            sum += a.parts[i].count;
        }
        const std::string lead = "  " + padded(a.name, name_width) + "  ";
        if (a.balanced()) {
            append_paragraph(out, options_.style, lead, text + (options_.style.unicode ? "  ✓" : "  (adds up)"));
            continue;
        }
        text += fmt::format("  DOES NOT ADD UP: the parts make {}, {} {}", grouped(sum),
                            grouped(sum > a.total ? sum - a.total : a.total - sum),
                            sum > a.total ? "too many" : "are missing");
        append_paragraph(out, options_.style, lead, text, Paint::red);
    }
}

}  // namespace tlsscope::report
