// What a monitoring system wants to know of a live run: counters, histograms, gauges.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "metrics/exposition.h"
#include "report/writer.h"

namespace tlsscope::metrics {

/// What the connections do not say; the loop sets it as often as it likes. Totals never go down.
struct State {
    std::uint64_t packets = 0;            ///< received by this program
    std::uint64_t bytes = 0;              ///< of those, on the wire
    std::uint64_t dropped_by_kernel = 0;  ///< its buffer was full
    std::uint64_t dropped_by_interface = 0;
    std::uint64_t unwritten_rows = 0;         ///< of connections, because an output failed
    std::uint64_t unwritten_packets = 0;      ///< that should have been kept, because an output failed
    std::uint64_t evicted_connections = 0;    ///< the memory budget ended their observation
    std::uint64_t open_connections = 0;       ///< followed now
    std::uint64_t memory_bytes = 0;           ///< resident now
    record::Nanos started = record::kNoTime;  ///< of the program
};

struct Options {
    /// Server names with a histogram of their own; names after them are counted as "other". A name counts only when its
    /// handshake was completed, so that nobody fills the table with inventions that cheaply.
    std::size_t server_names = 100;
};

/// Counts connections; every number goes up only. Bounded, whatever the names: `other` takes what is too many. The
/// order of families and samples is the same in every text. Not thread-safe.
class Metrics final : public report::Reporter {
  public:
    explicit Metrics(const Options& options = {}) : options_{options} {}

    void begin(const record::Schema& schema, const report::RunInfo& run) override;
    /// Its handshake is over, it goes on: a long connection must not hide how its handshake went.
    void handshake(const record::ConnectionRecord& connection);
    /// It is over, and handshake() was called before.
    void end(const record::ConnectionRecord& connection);
    /// Both at once.
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const report::Totals&) override {}

    void set(const State& state) { state_ = state; }

    /// All there is, now.
    std::string text(Format format = Format::openmetrics) const;

  private:
    using Counts = std::map<std::string, std::uint64_t, std::less<>>;

    struct Columns {
        const record::Column* sni = nullptr;
        const record::Column* version = nullptr;
        const record::Column* alert = nullptr;
        const record::Column* connect = nullptr;
        const record::Column* tls = nullptr;
    };
    void count_words(const record::Row& row);
    void count_times(const record::Row& row);
    Histogram& histogram_of(const record::Row& row);
    static void count(Counts& counts, std::string_view value, std::size_t most);
    void write_connections(Exposition& out) const;
    void write_traffic(Exposition& out) const;
    void write_process(Exposition& out) const;

    Options options_;
    std::string program_;
    Columns columns_;
    State state_;
    Counts outcomes_;
    Counts versions_;
    Counts alerts_;
    Histogram connect_;
    std::map<std::string, Histogram, std::less<>> servers_;
    Histogram other_;    // names beyond the cap
    Histogram unnamed_;  // handshakes without SNI
};

}  // namespace tlsscope::metrics
