// The rows of the page, column by column, at most so many: the most interesting ones stay.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/connection.h"
#include "record/schema.h"
#include "report/html/json_text.h"
#include "report/html/packed_block.h"
#include "report/html/packed_column.h"
#include "report/selection.h"

namespace tlsscope::report::html {

/// Fed in order of first packet; memory is bounded by the cap (about 250 bytes per row, half as many rows again).
class RowStore {
  public:
    RowStore(const record::Schema& schema, std::size_t most_rows);

    void add(const record::ConnectionRecord& connection, std::uint64_t interest);
    /// Nothing more comes: drops what is above the cap.
    void settle();

    std::size_t rows() const { return interest_.size(); }
    record::Nanos start() const { return start_; }  ///< times of the page count from here

    /// Writes the columns' bytes and describes them; `offset` is where the first byte lies, and moves on.
    void put(PackedBlock& block, JsonText& json, std::uint64_t& offset) const;

  private:
    /// A column whose values, with this sign, make up another one.
    struct Term {
        std::size_t column;
        int sign;
    };
    using Terms = std::vector<Term>;
    /// What a column is stored as the difference to: a sum of others, or these numbers. Neither: empty.
    struct Reference {
        Terms terms;
        std::vector<std::optional<std::int64_t>> values;
    };

    void shrink_to(std::size_t most);
    Terms terms_of(std::string_view column) const;
    Reference sum_of(Terms terms) const;
    void put_column(const PackedColumn& column, const Reference& reference, PackedBlock& block, JsonText& json,
                    std::uint64_t& offset) const;

    std::size_t most_rows_;
    std::vector<const record::Column*> declared_;
    RowReader reader_;
    std::vector<PackedColumn> columns_;         // as declared_
    std::vector<const record::Mark*> anchors_;  // marks no span leads to: their times place the bars
    std::vector<PackedColumn> anchor_columns_;
    std::vector<std::uint64_t> interest_;  // per row
    record::Nanos start_ = record::kNoTime;
};

}  // namespace tlsscope::report::html
