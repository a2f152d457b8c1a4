#include "report/counters.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tlsscope::report {

namespace {

constexpr unsigned kMantissaBits = 7;  // 128 buckets per power of two
constexpr std::size_t kPerOctave = std::size_t{1} << kMantissaBits;
constexpr std::size_t kPositive = (64 - kMantissaBits) * kPerOctave;

/// Values below 2^7 have a bucket each; above, the leading 8 bits choose it.
std::size_t bucket_of(std::uint64_t v) {
    if (v < kPerOctave) return v;
    const auto shift = static_cast<unsigned>(std::bit_width(v)) - 1 - kMantissaBits;
    return (shift + 1) * kPerOctave + ((v >> shift) - kPerOctave);
}

/// The greatest value of a bucket.
std::uint64_t upper_edge(std::size_t bucket) {
    if (bucket < kPerOctave) return bucket;
    const std::size_t shift = bucket / kPerOctave - 1;
    const std::uint64_t leading = kPerOctave + bucket % kPerOctave;
    return ((leading + 1) << shift) - 1;
}

std::uint64_t lower_edge(std::size_t bucket) { return bucket == 0 ? 0 : upper_edge(bucket - 1) + 1; }

}  // namespace

void ValueCounter::add(std::string_view value, std::uint64_t count) {
    value = value.substr(0, kLongestValue);
    if (const auto it = counts_.find(value); it != counts_.end()) it->second += count;
    else if (counts_.size() < kMostValues) counts_.emplace(value, count);
    else other_ += count;
}

std::vector<ValueCounter::Entry> ValueCounter::top(std::size_t most) const {
    std::vector<Entry> all;
    all.reserve(counts_.size());
    for (const auto& [value, count] : counts_) all.push_back({value, count});
    const auto more = [](const Entry& a, const Entry& b) {
        return a.count != b.count ? a.count > b.count : a.value < b.value;
    };
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(std::min(most, all.size()));
    std::partial_sort(all.begin(), middle, all.end(), more);
    all.erase(middle, all.end());
    return all;
}

void Distribution::add(std::int64_t value) {
    least_ = count_ == 0 ? value : std::min(least_, value);
    greatest_ = count_ == 0 ? value : std::max(greatest_, value);
    ++count_;
    if (buckets_.empty() && exact_.size() == kMostExact) to_buckets();
    if (!buckets_.empty()) {
        const auto u = static_cast<std::uint64_t>(value);
        ++buckets_[value < 0 ? kPositive - 1 - bucket_of(~u) : kPositive + bucket_of(u)];
        return;
    }
    exact_.push_back(value);
    sorted_ = false;
}

void Distribution::to_buckets() {
    buckets_.resize(2 * kPositive);
    for (const std::int64_t v : exact_) {
        const auto u = static_cast<std::uint64_t>(v);
        ++buckets_[v < 0 ? kPositive - 1 - bucket_of(~u) : kPositive + bucket_of(u)];
    }
    std::vector<std::int64_t>{}.swap(exact_);  // assigning {} would keep the memory
}

std::int64_t Distribution::percentile(double percent) const {
    const auto exact_rank = std::ceil(percent / 100.0 * static_cast<double>(count_) - 1e-9);
    const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(exact_rank, 1.0)), 1, count_);
    if (!buckets_.empty()) return from_buckets(rank);
    if (!sorted_) std::sort(exact_.begin(), exact_.end());
    sorted_ = true;
    return exact_[rank - 1];
}

std::int64_t Distribution::from_buckets(std::uint64_t rank) const {
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen < rank) continue;
        if (i >= kPositive) return std::clamp(static_cast<std::int64_t>(upper_edge(i - kPositive)), least_, greatest_);
        const auto v = static_cast<std::int64_t>(~lower_edge(kPositive - 1 - i));
        return std::clamp(v, least_, greatest_);
    }
    return greatest_;
}

}  // namespace tlsscope::report
