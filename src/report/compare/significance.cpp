#include "report/compare/significance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace tlsscope::report::compare {

namespace {

Significance judged(double z) {
    const double p = std::erfc(std::abs(z) / std::sqrt(2.0));
    return {p < kSignificant ? Significance::Word::significant : Significance::Word::by_chance, p};
}

}  // namespace

Significance of_values(std::span<const record::Nanos> before, std::span<const record::Nanos> after) {
    if (before.size() < kFewest || after.size() < kFewest) return {};
    std::vector<std::pair<record::Nanos, bool>> all;  // value, whether it is of `after`
    all.reserve(before.size() + after.size());
    for (const record::Nanos v : before) all.emplace_back(v, false);
    for (const record::Nanos v : after) all.emplace_back(v, true);
    std::sort(all.begin(), all.end());

    double ranks_after = 0;
    double ties = 0;
    for (std::size_t i = 0; i < all.size();) {
        std::size_t end = i;
        while (end < all.size() && all[end].first == all[i].first) ++end;
        const auto tied = static_cast<double>(end - i);
        const double rank = static_cast<double>(i + 1 + end) / 2;  // the middle of those they share
        for (; i < end; ++i) ranks_after += all[i].second ? rank : 0;
        ties += tied * tied * tied - tied;
    }
    const auto n = static_cast<double>(after.size());
    const auto m = static_cast<double>(before.size());
    const double u = ranks_after - n * (n + 1) / 2;
    const double variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
    if (variance <= 0) return {Significance::Word::by_chance, 1};  // all values are one
    const double away = std::abs(u - n * m / 2);
    return judged(std::max(0.0, away - 0.5) / std::sqrt(variance));
}

Significance of_rates(std::uint64_t hits_before, std::uint64_t before, std::uint64_t hits_after, std::uint64_t after) {
    if (before < kFewest || after < kFewest) return {};
    const auto n = static_cast<double>(before);
    const auto m = static_cast<double>(after);
    const double pooled = static_cast<double>(hits_before + hits_after) / (n + m);
    const double variance = pooled * (1 - pooled) * (1 / n + 1 / m);
    if (variance <= 0) return {Significance::Word::by_chance, 1};
    return judged((static_cast<double>(hits_after) / m - static_cast<double>(hits_before) / n) / std::sqrt(variance));
}

std::string text_of(const Significance& s) {
    if (s.word == Significance::Word::too_few) return "too few to tell";
    const std::string p = s.p < 0.001 ? "p < 0.001" : fmt::format("p {:.{}f}", s.p, s.p < 0.1 ? 3 : 2);
    return (s.significant() ? "significant (" : "may be chance (") + p + ")";
}

}  // namespace tlsscope::report::compare
