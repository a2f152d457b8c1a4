#include "report/csv.h"

#include <cstdint>

#include "report/escape.h"
#include "report/format.h"

namespace tlsscope::report {

using record::Type;

Csv::Csv(Output& out, const Selection& selection) : out_{out}, columns_{selection.columns}, reader_{columns_} {}

void Csv::begin(const record::Schema&, const RunInfo&) {
    std::string header;
    for (const record::Column* c : columns_) {
        if (!header.empty()) header += ',';
        append_csv_cell(header, c->name);
    }
    header += '\n';
    out_.write(header);
}

void Csv::connection(const record::ConnectionRecord& connection) {
    line_.clear();
    const RowValues values = reader_.read(connection.row);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i != 0) line_.append(',');
        if (values.has(i)) append_cell(values[i]);
    }
    line_.append('\n');
    out_.write(line_.view());
}

void Csv::append_cell(const record::Value& value) {
    switch (value.type()) {
        case Type::text: append_text(value.text()); break;
        case Type::integer: line_.advance_to(write_integer(line_.room(kWidestNumber), value.integer())); break;
        case Type::millis: line_.advance_to(write_millis(line_.room(kWidestNumber), value.integer())); break;
        case Type::code:
            scratch_.clear();
            append_code(scratch_, value.column(), static_cast<std::uint32_t>(value.integer()));
            append_text(scratch_);
            break;
        case Type::text_list:
        case Type::code_list: line_.append(list_cell(value)); break;
        case Type::boolean:
            line_.append(value.integer() != 0 ? std::string_view{"true"} : std::string_view{"false"});
            break;
        default:  // times and fractions have no character to escape
            scratch_.clear();
            append_value(scratch_, value);
            line_.append(scratch_);
    }
}

void Csv::append_text(std::string_view raw) {
    if (is_bare_csv(raw)) return line_.append(raw);
    cell_.clear();
    append_csv_cell(cell_, visible(raw));
    line_.append(cell_);
}

/// A capture has few different clients: most lists were written before.
const std::string& Csv::list_cell(const record::Value& value) {
    const std::string_view raw = value.text();  // of a list: its packed items
    const bool keep = raw.size() <= kLongestKept;
    std::string key;
    if (keep) {
        const auto column = reinterpret_cast<std::uintptr_t>(&value.column());
        key.assign(reinterpret_cast<const char*>(&column), sizeof column);
        key += raw;
        if (const auto known = lists_.find(key); known != lists_.end()) return known->second;
    }
    scratch_.clear();
    append_csv_list(scratch_, value);
    cell_.clear();
    append_csv_cell(cell_, scratch_);
    if (keep && lists_.size() < kMostKept) lists_.emplace(std::move(key), cell_);
    return cell_;
}

}  // namespace tlsscope::report
