#include "report/explain.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"
#include "report/ladder_view.h"
#include "report/timing_view.h"

namespace tlsscope::report {

namespace {

using record::Side;

/// What was negotiated, in the order one asks for it; columns a build does not have are skipped.
constexpr std::string_view kNegotiated[] = {"version", "cipher", "group", "alpn", "resumption_kind"};

void append_title(std::string& out, const record::ConnectionRecord& c, const RunInfo& run, const Style& style) {
    std::string title = fmt::format("Connection {}", c.stream);
    if (run.inputs.size() == 1) title += " of " + visible(run.inputs.front());
    for (const std::string& line : wrapped(title, style.columns())) out += painted(style, Paint::bold, line) + '\n';

    std::string who = endpoint(c.row, Side::client) + (style.unicode ? " → " : " -> ") + endpoint(c.row, Side::server);
    const std::string name = fact_text(c.row, "sni");
    if (!name.empty()) who += "  (" + name + ")";
    append_paragraph(out, style, "", who);
    append_paragraph(out, style, "", fmt::format("{}, first frame {}", readable_time(c.first_time), c.first_frame));
}

void append_outcome(std::string& out, const record::ConnectionRecord& c, const Style& style) {
    std::string negotiated;
    for (const std::string_view column : kNegotiated) {
        const std::string value = fact_text(c.row, column);
        if (value.empty()) continue;
        if (!negotiated.empty()) negotiated += style.unicode ? " · " : ", ";
        negotiated += value;
    }
    if (!negotiated.empty()) append_paragraph(out, style, "", negotiated);
    if (!c.outcome.empty()) {
        const Paint paint = c.severity >= record::Severity::low ? paint_of(c.severity) : Paint::bold;
        out += "Outcome: " + painted(style, paint, shortened(style, visible(c.outcome), style.columns() - 9)) + '\n';
    }
    if (c.diagnosis.empty()) return;
    std::string diagnosis = visible(c.diagnosis);
    if (!c.evidence_frames.empty())
        diagnosis +=
            fmt::format(" [frame{} {}]", c.evidence_frames.size() == 1 ? "" : "s", frame_list(c.evidence_frames, 20));
    append_paragraph(out, style, "  ", diagnosis);
}

/// Stream numbers are those of other tools when the input is one file.
void append_hint(std::string& out, const record::ConnectionRecord& c, const RunInfo& run, const Style& style) {
    if (run.inputs.size() != 1 || run.inputs.front() == "-") return;
    append_heading(out, style, "The same packets in Wireshark's command line");
    out += fmt::format("  tshark -r {} -Y 'tcp.stream == {}'\n", visible(shell_word(run.inputs.front())), c.stream);
}

void append_anomalies(std::string& out, const record::ConnectionRecord& c, const Style& style) {
    std::vector<record::Anomalies::Entry> entries{c.anomalies.entries().begin(), c.anomalies.entries().end()};
    if (entries.empty()) return;
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.anomaly->severity > b.anomaly->severity; });
    append_heading(out, style, "What was odd");
    for (const record::Anomalies::Entry& e : entries) {
        std::string text = fmt::format("{}: {}", e.anomaly->name, e.anomaly->meaning);
        if (e.count > 1) text += fmt::format(" {} times, first in frame {}.", grouped(e.count), e.first_frame);
        else if (e.first_frame != 0) text += fmt::format(" Frame {}.", e.first_frame);
        const std::string severity = padded(record::name(e.anomaly->severity), 6);
        append_paragraph(out, style, "  " + severity + "  ", text, paint_of(e.anomaly->severity));
    }
}

}  // namespace

void explain(const record::ConnectionRecord& connection, const record::Schema& schema, const RunInfo& run,
             const Style& style, Output& out) {
    std::string text;
    append_title(text, connection, run, style);
    append_outcome(text, connection, style);
    if (connection.ladder != nullptr) LadderView{connection, schema, style}.print(text);
    else text += "\nThe steps of this connection were not kept.\n";
    append_timing(text, connection, schema, style);
    append_anomalies(text, connection, style);
    append_hint(text, connection, run, style);
    out.write(text);
}

}  // namespace tlsscope::report
