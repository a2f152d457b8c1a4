// Counts over all connections, for a page that cannot hold all of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "record/connection.h"
#include "record/schema.h"
#include "report/counters.h"
#include "report/findings.h"
#include "report/html/json_text.h"
#include "report/selection.h"

namespace tlsscope::report::html {

/// Logarithmic bins, kPerDecade per decade from a microsecond to a thousand seconds; what lies outside goes to the
/// ends. The page uses the same ones.
class Bins {
  public:
    static constexpr std::size_t kPerDecade = 16;
    static constexpr std::size_t kBins = 9 * kPerDecade;

    void add(std::int64_t ns);
    std::uint64_t count() const { return count_; }
    /// Bin number and count of those that are not empty.
    void put(JsonText& json) const;

  private:
    std::array<std::uint32_t, kBins> bins_{};
    std::uint64_t count_ = 0;
};

/// Fed with every record; bounded, whatever the capture holds.
class Aggregates {
  public:
    static constexpr std::size_t kMostValues = 1000;  ///< kept apart per column; later ones are counted as "other"

    explicit Aggregates(const record::Schema& schema);

    void add(const record::ConnectionRecord& connection);
    /// One JSON object: see format.ts.
    void put(JsonText& json) const;

  private:
    struct Group {
        std::uint64_t connections = 0;
        std::uint64_t completed = 0;
        Bins connect;
        Bins tls;
    };
    struct Counted {
        const record::Column* column = nullptr;
        std::unordered_map<std::string, Group> groups;
        std::uint64_t other = 0;
    };
    struct Measured {
        const record::Column* column = nullptr;
        Bins bins;
        Distribution exact;
    };

    void count(Counted& counted, const record::Value& value, const record::ConnectionRecord& connection);
    static void put_group(JsonText& json, const std::string& name, const Group& group);

    std::vector<const record::Column*> columns_;  // measured, then counted
    RowReader reader_;
    std::vector<Measured> measured_;
    std::vector<Counted> counted_;
    const record::Column* connect_;
    const record::Column* tls_;
    std::int64_t connect_now_ = -1;
    std::int64_t tls_now_ = -1;
    Findings findings_;
    std::string scratch_;
};

}  // namespace tlsscope::report::html
