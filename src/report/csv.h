// One line per connection, RFC 4180, with a header line.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "report/line_buffer.h"
#include "report/output.h"
#include "report/selection.h"
#include "report/writer.h"

namespace tlsscope::report {

/// Cells: see format.h. Not seen is an empty cell; seen but empty is "". No cell holds a control character, so a line
/// is a connection for line-based tools too; lines end in LF (as other command line tools write them).
class Csv final : public Reporter {
  public:
    Csv(Output& out, const Selection& selection);

    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals&) override {}

  private:
    static constexpr std::size_t kLongestKept = 512;
    static constexpr std::size_t kMostKept = 1024;

    void append_cell(const record::Value& value);
    void append_text(std::string_view raw);
    const std::string& list_cell(const record::Value& value);

    Output& out_;
    std::vector<const record::Column*> columns_;
    RowReader reader_;
    LineBuffer line_;
    std::string scratch_;
    std::string cell_;
    std::unordered_map<std::string, std::string> lists_;  // column and packed items to the finished cell
};

}  // namespace tlsscope::report
