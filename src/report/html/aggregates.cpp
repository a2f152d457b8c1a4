#include "report/html/aggregates.h"

#include <algorithm>
#include <cmath>

#include "report/facts.h"
#include "report/format.h"

namespace tlsscope::report::html {

namespace {

using record::Column;
using record::Value;

/// Breakdowns a reader asks for that are no summary columns: too many values for a terminal.
constexpr std::string_view kAlsoCounted[] = {"server_ip", "cert_issuer", "ja4", "close_kind"};

bool is_counted(const Column& c) {
    return c.summary == record::Summary::count || std::ranges::find(kAlsoCounted, c.name) != std::end(kAlsoCounted);
}

void put_findings(JsonText& json, std::string_view key, const std::vector<Finding>& findings) {
    json.key(key).open_array();
    for (const Finding& f : findings) {
        json.open_array().text(f.name.empty() ? std::string_view{f.sentence} : f.name);
        json.text(record::name(f.severity)).number(f.connections).close_array();
    }
    json.close_array();
}

}  // namespace

void Bins::add(std::int64_t ns) {
    const double us = std::max(1.0, static_cast<double>(ns) / 1000.0);
    const auto bin = static_cast<std::size_t>(std::log10(us) * static_cast<double>(kPerDecade));
    ++bins_[std::min(bin, kBins - 1)];
    ++count_;
}

void Bins::put(JsonText& json) const {
    json.open_array();
    for (std::size_t i = 0; i < kBins; ++i)
        if (bins_[i] != 0) json.number(i).number(std::uint64_t{bins_[i]});
    json.close_array();
}

Aggregates::Aggregates(const record::Schema& schema)
    : reader_{{}}, connect_{schema.find("connect_ms")}, tls_{schema.find("tls_ms")} {
    for (const Column* c : schema.columns())
        if (schema.span_of(*c) != nullptr) measured_.push_back({c, {}, {}});
    for (const Column* c : schema.columns())
        if (is_counted(*c)) counted_.push_back({c, {}, 0});
    for (const Measured& m : measured_) columns_.push_back(m.column);
    for (const Counted& c : counted_) columns_.push_back(c.column);
    reader_ = RowReader{columns_};
}

void Aggregates::add(const record::ConnectionRecord& connection) {
    findings_.add(connection);
    const RowValues values = reader_.read(connection.row);
    connect_now_ = tls_now_ = -1;
    for (std::size_t i = 0; i < measured_.size(); ++i) {
        if (!values.has(i)) continue;
        const std::int64_t ns = values[i].integer();
        measured_[i].bins.add(ns);
        measured_[i].exact.add(ns);
        if (measured_[i].column == connect_) connect_now_ = ns;
        if (measured_[i].column == tls_) tls_now_ = ns;
    }
    for (std::size_t i = 0; i < counted_.size(); ++i)
        if (const Value v = values[measured_.size() + i]; !v.empty()) count(counted_[i], v, connection);
}

void Aggregates::count(Counted& counted, const Value& value, const record::ConnectionRecord& connection) {
    scratch_.clear();
    append_value(scratch_, value);
    fold_case(value.column(), scratch_);
    auto it = counted.groups.find(scratch_);
    if (it == counted.groups.end()) {
        if (counted.groups.size() >= kMostValues) {
            ++counted.other;
            return;
        }
        it = counted.groups.emplace(scratch_, Group{}).first;
    }
    Group& group = it->second;
    ++group.connections;
    if (connection.outcome == "complete") ++group.completed;
    if (connect_now_ >= 0) group.connect.add(connect_now_);
    if (tls_now_ >= 0) group.tls.add(tls_now_);
}

void Aggregates::put_group(JsonText& json, const std::string& name, const Group& group) {
    json.open_array().text(name).number(group.connections).number(group.completed);
    group.connect.put(json);
    group.tls.put(json);
    json.close_array();
}

void Aggregates::put(JsonText& json) const {
    json.open_object().key("measured").open_object();
    for (const Measured& m : measured_) {
        if (m.exact.count() == 0) continue;
        json.key(m.column->name).open_object().key("n").number(m.exact.count());
        json.key("p").open_array();
        for (const double p : {50.0, 95.0, 99.0}) json.number(m.exact.percentile(p) / 1000);
        json.close_array().key("bins");
        m.bins.put(json);
        json.close_object();
    }
    json.close_object().key("counted").open_object();
    for (const Counted& c : counted_) {
        json.key(c.column->name).open_object().key("other").number(c.other).key("values").open_array();
        std::vector<const std::pair<const std::string, Group>*> groups;
        for (const auto& g : c.groups) groups.push_back(&g);
        std::ranges::sort(groups, [](const auto* a, const auto* b) {
            return a->second.connections != b->second.connections ? a->second.connections > b->second.connections
                                                                  : a->first < b->first;
        });
        for (const auto* g : groups) put_group(json, g->first, g->second);
        json.close_array().close_object();
    }
    json.close_object();
    put_findings(json, "anomalies", findings_.anomalies());
    put_findings(json, "diagnoses", findings_.diagnoses());
    json.close_object();
}

}  // namespace tlsscope::report::html
