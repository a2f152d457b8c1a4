// A table of texts fitted to the width of the page, with details below its rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/inventory/view.h"
#include "report/text.h"

namespace tlsscope::report::inventory {

/// "1 connection", "2,000 connections".
std::string connections(std::uint64_t n);

/// Appends "  ... and 12 more (-v shows all)", and what a register had no room for; nothing when all is shown.
void append_hidden(std::string& out, const Look& look, std::size_t hidden, std::uint64_t left_out,
                   std::string_view what);

/// Rows are kept until print(). All texts are already visible.
class Grid {
  public:
    enum class Kind : std::uint8_t {
        number,  ///< right-aligned
        text,    ///< cut in the middle when there is no room at all
        name,    ///< gives way first
    };

    Grid& column(std::string_view heading, Kind kind);
    /// One cell per column. `detail` goes below the row, wrapped and dim.
    void row(std::vector<std::string> cells, std::string detail = {}, Paint paint = Paint::none);
    bool empty() const { return rows_.empty(); }
    void print(std::string& out, const Style& style) const;

  private:
    struct Column {
        std::string heading;
        Kind kind;
    };
    struct Row {
        std::vector<std::string> cells;
        std::string detail;
        Paint paint;
    };
    std::vector<std::size_t> widths(const Style& style) const;
    void append_line(std::string& out, const Style& style, const std::vector<std::string>& cells,
                     const std::vector<std::size_t>& widths, Paint paint) const;

    std::vector<Column> columns_;
    std::vector<Row> rows_;
};

}  // namespace tlsscope::report::inventory
