// Which columns a report has, in which order, and where in a record's row they are found.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/row.h"
#include "record/schema.h"

namespace tlsscope::report {

/// The columns chosen, or why that was impossible.
struct Selection {
    std::vector<const record::Column*> columns;
    std::string error;  ///< one line, with a suggestion; empty when all is well
};

/// All columns of the schema.
Selection all_columns(const record::Schema& schema);

/// "sni,version,timing": column names or group names (all columns of the group), comma-separated, in that order, each
/// column once. An empty string is all columns.
Selection select_columns(const record::Schema& schema, std::string_view names);

/// The values of a row in the order of the chosen columns: one per column, empty ones where nothing was seen. A view:
/// valid until the next RowReader::read() and until the row changes.
class RowValues {
  public:
    RowValues() = default;
    std::size_t size() const { return places_.size(); }
    bool empty() const { return places_.empty(); }
    bool has(std::size_t i) const { return places_[i] != kNone; }
    record::Value operator[](std::size_t i) const { return has(i) ? row_->at(places_[i]) : record::Value{}; }

  private:
    friend class RowReader;
    using Place = std::uint16_t;
    static constexpr Place kNone = 0xffff;
    RowValues(const record::Row& row, std::span<const Place> places) : row_{&row}, places_{places} {}

    const record::Row* row_ = nullptr;
    std::span<const Place> places_;  // of each column's cell in the row
};

/// Built once per report; each row then costs one pass over its cells and no allocation.
class RowReader {
  public:
    explicit RowReader(std::span<const record::Column* const> columns);

    RowValues read(const record::Row& row);

  private:
    struct Slot {
        const record::Column* column = nullptr;
        std::uint32_t position = 0;
        std::uint32_t next = 0;  // the slot whose cell came after this one's in the last row that had both
    };
    std::size_t home(const record::Column* column) const;
    /// The slot of a column, or the empty one where it would be.
    std::uint32_t find(const record::Column* column) const;

    std::vector<Slot> slots_;  // open addressing, at most half full
    std::uint32_t first_ = 0;  // the slot of the last row's first cell: rows have their cells in nearly the same order
    std::vector<RowValues::Place> places_;
};

}  // namespace tlsscope::report
