#include "report/summary.h"

#include <algorithm>
#include <cmath>

#include "report/facts.h"
#include "report/format.h"
#include "report/totals.h"

namespace tlsscope::report {

namespace {

using record::Column;
using record::Type;
using record::Value;

constexpr std::int64_t kFraction = 1000;  // Type::number is kept in thousandths

}  // namespace

Summary::Summary(Output& out, const SummaryOptions& options) : out_{out}, options_{options}, reader_{{}} {}

void Summary::begin(const record::Schema& schema, const RunInfo& run) {
    run_ = run;
    ranking_ = schema.find(options_.slowest_by);
    for (const Column* c : schema.columns()) {
        if (c->name == "outcome") continue;  // every record has one; it goes first
        if (c->summary == record::Summary::count) counted_.push_back({c, {}, {}, 0});
        if (c->summary == record::Summary::percentiles) measured_.push_back({c, {}});
    }
    for (const Counted& c : counted_) columns_.push_back(c.column);
    for (const Measured& m : measured_) columns_.push_back(m.column);
    if (ranking_ != nullptr && ranking_->summary == record::Summary::none) columns_.push_back(ranking_);
    ranking_at_ = static_cast<std::size_t>(std::find(columns_.begin(), columns_.end(), ranking_) - columns_.begin());
    reader_ = RowReader{columns_};
}

void Summary::connection(const record::ConnectionRecord& connection) {
    ++connections_;
    outcomes_.add(connection.outcome);
    findings_.add(connection);
    const RowValues values = reader_.read(connection.row);
    if (ranking_at_ < values.size() && values.has(ranking_at_)) rank(connection, values[ranking_at_]);
    for (std::size_t i = 0; i < counted_.size(); ++i)
        if (values.has(i)) count(counted_[i], values[i]);
    for (std::size_t i = 0; i < measured_.size(); ++i)
        if (const std::size_t at = counted_.size() + i; values.has(at)) measure(measured_[i], values[at]);
}

void Summary::count(Counted& counted, const Value& value) {
    const auto add = [&] {
        counted.values.add(scratch_);
        scratch_.clear();
    };
    ++counted.connections;
    scratch_.clear();
    if (value.type() == Type::text_list) {
        std::size_t cursor = 0;
        for (std::string_view item; value.next_text(cursor, item);) counted.values.add(item);
    } else if (value.type() == Type::code_list) {
        for (std::size_t i = 0; i < value.list_size(); ++i) count_code(counted, value.code_at(i));
    } else if (value.type() == Type::code) {
        count_code(counted, static_cast<std::uint32_t>(value.integer()));
    } else if (value.type() == Type::text) {
        scratch_ = value.text();
        fold_case(value.column(), scratch_);
        add();
    } else {
        append_value(scratch_, value);
        add();
    }
}

/// A capture has few different ones, which are named at the end.
void Summary::count_code(Counted& counted, std::uint32_t code) {
    constexpr std::size_t kMostCodes = 64;
    const auto known =
        std::find_if(counted.codes.begin(), counted.codes.end(), [&](const auto& c) { return c.first == code; });
    if (known != counted.codes.end()) {
        ++known->second;
        return;
    }
    if (counted.codes.size() == kMostCodes) name_codes(counted);
    counted.codes.emplace_back(code, 1);
}

void Summary::name_codes(Counted& counted) {
    for (const auto& [code, count] : counted.codes) {
        scratch_.clear();
        append_code(scratch_, *counted.column, code);
        counted.values.add(scratch_, count);
    }
    counted.codes.clear();
}

void Summary::measure(Measured& measured, const Value& value) {
    if (value.type() == Type::millis || value.type() == Type::integer) measured.values.add(value.integer());
    else if (value.type() == Type::number && std::abs(value.number()) < 1e15)
        measured.values.add(std::llround(value.number() * static_cast<double>(kFraction)));
}

/// Keeps the slowest; of equally slow ones those that came first.
void Summary::rank(const record::ConnectionRecord& connection, const Value& value) {
    const bool full = slowest_.size() >= options_.slowest;
    if (options_.slowest == 0 || (full && value.integer() <= slowest_.back().value)) return;
    if (full) slowest_.pop_back();
    const auto at = std::upper_bound(slowest_.begin(), slowest_.end(), value.integer(),
                                     [](std::int64_t v, const Slow& s) { return v > s.value; });
    slowest_.insert(at, {value.integer(), connection.stream, server_name(connection.row)});
}

void Summary::finish(const Totals& totals) {
    for (Counted& c : counted_) name_codes(c);
    std::string out;
    append_title(out, options_.style, "Summary", run_, totals);
    if (connections_ > 0) {
        print_counted(out, "Outcome", outcomes_, connections_);
        for (const Counted& c : counted_)
            if (c.values.distinct() > 1) print_counted(out, title_of(c), c.values, c.connections);
        print_uniform(out);
        print_measured(out);
        print_slowest(out);
        print_findings(out);
    }
    print_accounting(out, totals);
    append_problems(out, options_.style, totals);
    out_.write(out);
}

}  // namespace tlsscope::report
