// What a capture says as a whole: outcomes, what was negotiated, how long it took, what was wrong, and that every
// packet is accounted for.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "report/counters.h"
#include "report/findings.h"
#include "report/output.h"
#include "report/selection.h"
#include "report/text.h"
#include "report/writer.h"

namespace tlsscope::report {

struct SummaryOptions {
    Style style;
    std::size_t top = 8;                     ///< values shown per counted column
    std::size_t slowest = 5;                 ///< connections shown
    std::string_view slowest_by = "tls_ms";  ///< the column that ranks them
    /// Anomalies of severity none and note are counted in one line instead of listed.
    bool notes = false;
};

/// Fed one by one, in bounded memory; prints in finish(). Percentiles: see Distribution.
class Summary final : public Reporter {
  public:
    Summary(Output& out, const SummaryOptions& options);

    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals& totals) override;

  private:
    struct Counted {
        const record::Column* column = nullptr;
        ValueCounter values;
        std::vector<std::pair<std::uint32_t, std::uint64_t>> codes;  ///< not named yet
        std::uint64_t connections = 0;                               ///< with any value
    };
    struct Measured {
        const record::Column* column = nullptr;
        Distribution values;
    };
    struct Slow {
        std::int64_t value;
        std::uint64_t stream;
        std::string server;
    };

    void count(Counted& counted, const record::Value& value);
    void count_code(Counted& counted, std::uint32_t code);
    void name_codes(Counted& counted);
    static void measure(Measured& measured, const record::Value& value);
    void rank(const record::ConnectionRecord& connection, const record::Value& value);

    void print_counted(std::string& out, std::string_view title, const ValueCounter& values,
                       std::uint64_t connections) const;
    void print_uniform(std::string& out) const;
    static std::string_view title_of(const Counted& counted);
    void print_measured(std::string& out) const;
    void print_slowest(std::string& out) const;
    void print_findings(std::string& out) const;
    void print_finding(std::string& out, const Finding& finding) const;
    void print_accounting(std::string& out, const Totals& totals) const;

    Output& out_;
    SummaryOptions options_;
    RunInfo run_;
    std::vector<const record::Column*> columns_;  // counted, then measured, then the one that ranks
    RowReader reader_;
    std::vector<Counted> counted_;
    std::vector<Measured> measured_;
    const record::Column* ranking_ = nullptr;
    std::size_t ranking_at_ = 0;  // its place in columns_
    ValueCounter outcomes_;
    std::vector<Slow> slowest_;
    Findings findings_;
    std::uint64_t connections_ = 0;
    std::string scratch_;
};

}  // namespace tlsscope::report
