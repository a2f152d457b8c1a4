#include "live_view/pen.h"

#include <array>
#include <charconv>
#include <cmath>

#include "report/format.h"
#include "report/utf8.h"

namespace tlsscope::live_view {

namespace {

constexpr std::size_t kWidestMillis = 9;

std::string two_digits(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

}  // namespace

Pen& Pen::put(std::string_view visible_text, Ink ink) {
    screen_.put(row_, column_, visible_text, ink);
    column_ += report::display_width(visible_text);
    return *this;
}

std::string millis(record::Nanos ns) {
    std::string out;
    if (ns < 0) return out;
    report::append_millis(out, ns);
    if (out.size() > kWidestMillis) out.resize(out.find('.'));
    return out;
}

std::string rate(double per_second) {
    if (per_second >= 100) return report::grouped(static_cast<std::uint64_t>(std::llround(per_second)));
    std::array<char, 16> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), per_second, std::chars_format::fixed, 1).ptr;
    return {text.data(), end};
}

std::string clock_of(record::Nanos running) {
    const std::int64_t seconds = running / 1'000'000'000;
    const std::int64_t days = seconds / 86'400;
    return (days > 0 ? std::to_string(days) + " d " : "") + two_digits(seconds / 3600 % 24) + ':' +
           two_digits(seconds / 60 % 60) + ':' + two_digits(seconds % 60);
}

}  // namespace tlsscope::live_view
