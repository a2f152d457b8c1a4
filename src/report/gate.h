// Conditions a capture must not meet, for pipelines: --fail-on 'tls_p95>300,failed>1%,weak,cert_days<30,classical'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/counters.h"
#include "report/writer.h"

namespace tlsscope::report {

/// One condition, as the user wrote it, and what counts for it:
/// - `SPAN_pNN>MS`, `SPAN_max>MS` (or <): a percentile of a column of milliseconds, `tls` for tls_ms;
/// - `cert_days<N` (or >): the fewest days a server's certificate had left;
/// - a word, alone or with >N or >N%: connections that `failed` (failed, refused, no_answer; of those that did not end
///   incomplete), are `weak` or `classical` (of those with a version), or have an anomaly of that name (of all).
struct Condition {
    enum class Kind : std::uint8_t { percentile, days, failed, weak, classical, anomaly };

    std::string text;
    Kind kind = Kind::failed;
    const record::Column* column = nullptr;  ///< of percentile
    double percent = 0;                      ///< which; 100: the greatest
    std::string anomaly;                     ///< of that name
    bool more = true;                        ///< the condition is met above the limit, otherwise below
    double limit = 0;                        ///< milliseconds, days, connections, or percent of them
    bool share = false;                      ///< the limit is in percent
};

/// All of them, comma-separated; empty with one line in `error`, which names what could be meant.
std::vector<Condition> read_conditions(const record::Schema& schema, std::string_view text, std::string& error);

/// How a condition stands at the end.
struct Judgement {
    std::string condition;
    bool met = false;
    bool unknown = false;  ///< nothing in the capture could be judged by it
    std::string reason;    ///< one line: what was found, and in which connections
};

/// Fed one by one, in bounded memory.
class Gate final : public Reporter {
  public:
    explicit Gate(std::vector<Condition> conditions);

    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals&) override {}

    std::vector<Judgement> judge() const;

  private:
    static constexpr std::size_t kMostNamed = 5;  // connections named in a reason

    struct State {
        Condition condition;
        Distribution values;       // of percentile
        std::uint64_t judged = 0;  // connections it could be said of
        std::uint64_t hits = 0;
        std::vector<std::uint64_t> streams;  // of the first hits
        std::optional<std::int64_t> extreme;
        std::uint64_t extreme_stream = 0;
    };
    void measure(State& s, const record::ConnectionRecord& c) const;
    void count(State& s, const record::ConnectionRecord& c) const;
    static Judgement judge_measured(const State& s);
    static Judgement judge_counted(const State& s);

    std::vector<State> states_;
    const record::Column* days_ = nullptr;
    const record::Column* version_ = nullptr;
    const record::Column* weaknesses_ = nullptr;
    const record::Column* validation_ = nullptr;
    const record::Column* pq_ = nullptr;
};

/// JUnit's XML: a test case for each condition, failed when it is met, skipped when nothing could be said.
std::string junit(const std::vector<Judgement>& judgements, std::string_view program);

}  // namespace tlsscope::report
