// A screen that is a grid of cells, and a model to draw on it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "live_view/cells.h"
#include "live_view/draw.h"
#include "live_view/keys.h"
#include "live_view/model.h"
#include "report/synthetic.h"
#include "report/utf8.h"

namespace tlsscope::live_view {

class Grid final : public Screen {
  public:
    Grid(std::size_t rows, std::size_t columns) : rows_{rows}, columns_{columns} { clear(); }

    std::size_t rows() const override { return rows_; }
    std::size_t columns() const override { return columns_; }
    void clear() override { cells_.assign(rows_ * columns_, {" ", {}}); }
    void put(std::size_t row, std::size_t column, std::string_view text, Ink ink) override {
        if (row >= rows_) ++outside;
        while (!text.empty() && row < rows_) {
            const Cluster c = next_cluster(text);
            for (std::string_view rest = c.text; !rest.empty();) {
                const report::CodePoint p = report::decode(rest, 0);
                if (!p.valid || report::is_hidden(p.code)) ++hidden;
                rest.remove_prefix(p.length);
            }
            if (column + c.width > columns_) {
                ++cut;
                return;
            }
            cells_[row * columns_ + column] = {std::string{c.text}, ink};
            if (c.width == 2) cells_[row * columns_ + column + 1] = {"", ink};
            column += c.width;
        }
    }
    void show() override { ++shown; }
    void resize(std::size_t rows, std::size_t columns) {
        rows_ = rows;
        columns_ = columns;
        clear();
    }

    std::string line(std::size_t row) const {
        std::string out;
        for (std::size_t c = 0; c < columns_; ++c) out += cells_[row * columns_ + c].text;
        out.erase(out.find_last_not_of(' ') + 1);
        return out;
    }
    std::string all() const {
        std::string out;
        for (std::size_t r = 0; r < rows_; ++r) out += line(r) + '\n';
        return out;
    }
    Ink ink(std::size_t row, std::size_t column) const { return cells_[row * columns_ + column].ink; }
    /// The first row with this text; rows() when there is none.
    std::size_t row_of(std::string_view text) const {
        for (std::size_t r = 0; r < rows_; ++r)
            if (line(r).find(text) != std::string::npos) return r;
        return rows_;
    }
    bool has(std::string_view text) const { return row_of(text) < rows_; }
    /// The row of the selected connection; rows() when there is none.
    std::size_t selected_row() const {
        for (std::size_t r = row_of("Server name") + 1; r < rows_; ++r)
            if (ink(r, 0).reverse && ink(r, columns_ - 1).reverse) return r;
        return rows_;
    }

    int shown = 0;
    int cut = 0;      ///< texts that went over the right edge
    int hidden = 0;   ///< characters that must never reach a terminal
    int outside = 0;  ///< texts below the last row

  private:
    struct Cell {
        std::string text;
        Ink ink;
    };
    std::size_t rows_, columns_;
    std::vector<Cell> cells_;
};

namespace synthetic = report::synthetic;
using report::synthetic::kMs;

inline Model make_model(const Limits& limits = {}, bool unicode = true) {
    return {synthetic::schema(), {"tlsscope 0.1.0", {"interface eth0"}}, {.unicode = unicode}, limits};
}

inline void press_all(Model& model, std::string_view keys) {
    for (const char c : keys) press(model, Key::of(static_cast<char32_t>(c)));
}

inline Grid drawn(Model& model, std::size_t rows = 24, std::size_t columns = 80) {
    Grid grid{rows, columns};
    draw(model, grid);
    return grid;
}

inline std::string host(std::uint64_t n) { return "host" + std::to_string(n) + ".example"; }

/// Connections `from` to `to` - 1, named by host().
inline void add(Model& model, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t i = from; i < to; ++i) model.add(synthetic::connection(i, host(i)));
}

}  // namespace tlsscope::live_view
