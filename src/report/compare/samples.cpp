#include "report/compare/samples.h"

#include <algorithm>
#include <cmath>

namespace tlsscope::report::compare {

namespace {

/// SplitMix64: spreads a counter over all 64-bit numbers.
std::uint64_t spread(std::uint64_t n) {
    n += 0x9e3779b97f4a7c15ULL;
    n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9ULL;
    n = (n ^ (n >> 27)) * 0x94d049bb133111ebULL;
    return n ^ (n >> 31);
}

}  // namespace

void Samples::add(record::Nanos value) {
    const std::uint64_t number = count_++;
    if (values_.size() < kMost) {
        values_.push_back(value);
        return;
    }
    const std::uint64_t place = spread(number) % count_;
    if (place < kMost) values_[place] = value;
}

record::Nanos Samples::percentile(double percent) const {
    if (values_.empty()) return 0;
    std::vector<record::Nanos> sorted = values_;
    const double rank = std::ceil(percent / 100 * static_cast<double>(sorted.size()));
    const auto at = static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(sorted.size()))) - 1;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(at), sorted.end());
    return sorted[at];
}

}  // namespace tlsscope::report::compare
