#include "report/totals.h"

#include <fmt/format.h>

#include "report/escape.h"
#include "report/format.h"
#include "report/utf8.h"

namespace tlsscope::report {

void append_title(std::string& out, const Style& style, std::string_view what, const RunInfo& run,
                  const Totals& totals) {
    const std::string_view between = style.unicode ? " · " : ", ";
    std::string names;
    for (const std::string& input : run.inputs) names += (names.empty() ? "" : ", ") + visible(input);
    out += '\n' + painted(style, Paint::bold, what);
    if (!names.empty()) out += "  " + shortened(style, names, style.columns() - display_width(what) - 2);
    out += '\n';
    std::string line = plural(totals.frames, "packet", "packets");
    line += fmt::format("{}{}", between, plural(totals.connections, "connection", "connections"));
    if (totals.first_time != record::kNoTime) {
        line += fmt::format("{}{}", between, readable_time(totals.first_time));
        if (totals.last_time > totals.first_time)
            line += fmt::format("{}{}", between, readable_duration(totals.last_time - totals.first_time));
    }
    append_paragraph(out, style, "", line, Paint::dim);
}

void append_problems(std::string& out, const Style& style, const Totals& totals) {
    if (totals.problems.empty()) return;
    append_heading(out, style, "Problems with the input");
    for (const std::string& problem : totals.problems)
        append_paragraph(out, style, "  ", visible(problem), Paint::yellow);
}

}  // namespace tlsscope::report
