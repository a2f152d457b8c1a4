// What the view draws on: a grid of character cells.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "report/text.h"

namespace tlsscope::live_view {

/// How a piece of text looks. Colours only stress what the text says by itself.
struct Ink {
    report::Paint paint = report::Paint::none;
    bool reverse = false;  ///< of the selected line and the bars

    friend bool operator==(const Ink&, const Ink&) = default;
};

/// A piece of a line that looks the same.
struct Run {
    std::string text;
    Ink ink;
};

class Screen {
  public:
    virtual ~Screen() = default;
    virtual std::size_t rows() const = 0;
    virtual std::size_t columns() const = 0;
    virtual void clear() = 0;
    /// Text that is visible already (report/escape.h), put at a place; what lies beyond the edges is cut off.
    virtual void put(std::size_t row, std::size_t column, std::string_view text, Ink ink = {}) = 0;
    /// Makes visible what was put.
    virtual void show() = 0;
};

}  // namespace tlsscope::live_view
