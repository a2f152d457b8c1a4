// What was wrong, over all connections: anomalies by name and diagnoses by what they say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/connection.h"

namespace tlsscope::report {

/// Where a finding can be looked at.
struct Example {
    std::uint64_t stream;
    std::uint64_t frame;  ///< 0: none known
};

struct Finding {
    record::Severity severity = record::Severity::none;
    std::string_view name;  ///< of the anomaly; empty for a diagnosis
    std::string sentence;   ///< meaning of the anomaly, or the diagnosis of the first such connection
    std::uint64_t connections = 0;
    std::uint64_t diagnosed = 0;  ///< of an anomaly: connections whose diagnosis says more of it
    std::uint64_t occurrences = 0;
    std::vector<Example> examples;  ///< the first few
};

/// The sentence without its numbers: "no answer after 3.002 s" and "... 3.007 s" are the same finding.
std::string without_numbers(std::string_view sentence);

/// Fed with records one by one. Bounded: anomalies by their declarations, diagnoses by kMostDiagnoses.
class Findings {
  public:
    static constexpr std::size_t kMostDiagnoses = 1000;
    static constexpr std::size_t kMostExamples = 3;

    void add(const record::ConnectionRecord& connection);

    /// Gravest first, then by connections. Diagnoses that differ only in numbers are one finding.
    std::vector<Finding> diagnoses() const;
    /// Without those that a diagnosis says more of wherever they occurred.
    std::vector<Finding> anomalies() const;
    /// Connections whose diagnosis found no room any more.
    std::uint64_t unnamed() const { return unnamed_; }

  private:
    void add_diagnosis(const record::ConnectionRecord& connection);
    static std::vector<Finding> sorted(std::vector<Finding> findings);

    std::unordered_map<const record::Anomaly*, Finding> anomalies_;
    std::unordered_map<std::string, Finding> diagnoses_;
    std::uint64_t unnamed_ = 0;
};

}  // namespace tlsscope::report
