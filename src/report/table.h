// The default report: one row per connection, fitted to the terminal, worst things visible at a glance.
#pragma once

#include <string>
#include <vector>

#include "report/output.h"
#include "report/selection.h"
#include "report/text.h"
#include "report/writer.h"

namespace tlsscope::report {

struct TableOptions {
    Style style;
    /// Rows collected before the column widths are fixed; the rows after them are printed as they come. 0: print from
    /// the first row on, with widths by type (live capture).
    std::size_t settle_after = 100'000;
};

/// Shown: severity mark, stream number, outcome, time after the first packet, client and server, then every column with
/// a heading. Those of high priority numbers go first when there is no room. Memory: the shown cells of `settle_after`
/// rows.
class Table final : public Reporter {
  public:
    Table(Output& out, const TableOptions& options);

    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals& totals) override;

  private:
    /// A column of the table: a declared one, or one every record has.
    struct Field {
        enum class Kind { mark, stream, time, outcome, client, server, declared };
        Kind kind = Kind::declared;
        const record::Column* column = nullptr;
        std::size_t position = 0;  ///< of the column in values_
        std::string heading;
        std::uint8_t priority = 0;
        bool numeric = false;
        std::size_t natural = 0;  ///< the widest cell and the heading
        std::size_t width = 0;    ///< as fitted; 0: not shown
        bool filled = false;      ///< some row has a value
        record::Nanos slow = 0;   ///< millis: values above are highlighted; 0: none are
        std::vector<record::Nanos> durations;
    };
    struct Cell {
        std::size_t begin = 0;
        std::size_t length = 0;
        record::Nanos duration = -1;
    };
    struct Line {
        record::Severity severity = record::Severity::none;
        std::size_t first_cell = 0;
        std::string diagnosis;
    };

    void add_fields(const record::Schema& schema);
    void collect(const record::ConnectionRecord& connection);
    void append_cell(Field& field, const record::ConnectionRecord& connection);
    void append_time(record::Nanos time);

    void settle();
    void drop_empty_fields();
    void fit();
    void find_slow();
    void print_header();
    void print_collected();
    void print(const Line& line);
    static Paint paint(const Field& field, const Cell& cell, record::Severity severity, std::string_view text);
    std::size_t least_width(const Field& field) const;

    Output& out_;
    TableOptions options_;
    RunInfo run_;
    std::vector<Field> fields_;
    RowReader reader_;
    RowValues values_;
    std::size_t client_port_ = 0, client_ip_ = 0, server_ip_ = 0, server_port_ = 0;  // positions in values_

    std::string text_;  // the cells' text, one after the other
    std::vector<Cell> cells_;
    std::vector<Line> lines_;
    record::Nanos first_time_ = record::kNoTime;
    bool settled_ = false;
    std::uint64_t by_severity_[5] = {};
    std::uint64_t connections_ = 0;
};

}  // namespace tlsscope::report
