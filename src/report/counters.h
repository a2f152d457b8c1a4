// The two instruments of the summary: how often each value came, and how a quantity is distributed. Both are bounded,
// whatever the capture holds.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tlsscope::report {

/// Counts distinct texts. The first kMostValues are kept apart; what comes new after them is counted together as
/// "other".
class ValueCounter {
  public:
    static constexpr std::size_t kMostValues = 10'000;
    static constexpr std::size_t kLongestValue = 256;  // bytes kept of one value

    void add(std::string_view value, std::uint64_t count = 1);

    struct Entry {
        std::string_view value;
        std::uint64_t count;
    };
    /// The most frequent first, equally frequent ones by name; views live until the next add().
    std::vector<Entry> top(std::size_t most) const;
    std::size_t distinct() const { return counts_.size(); }
    std::uint64_t other() const { return other_; }

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> counts_;
    std::uint64_t other_ = 0;
};

/// Percentiles by nearest rank: p is the smallest value that at least p percent of the values do not exceed; always a
/// value that occurred. Exact up to kMostExact values; beyond, values lie in logarithmic buckets and a percentile is at
/// most 1 % too high (one 128th). Count, least and greatest are always exact.
class Distribution {
  public:
    static constexpr std::size_t kMostExact = 100'000;

    void add(std::int64_t value);
    std::uint64_t count() const { return count_; }
    std::int64_t greatest() const { return greatest_; }
    /// `percent` from 0 to 100; count() must not be 0.
    std::int64_t percentile(double percent) const;

  private:
    void to_buckets();
    std::int64_t from_buckets(std::uint64_t rank) const;

    mutable std::vector<std::int64_t> exact_;  // sorted when asked
    mutable bool sorted_ = true;
    std::vector<std::uint64_t> buckets_;  // negative ones mirrored before the others
    std::uint64_t count_ = 0;
    std::int64_t least_ = 0;
    std::int64_t greatest_ = 0;
};

}  // namespace tlsscope::report
