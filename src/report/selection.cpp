#include "report/selection.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include <fmt/format.h>

#include "report/escape.h"

namespace tlsscope::report {

namespace {

using record::Column;

/// Levenshtein distance; both words are short.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

/// The most similar name, or empty when none is similar enough to be meant.
std::string_view closest(const record::Schema& schema, std::string_view wrong) {
    constexpr std::size_t kLongestWord = 64;
    if (wrong.size() > kLongestWord) return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(2, wrong.size() / 3) + 1;
    const auto consider = [&](std::string_view name) {
        const std::size_t d = edit_distance(wrong, name);
        if (d < best_distance) best = name, best_distance = d;
    };
    for (const Column* c : schema.columns()) consider(c->name);
    for (const Column* c : schema.columns()) consider(c->group);
    return best;
}

std::string unknown(const record::Schema& schema, std::string_view name) {
    const std::string_view suggestion = closest(schema, name);
    std::string out = fmt::format("there is no column '{}'", visible(name));
    if (!suggestion.empty()) return out + fmt::format("; did you mean '{}'?", suggestion);
    return out + "; see --list-columns";
}

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
    while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
    return s;
}

/// False when there is neither such a column nor such a group.
bool add(const record::Schema& schema, std::string_view name, std::vector<const Column*>& chosen) {
    const auto add_once = [&](const Column* c) {
        if (std::find(chosen.begin(), chosen.end(), c) == chosen.end()) chosen.push_back(c);
    };
    if (const Column* c = schema.find(name)) {
        add_once(c);
        return true;
    }
    bool found = false;
    for (const Column* c : schema.columns()) {
        if (c->group != name) continue;
        add_once(c);
        found = true;
    }
    return found;
}

}  // namespace

Selection all_columns(const record::Schema& schema) { return {{schema.columns().begin(), schema.columns().end()}, {}}; }

Selection select_columns(const record::Schema& schema, std::string_view names) {
    Selection out;
    while (!names.empty()) {
        const std::size_t comma = std::min(names.find(','), names.size());
        const std::string_view name = trimmed(names.substr(0, comma));
        names.remove_prefix(std::min(comma + 1, names.size()));
        if (name.empty()) continue;
        if (!add(schema, name, out.columns)) return {{}, unknown(schema, name)};
    }
    return out.columns.empty() ? all_columns(schema) : out;
}

RowReader::RowReader(std::span<const record::Column* const> columns)
    : slots_(std::bit_ceil(columns.size() * 2 + 1)), places_(columns.size()) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        std::size_t at = home(columns[i]);
        while (slots_[at].column != nullptr) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = {columns[i], static_cast<std::uint32_t>(i), 0};
    }
}

RowValues RowReader::read(const record::Row& row) {
    std::fill(places_.begin(), places_.end(), RowValues::kNone);
    std::uint32_t* guess = &first_;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const record::Column* column = &row.column_at(i);
        if (slots_[*guess].column != column) {
            const std::uint32_t found = find(column);
            if (slots_[found].column == nullptr) continue;
            *guess = found;
        }
        Slot& slot = slots_[*guess];
        places_[slot.position] = static_cast<RowValues::Place>(i);
        guess = &slot.next;
    }
    return {row, places_};
}

std::size_t RowReader::home(const record::Column* column) const {
    return (record::spread_address(column) >> 32) & (slots_.size() - 1);
}

std::uint32_t RowReader::find(const record::Column* column) const {
    std::size_t at = home(column);
    while (slots_[at].column != nullptr && slots_[at].column != column) at = (at + 1) & (slots_.size() - 1);
    return static_cast<std::uint32_t>(at);
}

}  // namespace tlsscope::report
