#include "report/text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "report/utf8.h"

namespace tlsscope::report {

namespace {

std::string_view code_of(Paint paint) {
    switch (paint) {
        case Paint::none: return {};
        case Paint::bold: return "1";
        case Paint::dim: return "2";
        case Paint::red: return "1;31";
        case Paint::yellow: return "33";
        case Paint::green: return "32";
        case Paint::cyan: return "36";
        case Paint::magenta: return "35";
        case Paint::strong_yellow: return "1;33";
    }
    return {};
}

/// Bytes of the longest prefix that takes at most `width` columns.
std::size_t prefix_within(std::string_view text, std::size_t width) {
    std::size_t used = 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint c = decode(text, at);
        used += width_of(c.code);
        if (used > width) return at;
        at += c.length;
    }
    return text.size();
}

/// Where the longest suffix starts that takes at most `width` columns.
std::size_t suffix_within(std::string_view text, std::size_t width) {
    std::size_t left = display_width(text);
    std::size_t at = 0;
    while (left > width) {
        const CodePoint c = decode(text, at);
        left -= width_of(c.code);
        at += c.length;
    }
    while (at < text.size() && width_of(decode(text, at).code) == 0) at += decode(text, at).length;
    return at;
}

}  // namespace

std::size_t Style::columns() const { return width == 0 ? kDefaultWidth : std::clamp(width, kLeastWidth, kMostWidth); }

std::string painted(const Style& style, Paint paint, std::string_view text) {
    if (!style.colour || paint == Paint::none || text.empty()) return std::string{text};
    std::string out = "\x1b[";
    out.append(code_of(paint)).append("m").append(text).append("\x1b[0m");
    return out;
}

Paint paint_of(record::Severity severity) {
    switch (severity) {
        case record::Severity::high: return Paint::red;
        case record::Severity::medium: return Paint::yellow;
        case record::Severity::low: return Paint::cyan;
        default: return Paint::none;
    }
}

std::string_view mark_of(const Style& style, record::Severity severity) {
    switch (severity) {
        case record::Severity::high: return style.unicode ? "✗" : "X";
        case record::Severity::medium: return "!";
        case record::Severity::low: return "~";
        default: return style.unicode ? "·" : ".";
    }
}

void append_padded(std::string& out, std::string_view text, std::size_t width, Align align) {
    const std::size_t used = display_width(text);
    const std::size_t fill = used < width ? width - used : 0;
    if (align == Align::right) out.append(fill, ' ');
    out += text;
    if (align == Align::left) out.append(fill, ' ');
}

std::string padded(std::string_view text, std::size_t width, Align align) {
    std::string out;
    append_padded(out, text, width, align);
    return out;
}

std::string shortened(const Style& style, std::string_view text, std::size_t width, Cut cut) {
    if (display_width(text) <= width) return std::string{text};
    const std::size_t sign = display_width(style.ellipsis());
    if (width <= sign) return std::string{text.substr(0, prefix_within(text, width))};
    const std::size_t keep = width - sign;
    const std::size_t tail = cut == Cut::middle ? keep / 2 : 0;
    std::string out{text.substr(0, prefix_within(text, keep - tail))};
    out += style.ellipsis();
    if (tail > 0) out += text.substr(suffix_within(text, tail));
    return out;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    width = std::max<std::size_t>(width, 1);
    std::vector<std::string> lines(1);
    std::size_t used = 0;
    const auto next_line = [&] {
        lines.emplace_back();
        used = 0;
    };
    while (!text.empty()) {
        const std::size_t space = std::min(text.find(' '), text.size());
        std::string_view word = text.substr(0, space);
        text.remove_prefix(std::min(space + 1, text.size()));
        std::size_t word_width = display_width(word);
        if (used > 0 && used + 1 + word_width > width) next_line();
        else if (used > 0) lines.back() += ' ', ++used;
        while (word_width > width) {  // longer than a line of its own
            const std::size_t cut = std::max(prefix_within(word, width), decode(word, 0).length);
            lines.back() += word.substr(0, cut);
            word_width -= std::min(word_width, display_width(word.substr(0, cut)));
            word.remove_prefix(cut);
            next_line();
        }
        lines.back() += word;
        used += word_width;
    }
    return lines;
}

std::string repeated(std::string_view piece, std::size_t n) {
    std::string out;
    for (; n > 0; --n) out += piece;
    return out;
}

std::string bar(const Style& style, double share, std::size_t width) {
    constexpr std::array<std::string_view, 8> kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    if (!(share > 0)) return {};
    const double columns = std::min(share, 1.0) * static_cast<double>(width);
    if (!style.unicode) return std::string(static_cast<std::size_t>(std::max(1L, std::lround(columns))), '#');
    const auto eighths = static_cast<std::size_t>(std::max(1L, std::lround(columns * 8)));
    return repeated("█", eighths / 8).append(kEighths[eighths % 8]);
}

void append_paragraph(std::string& out, const Style& style, std::string_view lead, std::string_view text, Paint paint) {
    const std::size_t indent = display_width(lead);
    const std::size_t room = style.columns() > indent + 10 ? style.columns() - indent : 10;
    bool first = true;
    for (const std::string& line : wrapped(text, room)) {
        if (first) out += lead;
        else out.append(indent, ' ');
        first = false;
        out += painted(style, paint, line);
        out += '\n';
    }
}

void append_heading(std::string& out, const Style& style, std::string_view text) {
    out += '\n';
    out += painted(style, Paint::bold, text);
    out += '\n';
}

}  // namespace tlsscope::report
