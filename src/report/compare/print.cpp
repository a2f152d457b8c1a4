#include "report/compare/print.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/compare/words.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/inventory/grid.h"

namespace tlsscope::report::compare {

namespace {

using inventory::Grid;
using inventory::Look;

constexpr std::size_t kRows = 10;

void print_sides(std::string& out, const Style& style, const Comparison& c) {
    append_heading(out, style, "Comparison");
    for (const auto& [word, side] : {std::pair{"before", c.before}, std::pair{"after ", c.after}})
        append_paragraph(out, style, fmt::format("  {}  ", word), name_of(*side) + ": " + counts_of(*side));
    append_paragraph(out, style, "  ", failure_rate_of(c), c.failure_rate.significant() ? Paint::yellow : Paint::dim);
}

Paint paint_of(const PhaseChange& change) {
    if (!change.matters()) return Paint::none;
    return change.change() > 0 ? Paint::red : Paint::green;
}

void print_pairs(std::string& out, const Look& look, const Comparison& c) {
    append_heading(out, look.style, "Handshakes by server and client (JA4): tls_ms");
    if (c.pairs.empty()) {
        append_paragraph(out, look.style, "  ", "no server and client completed a handshake in both", Paint::dim);
        return;
    }
    Grid grid;
    grid.column("server", Grid::Kind::name).column("client", Grid::Kind::name);
    for (const char* heading : {"count", "p50", "change", "p95"}) grid.column(heading, Grid::Kind::number);
    grid.column("", Grid::Kind::text);
    const std::size_t shown = std::min(look.rows, c.pairs.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const PairChange& p = c.pairs[i];
        grid.row({visible(p.server), visible(p.client), grouped(p.before) + " -> " + grouped(p.after),
                  from_to(p.tls.p50_before, p.tls.p50_after), signed_millis(p.tls.change()),
                  from_to(p.tls.p95_before, p.tls.p95_after), std::string{verdict_of(p.tls)}},
                 detail_of(p), paint_of(p.tls));
    }
    grid.print(out, look.style);
    inventory::append_hidden(out, look, c.pairs.size() - shown,
                             c.before->pairs().left_out() + c.after->pairs().left_out(), "servers and clients");
}

void print_presences(std::string& out, const Look& look, std::string_view lead, const std::vector<Presence>& all) {
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i)
        append_paragraph(out, look.style, fmt::format("    {}  ", lead),
                         fmt::format("{} ({})", visible(all[i].text),
                                     inventory::connections(std::max(all[i].before, all[i].after))));
    inventory::append_hidden(out, look, all.size() - shown, 0, "");
}

void print_differences(std::string& out, const Look& look, const Comparison& c) {
    append_heading(out, look.style, "New and gone");
    if (c.differences.empty()) append_paragraph(out, look.style, "  ", "nothing", Paint::dim);
    if (const std::string hidden = hidden_of(c); !hidden.empty())
        append_paragraph(out, look.style, "  ", hidden, Paint::dim);
    for (const Difference& d : c.differences) {
        out += fmt::format("  {}\n", d.what);
        print_presences(out, look, "new ", d.appeared);
        print_presences(out, look, "gone", d.gone);
    }
}

void print_failures(std::string& out, const Look& look, const Comparison& c) {
    if (c.failures.empty()) return;
    append_heading(out, look.style, "Failures that changed in number");
    const std::size_t shown = std::min(look.rows, c.failures.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Presence& f = c.failures[i];
        const std::string count = grouped(f.before) + " -> " + grouped(f.after);
        append_paragraph(out, look.style, "  " + padded(count, 11, Align::right) + "  ", visible(f.text),
                         f.after > f.before ? Paint::red : Paint::green);
    }
    inventory::append_hidden(out, look, c.failures.size() - shown, 0, "");
}

}  // namespace

void print(std::string& out, const Style& style, const Comparison& c, bool all) {
    Look look{.style = style};
    look.rows = all ? static_cast<std::size_t>(-1) : kRows;
    print_sides(out, style, c);
    print_pairs(out, look, c);
    print_differences(out, look, c);
    print_failures(out, look, c);
    out += '\n';
    append_paragraph(out, style, "  ",
                     fmt::format("Significant: chance alone makes such a difference in less than {:.0f} of 100 cases. "
                                 "Where many rows are compared, a few are so by chance.",
                                 kSignificant * 100),
                     Paint::dim);
}

}  // namespace tlsscope::report::compare
