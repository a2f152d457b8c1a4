// What every reporter offers, and what it is told about the run besides the connections.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/accounting.h"
#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::report {

/// Known before the first packet.
struct RunInfo {
    std::string program;              ///< "tlsscope 0.1.0"
    std::vector<std::string> inputs;  ///< as the user wrote them: file names, "-", or "interface eth0"
    std::string command = {};         ///< what made the report, ready for a shell
};

/// Known when the last packet was read.
struct Totals {
    std::uint64_t frames = 0;
    std::uint64_t connections = 0;
    record::Nanos first_time = record::kNoTime;
    record::Nanos last_time = record::kNoTime;
    record::Accounting accounting;
    std::vector<std::string> problems;  ///< damaged input and the like: one sentence each, with file and offset
};

/// Prints connections somewhere. Calls come in this order: begin, connection (in order of first packet), finish. The
/// schema outlives the reporter. Failures of the output are kept by the Output.
class Reporter {
  public:
    virtual ~Reporter() = default;
    virtual void begin(const record::Schema& schema, const RunInfo& run) = 0;
    /// The record may be gone after the call.
    virtual void connection(const record::ConnectionRecord& connection) = 0;
    /// Writes what is left; finishing the Output is the caller's business.
    virtual void finish(const Totals& totals) = 0;
};

}  // namespace tlsscope::report
