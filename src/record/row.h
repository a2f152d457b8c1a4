// The finished facts of one connection, packed: only what was seen takes room (a hundred columns, a few hundred bytes).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/column.h"
#include "record/evidence.h"

namespace tlsscope::record {

/// One value of a row: a view into it, valid until the row changes.
class Value {
  public:
    Value() = default;
    bool empty() const { return column_ == nullptr; }
    const Column& column() const { return *column_; }
    Type type() const { return column_->type; }

    std::int64_t integer() const { return integer_; }  ///< integer, boolean, time, millis (in ns), code
    double number() const;                             ///< number
    std::string_view text() const { return text_; }    ///< text; of a list its packed items, good for comparing only
    std::size_t list_size() const;                     ///< text_list, code_list
    std::string_view text_at(std::size_t i) const;     ///< text_list; linear in i
    /// Walks a text_list: start with cursor 0; false at its end. Linear for the whole list.
    bool next_text(std::size_t& cursor, std::string_view& item) const;
    std::uint32_t code_at(std::size_t i) const;  ///< code_list

  private:
    friend class Row;
    const Column* column_ = nullptr;
    std::int64_t integer_ = 0;
    std::string_view text_;
};

/// Cells in the order they were set. Setting a column twice keeps the last value. Owns all its bytes.
class Row {
  public:
    void set_text(const Column& c, std::string_view value);
    void set_integer(const Column& c, std::int64_t value);
    void set_boolean(const Column& c, bool value) { set_integer(c, value ? 1 : 0); }
    void set_code(const Column& c, std::uint32_t value) { set_integer(c, value); }
    void set_time(const Column& c, Nanos value);  ///< kNoTime leaves it empty
    void set_millis(const Column& c, Nanos duration) { set_integer(c, duration); }
    void set_number(const Column& c, double value);
    void set_texts(const Column& c, std::span<const std::string> values);
    void set_texts(const Column& c, std::span<const std::string_view> values);
    void set_codes(const Column& c, std::span<const std::uint16_t> values);

    /// The same for a column that is certainly not in the row yet: for modules that fill in theirs once, all together.
    void add_text(const Column& c, std::string_view value) {
        const std::size_t at = text_.size();
        text_.append(value);
        cells_.push_back({&c, static_cast<std::int64_t>(at << 32 | value.size())});
        remember(c);
    }
    void add_integer(const Column& c, std::int64_t value) {
        cells_.push_back({&c, value});
        remember(c);
    }
    void add_boolean(const Column& c, bool value) { add_integer(c, value ? 1 : 0); }

    /// Sets every cell of another row here too.
    void merge(const Row& other);

    /// The value, or an empty one.
    Value get(const Column& c) const;

    std::size_t size() const { return cells_.size(); }
    Value at(std::size_t i) const { return view(cells_[i]); }  ///< i < size(), in the order set
    const Column& column_at(std::size_t i) const { return *cells_[i].column; }
    /// Bytes of memory this row holds.
    std::size_t footprint() const;
    void reserve(std::size_t cells, std::size_t text);
    /// Every member, for packing.h.
    template <class Visitor>
    void visit(Visitor& v) {
        v(cells_), v(text_), v(filter_);
    }
    template <class Visitor>
    void visit(Visitor& v) const {
        v(cells_), v(text_), v(filter_);
    }

  private:
    struct Cell {
        const Column* column;
        std::int64_t payload;  // the number itself, or offset << 32 | length into text_
    };
    Cell& cell(const Column& c) {
        if (remember(c)) return known_cell(c);
        return cells_.emplace_back(Cell{&c, 0});
    }
    Cell& known_cell(const Column& c);
    /// True when the column may have been remembered before. Nearly all columns are set once: a bit that is still clear
    /// saves looking through all cells.
    bool remember(const Column& c) {
        constexpr unsigned kBits = 10;
        static_assert(std::size_t{1} << kBits == kFilterWords * 64);
        const std::uint64_t bit = spread_address(&c) >> (64 - kBits);
        std::uint64_t& word = filter_[bit / 64];
        const std::uint64_t mask = std::uint64_t{1} << bit % 64;
        return (std::exchange(word, word | mask) & mask) != 0;
    }
    void store(const Column& c, std::size_t offset);
    Value view(const Cell& cell) const {
        Value v;
        v.column_ = cell.column;
        v.integer_ = cell.payload;
        if (lives_in_text(cell.column->type)) {
            const auto where = static_cast<std::uint64_t>(cell.payload);
            v.text_ = {text_.data() + (where >> 32), where & 0xffffffffU};
        }
        return v;
    }
    static constexpr bool lives_in_text(Type t) {
        return t == Type::text || t == Type::text_list || t == Type::code_list;
    }

    static constexpr std::size_t kFilterWords = 16;

    std::vector<Cell> cells_;
    std::string text_;
    std::array<std::uint64_t, kFilterWords> filter_{};  // a bit per column set, by its address: see remember
};

}  // namespace tlsscope::record
