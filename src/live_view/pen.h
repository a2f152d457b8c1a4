// Small things all parts of the drawing use.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "live_view/screen.h"
#include "record/evidence.h"

namespace tlsscope::live_view {

/// Writes pieces of one line, one after the other.
class Pen {
  public:
    Pen(Screen& screen, std::size_t row, std::size_t column = 0) : screen_{screen}, row_{row}, column_{column} {}

    Pen& put(std::string_view visible_text, Ink ink = {});
    Pen& gap(std::size_t columns) {
        column_ += columns;
        return *this;
    }
    /// Columns to the right edge.
    std::size_t room() const { return screen_.columns() - std::min(column_, screen_.columns()); }
    std::size_t column() const { return column_; }

  private:
    Screen& screen_;
    std::size_t row_;
    std::size_t column_;
};

/// Milliseconds of at most nine characters; empty for -1.
std::string millis(record::Nanos ns);
/// "12.3", "1,234"
std::string rate(double per_second);
/// "00:12:34", "3 d 00:12:34"
std::string clock_of(record::Nanos running);

}  // namespace tlsscope::live_view
