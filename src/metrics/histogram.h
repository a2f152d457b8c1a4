// How long things took, as Prometheus counts it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tlsscope::metrics {

/// A histogram with fixed buckets from half a millisecond to ten seconds, as handshakes take.
class Histogram {
  public:
    struct Bound {
        std::string_view label;  ///< "0.005": the value of `le`, in seconds
        std::int64_t nanos;
    };
    static constexpr std::array<Bound, 14> kBounds{{{"0.0005", 500'000},
                                                    {"0.001", 1'000'000},
                                                    {"0.0025", 2'500'000},
                                                    {"0.005", 5'000'000},
                                                    {"0.01", 10'000'000},
                                                    {"0.025", 25'000'000},
                                                    {"0.05", 50'000'000},
                                                    {"0.1", 100'000'000},
                                                    {"0.25", 250'000'000},
                                                    {"0.5", 500'000'000},
                                                    {"1.0", 1'000'000'000},
                                                    {"2.5", 2'500'000'000},
                                                    {"5.0", 5'000'000'000},
                                                    {"10.0", 10'000'000'000}}};

    /// A duration in nanoseconds; negative ones (a clock that ran back) are not counted.
    void observe(std::int64_t nanos) {
        if (nanos < 0) return;
        std::size_t i = 0;
        while (i < kBounds.size() && nanos > kBounds[i].nanos) ++i;
        ++buckets_[i];
        sum_ += static_cast<std::uint64_t>(nanos);
        ++count_;
    }

    /// Observations in the i-th bucket alone; the last one has no bound.
    std::uint64_t in_bucket(std::size_t i) const { return buckets_[i]; }
    std::uint64_t count() const { return count_; }
    std::uint64_t sum_nanos() const { return sum_; }

  private:
    std::array<std::uint64_t, kBounds.size() + 1> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
};

}  // namespace tlsscope::metrics
