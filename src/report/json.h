// One JSON object per line and connection (NDJSON).
#pragma once

#include <memory>

#include "report/output.h"
#include "report/selection.h"
#include "report/writer.h"

namespace tlsscope::report {

/// Members in column order; a column that was not seen has no member. Text and names are strings, lists are arrays of
/// strings, _ms columns and other numbers are numbers, times are ISO 8601 strings. Always valid UTF-8.
class Json final : public Reporter {
  public:
    Json(Output& out, const Selection& selection);
    Json(const Json&) = delete;
    Json& operator=(const Json&) = delete;
    ~Json() override;

    void begin(const record::Schema&, const RunInfo&) override {}
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals&) override {}

  private:
    class Line;  // keeps RapidJSON out of the header

    Output& out_;
    std::vector<const record::Column*> columns_;
    RowReader reader_;
    std::unique_ptr<Line> line_;
};

}  // namespace tlsscope::report
