// Laying out text for people: padding, wrapping, shortening, colours and bars. Everything here takes text that is
// already visible (escape.h) and counts in terminal columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/anomaly.h"

namespace tlsscope::report {

/// How to print for people. Who decides: the app (terminal or not, NO_COLOR, locale, COLUMNS).
struct Style {
    std::size_t width = 0;  ///< columns of the terminal; 0: not a terminal, kDefaultWidth is used
    bool colour = false;    ///< ANSI SGR sequences
    bool unicode = true;    ///< box drawing, blocks and marks; else ASCII. Text from the wire: open_for_people().

    static constexpr std::size_t kDefaultWidth = 120;
    static constexpr std::size_t kLeastWidth = 40;
    static constexpr std::size_t kMostWidth = 400;
    /// The width to print at, made sane.
    std::size_t columns() const;
    std::string_view ellipsis() const { return unicode ? "…" : "..."; }
};

enum class Paint : std::uint8_t { none, bold, dim, red, yellow, green, cyan, magenta, strong_yellow };

/// The text, wrapped in colour when the style has any.
std::string painted(const Style& style, Paint paint, std::string_view text);

/// The colour of a severity; none and note have none.
Paint paint_of(record::Severity severity);
/// One column: high, medium, low, nothing of note.
std::string_view mark_of(const Style& style, record::Severity severity);

enum class Align : std::uint8_t { left, right };

/// Appends text padded with spaces to `width` columns; longer text is left as it is.
void append_padded(std::string& out, std::string_view text, std::size_t width, Align align = Align::left);
std::string padded(std::string_view text, std::size_t width, Align align = Align::left);

/// Text of at most `width` columns: the middle (host names, cipher suites: both ends tell) or the end gives way to an
/// ellipsis.
enum class Cut : std::uint8_t { middle, end };
std::string shortened(const Style& style, std::string_view text, std::size_t width, Cut cut = Cut::middle);

/// Lines of at most `width` columns, broken at spaces, words that are too long anywhere. Never empty.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// `n` times a short piece of text.
std::string repeated(std::string_view piece, std::size_t n);

/// A bar of `share` (0 to 1) of `width` columns, in eighths where the style can; at least something for what is not 0.
std::string bar(const Style& style, double share, std::size_t width);

/// A paragraph at an indent, wrapped, each line ended; the first line starts with `lead`, the others are indented below
/// its text.
void append_paragraph(std::string& out, const Style& style, std::string_view lead, std::string_view text,
                      Paint paint = Paint::none);

/// A heading with an empty line before it.
void append_heading(std::string& out, const Style& style, std::string_view text);

}  // namespace tlsscope::report
