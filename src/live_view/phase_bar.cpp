#include "live_view/phase_bar.h"

#include <array>
#include <cmath>

#include "live_view/pen.h"
#include "report/utf8.h"

namespace tlsscope::live_view {

namespace {

using report::Paint;

constexpr std::array kPaints = {Paint::cyan, Paint::green, Paint::magenta, Paint::yellow};
constexpr std::string_view kDigits = "123456789";

}  // namespace

std::vector<Run> phase_bar(const std::vector<Phase>& phases, std::size_t width, bool unicode) {
    std::vector<Run> out;
    double all = 0;
    for (const Phase& p : phases) all += p.time > 0 ? static_cast<double>(p.time) : 0;
    if (all <= 0) return out;
    double so_far = 0;
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < phases.size() && i < kDigits.size(); ++i) {
        if (phases[i].time <= 0) continue;
        so_far += static_cast<double>(phases[i].time);
        const auto end = static_cast<std::size_t>(std::lround(so_far / all * static_cast<double>(width)));
        if (end <= drawn) continue;  // too short to be seen
        std::string text{kDigits[i]};
        text += report::repeated(unicode ? "━" : "-", end - drawn - 1);
        out.push_back({std::move(text), {kPaints[i % kPaints.size()]}});
        drawn = end;
    }
    return out;
}

std::vector<std::string> phase_words(const std::vector<Phase>& phases) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < phases.size() && i < kDigits.size(); ++i)
        if (phases[i].time >= 0) out.push_back(kDigits[i] + (' ' + phases[i].name) + ' ' + millis(phases[i].time));
    return out;
}

std::vector<std::string> phase_legend(const std::vector<Phase>& phases) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < phases.size() && i < kDigits.size(); ++i)
        out.push_back(kDigits[i] + (' ' + phases[i].name));
    return out;
}

std::vector<std::string> packed(const std::vector<std::string>& words, std::size_t width) {
    std::vector<std::string> lines;
    for (const std::string& word : words) {
        const bool fits =
            !lines.empty() && report::display_width(lines.back()) + 2 + report::display_width(word) <= width;
        if (fits) lines.back().append("  ").append(word);
        else lines.push_back(word);
    }
    return lines;
}

}  // namespace tlsscope::live_view
