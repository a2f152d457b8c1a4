// The running numbers of the header: outcomes, percentiles, rates. Bounded, however long the capture runs.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "live_view/rows.h"
#include "live_view/stats.h"
#include "report/counters.h"

namespace tlsscope::live_view {

/// Nearest rank, ns; `count` 0: nothing was measured.
struct Percentiles {
    std::uint64_t count = 0;
    record::Nanos p50 = 0, p90 = 0, p99 = 0, most = 0;
};

/// A duration, of all connections and of the last ones.
class Measure {
  public:
    static constexpr std::size_t kRecent = 1000;

    void add(record::Nanos value);
    /// Works the percentiles out again.
    void settle();
    const Percentiles& all() const { return all_; }
    const Percentiles& recent() const { return recent_; }

  private:
    report::Distribution values_;
    std::vector<record::Nanos> last_;  // a ring of kRecent
    std::size_t next_ = 0;
    Percentiles all_, recent_;
};

/// Per second, over the last few seconds.
struct Rates {
    double packets = 0;
    double bytes = 0;
    double handshakes = 0;
    double drops = 0;
};

/// Counts every connection once, whatever becomes of its row.
class Figures {
  public:
    struct Outcome {
        std::string name;
        std::uint64_t count = 0;
    };

    /// `before`: what was counted for the same connection already, or null.
    void count(const Entry& now, const Entry* before);
    void tick(const Stats& stats);

    const Stats& stats() const { return stats_; }
    const Rates& rates() const { return rates_; }
    const Measure& tls() const { return tls_; }
    const Measure& connect() const { return connect_; }
    /// The most frequent first.
    std::vector<Outcome> outcomes() const;
    std::uint64_t connections() const { return connections_; }
    /// Since the first tick, ns; 0 before the second.
    record::Nanos running() const;
    std::uint64_t drops() const { return drops_of(stats_); }

  private:
    struct Sample {
        record::Nanos at;
        std::uint64_t packets, bytes, handshakes, drops;
    };
    static std::uint64_t drops_of(const Stats& s) { return s.kernel_drops + s.interface_drops + s.own_drops; }
    Outcome& outcome(std::string_view name);
    void sample();

    Stats stats_;
    Rates rates_;
    Measure tls_, connect_;
    std::vector<Outcome> outcomes_;
    std::deque<Sample> samples_;  // of the last seconds
    std::uint64_t connections_ = 0;
    std::uint64_t handshakes_ = 0;
    std::uint64_t ticks_ = 0;
    record::Nanos start_ = record::kNoTime;
};

}  // namespace tlsscope::live_view
