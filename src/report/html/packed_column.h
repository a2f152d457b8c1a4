// One column of the page, packed as the rows come: a few bytes per row, whatever the type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/row.h"

namespace tlsscope::report::html {

/// Distinct texts, numbered as they come.
class Dictionary {
  public:
    std::uint32_t id(std::string_view text);
    std::size_t size() const { return texts_.size(); }
    std::uint64_t bytes() const { return bytes_; }
    std::string_view text(std::size_t id) const { return *texts_[id]; }
    void clear();

  private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> ids_;
    std::vector<const std::string*> texts_;  // keys of ids_, which stay where they are
    std::uint64_t bytes_ = 0;
};

/// How the values of a finished column lie in the page; the page undoes it in this order.
struct Encoding {
    enum class Base : std::uint8_t { zero, previous, column };  ///< what is added to each value
    Base base = Base::zero;
    std::uint64_t scale = 1;  ///< then multiplied
    unsigned width = 1;       ///< bytes per value, low bytes of all values first
    std::uint64_t present = 0;
};

/// Values of a column in row order; an empty one takes a byte.
class PackedColumn {
  public:
    /// A plain number column, or the numbers of a declared one.
    explicit PackedColumn(const record::Column* column = nullptr);

    void add(const record::Value& value, record::Nanos start);
    void add_number(std::optional<std::int64_t> value);

    /// Keeps only the rows marked, and the texts they use.
    void keep(const std::vector<bool>& rows);

    const record::Column* column() const { return column_; }
    bool is_text() const;
    std::size_t present() const { return present_; }
    /// Mostly different long texts (random numbers, hashes) among very many rows: they are dropped, and stay with the
    /// connections that are shown step by step.
    bool dropped() const { return dropped_; }
    const Dictionary& dictionary() const { return dictionary_; }

    /// Value per row; nothing where nothing was seen.
    std::vector<std::optional<std::int64_t>> values() const;

  private:
    std::int64_t text_id(const record::Value& value);
    void drop_if_random();

    const record::Column* column_;
    Dictionary dictionary_;
    std::string stream_;  // varints: 0 for an empty cell, else zigzag + 1
    std::string scratch_;
    std::size_t present_ = 0;
    std::size_t rows_ = 0;
    bool dropped_ = false;
};

/// Appends the bytes of the values that are there, in the smallest form found. `reference` may be empty; where it is
/// not, it has a value for every row that `values` has one for, or is not used.
Encoding encode(const std::vector<std::optional<std::int64_t>>& values,
                const std::vector<std::optional<std::int64_t>>& reference, std::string& out);

}  // namespace tlsscope::report::html
