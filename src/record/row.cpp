#include "record/row.h"

#include <bit>
#include <cstring>

namespace tlsscope::record {

namespace {

void append_length(std::string& out, std::size_t n) {
    const auto v = static_cast<std::uint32_t>(n);
    out.append(reinterpret_cast<const char*>(&v), sizeof v);
}

std::uint32_t length_at(std::string_view text, std::size_t at) {
    std::uint32_t v = 0;
    std::memcpy(&v, text.data() + at, sizeof v);
    return v;
}

template <class Strings>
void append_strings(std::string& out, const Strings& values) {
    append_length(out, values.size());
    for (const auto& v : values) {
        append_length(out, v.size());
        out.append(v);
    }
}

}  // namespace

double Value::number() const { return std::bit_cast<double>(integer_); }

std::size_t Value::list_size() const {
    if (type() == Type::code_list) return text_.size() / sizeof(std::uint16_t);
    return text_.empty() ? 0 : length_at(text_, 0);
}

std::string_view Value::text_at(std::size_t i) const {
    std::size_t at = sizeof(std::uint32_t);
    for (; i > 0; --i) at += sizeof(std::uint32_t) + length_at(text_, at);
    return text_.substr(at + sizeof(std::uint32_t), length_at(text_, at));
}

bool Value::next_text(std::size_t& cursor, std::string_view& item) const {
    if (cursor == 0) cursor = sizeof(std::uint32_t);
    if (cursor >= text_.size()) return false;
    item = text_.substr(cursor + sizeof(std::uint32_t), length_at(text_, cursor));
    cursor += sizeof(std::uint32_t) + item.size();
    return true;
}

std::uint32_t Value::code_at(std::size_t i) const {
    std::uint16_t v = 0;
    std::memcpy(&v, text_.data() + i * sizeof v, sizeof v);
    return v;
}

void Row::set_text(const Column& c, std::string_view value) {
    const std::size_t at = text_.size();
    text_.append(value);
    store(c, at);
}

void Row::set_integer(const Column& c, std::int64_t value) { cell(c).payload = value; }

void Row::set_time(const Column& c, Nanos value) {
    if (value != kNoTime) set_integer(c, value);
}

void Row::set_number(const Column& c, double value) { cell(c).payload = std::bit_cast<std::int64_t>(value); }

void Row::set_texts(const Column& c, std::span<const std::string> values) {
    const std::size_t at = text_.size();
    append_strings(text_, values);
    store(c, at);
}

void Row::set_texts(const Column& c, std::span<const std::string_view> values) {
    const std::size_t at = text_.size();
    append_strings(text_, values);
    store(c, at);
}

void Row::set_codes(const Column& c, std::span<const std::uint16_t> values) {
    const std::size_t at = text_.size();
    text_.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    store(c, at);
}

void Row::merge(const Row& other) {
    const auto base = static_cast<std::int64_t>(text_.size()) << 32;
    text_.append(other.text_);
    for (const Cell& theirs : other.cells_)
        cell(*theirs.column).payload = theirs.payload + (lives_in_text(theirs.column->type) ? base : 0);
}

Value Row::get(const Column& c) const {
    for (const Cell& have : cells_)
        if (have.column == &c) return view(have);
    return {};
}

std::size_t Row::footprint() const { return cells_.capacity() * sizeof(Cell) + text_.capacity(); }

void Row::reserve(std::size_t cells, std::size_t text) {
    cells_.reserve(cells);
    text_.reserve(text);
}

Row::Cell& Row::known_cell(const Column& c) {
    for (Cell& have : cells_)
        if (have.column == &c) return have;
    return cells_.emplace_back(Cell{&c, 0});
}

void Row::store(const Column& c, std::size_t offset) {
    cell(c).payload = static_cast<std::int64_t>(offset << 32 | (text_.size() - offset));
}

}  // namespace tlsscope::record
