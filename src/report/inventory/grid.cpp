#include "report/inventory/grid.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.h"
#include "report/inventory/register.h"
#include "report/utf8.h"

namespace tlsscope::report::inventory {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kBetween = 2;
constexpr std::size_t kLeastName = 10;

}  // namespace

std::string connections(std::uint64_t n) { return plural(n, "connection", "connections"); }

void append_hidden(std::string& out, const Look& look, std::size_t hidden, std::uint64_t left_out,
                   std::string_view what) {
    if (hidden > 0)
        append_paragraph(out, look.style, "  ", fmt::format("... and {} more (all with -v)", grouped(hidden)),
                         Paint::dim);
    if (left_out > 0)
        append_paragraph(out, look.style, "  ",
                         fmt::format("{} of {} beyond the first {} are not listed", connections(left_out), what,
                                     grouped(Register<int>::kMost)),
                         Paint::yellow);
}

Grid& Grid::column(std::string_view heading, Kind kind) {
    columns_.push_back({std::string{heading}, kind});
    return *this;
}

void Grid::row(std::vector<std::string> cells, std::string detail, Paint paint) {
    cells.resize(columns_.size());
    rows_.push_back({std::move(cells), std::move(detail), paint});
}

void Grid::print(std::string& out, const Style& style) const {
    if (rows_.empty()) return;
    const std::vector<std::size_t> width = widths(style);
    std::vector<std::string> headings;
    for (const Column& c : columns_) headings.push_back(c.heading);
    append_line(out, style, headings, width, Paint::dim);
    for (const Row& r : rows_) {
        append_line(out, style, r.cells, width, r.paint);
        if (!r.detail.empty()) append_paragraph(out, style, "      ", r.detail, Paint::dim);
    }
}

/// As wide as the widest cell; when that is too much, names give way, the widest first, and then other texts.
std::vector<std::size_t> Grid::widths(const Style& style) const {
    std::vector<std::size_t> width;
    for (const Column& c : columns_) width.push_back(display_width(c.heading));
    for (const Row& r : rows_)
        for (std::size_t i = 0; i < width.size(); ++i) width[i] = std::max(width[i], display_width(r.cells[i]));
    std::size_t total = kIndent - kBetween;
    for (const std::size_t w : width) total += w + kBetween;
    for (const Kind kind : {Kind::name, Kind::text}) {
        while (total > style.columns()) {
            std::size_t* widest = nullptr;
            for (std::size_t i = 0; i < width.size(); ++i)
                if (columns_[i].kind == kind && width[i] > kLeastName && (widest == nullptr || width[i] > *widest))
                    widest = &width[i];
            if (widest == nullptr) break;
            --*widest, --total;
        }
    }
    return width;
}

void Grid::append_line(std::string& out, const Style& style, const std::vector<std::string>& cells,
                       const std::vector<std::size_t>& widths, Paint paint) const {
    std::string line(kIndent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line.append(kBetween, ' ');
        const Align align = columns_[i].kind == Kind::number ? Align::right : Align::left;
        append_padded(line, shortened(style, cells[i], widths[i]), widths[i], align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += painted(style, paint, line);
    out += '\n';
}

}  // namespace tlsscope::report::inventory
