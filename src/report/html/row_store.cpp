#include "report/html/row_store.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "report/html/sums.h"

namespace tlsscope::report::html {

namespace {

using record::Nanos;
using Values = std::vector<std::optional<std::int64_t>>;

/// Spans the page draws as bars: the phases, and what is summed up of each connection.
bool is_drawn(const record::Span& s) { return s.phase || s.column.summary == record::Summary::percentiles; }

std::vector<const record::Mark*> anchors_of(const record::Schema& schema) {
    std::vector<const record::Mark*> ends;
    for (const record::Vocabulary& v : schema.vocabularies())
        for (const record::Span& s : v.spans) ends.push_back(s.to);
    std::vector<const record::Mark*> out;
    for (const record::Vocabulary& v : schema.vocabularies())
        for (const record::Span& s : v.spans)
            if (is_drawn(s) && std::ranges::find(ends, s.from) == ends.end() &&
                std::ranges::find(out, s.from) == out.end())
                out.push_back(s.from);
    return out;
}

/// Presence as a bitmap, row 0 in the lowest bit of the first byte.
std::string bitmap_of(const Values& values) {
    std::string out((values.size() + 7) / 8, '\0');
    for (std::size_t row = 0; row < values.size(); ++row)
        if (values[row]) out[row / 8] = static_cast<char>(out[row / 8] | 1 << row % 8);
    return out;
}

std::string_view word(Encoding::Base base) {
    switch (base) {
        case Encoding::Base::zero: return "zero";
        case Encoding::Base::previous: return "previous";
        case Encoding::Base::column: return "column";
    }
    return {};
}

}  // namespace

RowStore::RowStore(const record::Schema& schema, std::size_t most_rows)
    : most_rows_{most_rows},
      declared_{schema.columns().begin(), schema.columns().end()},
      reader_{declared_},
      anchors_{anchors_of(schema)} {
    for (const record::Column* c : declared_) columns_.emplace_back(c);
    anchor_columns_.resize(anchors_.size());
}

void RowStore::add(const record::ConnectionRecord& connection, std::uint64_t interest) {
    if (start_ == record::kNoTime) start_ = connection.first_time;
    const RowValues values = reader_.read(connection.row);
    for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].add(values[i], start_);
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
        const Nanos at = connection.timeline.at(*anchors_[i]).time;
        if (at == record::kNoTime || connection.first_time == record::kNoTime)
            anchor_columns_[i].add_number(std::nullopt);
        else anchor_columns_[i].add_number((at - connection.first_time) / 1000);
    }
    interest_.push_back(interest);
    // Half as many again before anything is dropped: each row is moved a bounded number of times.
    if (interest_.size() >= most_rows_ + most_rows_ / 2 + 1) shrink_to(most_rows_);
}

void RowStore::settle() { shrink_to(most_rows_); }

void RowStore::shrink_to(std::size_t most) {
    if (interest_.size() <= most) return;
    std::vector<std::uint64_t> sorted = interest_;
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(most);
    std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>{});
    const std::uint64_t limit = *last;
    auto room = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(most) -
                                         std::count_if(sorted.begin(), last, [&](auto i) { return i > limit; }));
    std::vector<bool> kept(interest_.size());
    std::vector<std::uint64_t> rest;
    for (std::size_t row = 0; row < interest_.size(); ++row) {
        const bool tie = interest_[row] == limit && room > 0;  // of equally interesting ones the first
        if (tie) --room;
        kept[row] = tie || interest_[row] > limit;
        if (kept[row]) rest.push_back(interest_[row]);
    }
    for (PackedColumn& c : columns_) c.keep(kept);
    for (PackedColumn& c : anchor_columns_) c.keep(kept);
    interest_ = std::move(rest);
}

RowStore::Terms RowStore::terms_of(std::string_view column) const {
    Terms terms;
    const auto add = [&](std::string_view name, int sign) {
        for (std::size_t i = 0; i < declared_.size() && !name.empty(); ++i)
            if (declared_[i]->name == name && columns_[i].present() != 0) terms.push_back({i, sign});
    };
    for (const Sum& s : kSums) {
        if (s.column != column) continue;
        for (const std::string_view name : s.plus) add(name, 1);
        for (const std::string_view name : s.minus) add(name, -1);
    }
    return terms;
}

RowStore::Reference RowStore::sum_of(Terms terms) const {
    Reference out{std::move(terms), {}};
    if (out.terms.empty()) return out;
    out.values.assign(rows(), 0);
    for (const Term& t : out.terms) {
        const Values values = columns_[t.column].values();
        for (std::size_t row = 0; row < values.size(); ++row)
            out.values[row] = *out.values[row] + t.sign * values[row].value_or(0);
    }
    return out;
}

void RowStore::put(PackedBlock& block, JsonText& json, std::uint64_t& offset) const {
    Values frames;  // the last frame column: frames of one connection lie close together
    json.key("columns").open_array();
    for (const PackedColumn& c : columns_) {
        const bool is_frame = c.column()->unit == "frame" && !c.is_text();
        put_column(c, is_frame ? Reference{{}, frames} : sum_of(terms_of(c.column()->name)), block, json, offset);
        if (is_frame && c.present() == rows()) frames = c.values();
    }
    json.close_array().key("anchors").open_array();
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
        json.open_object().key("mark").text(anchors_[i]->name).key("data");
        put_column(anchor_columns_[i], {}, block, json, offset);
        json.close_object();
    }
    json.close_array();
}

/// Bytes: bitmap (unless all are there), values, texts of the dictionary, one a line.
void RowStore::put_column(const PackedColumn& column, const Reference& reference, PackedBlock& block, JsonText& json,
                          std::uint64_t& offset) const {
    json.open_object().key("present").number(column.present());
    if (column.dropped()) json.key("dropped").boolean(true);
    if (column.present() == 0) {
        json.close_object();
        return;
    }
    const Values values = column.values();
    std::string bytes = column.present() == values.size() ? std::string{} : bitmap_of(values);
    const Encoding e = encode(values, reference.values, bytes);
    json.key("at").number(offset).key("base").text(word(e.base)).key("scale").number(e.scale);
    json.key("width").number(std::uint64_t{e.width});
    if (e.base == Encoding::Base::column && !reference.terms.empty()) {
        json.key("sum").open_array();
        for (const Term& t : reference.terms)
            json.open_array().number(std::uint64_t{t.column}).number(std::int64_t{t.sign}).close_array();
        json.close_array();
    }
    if (column.is_text()) {
        std::string texts;
        for (std::size_t i = 0; i < column.dictionary().size(); ++i) {
            texts += column.dictionary().text(i);
            texts += '\n';
        }
        json.key("texts").number(column.dictionary().size());
        json.key("textBytes").number(texts.size());
        bytes += texts;
    }
    json.close_object();
    block.write(bytes);
    offset += bytes.size();
}

}  // namespace tlsscope::report::html
