#include "report/gate.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"

namespace tlsscope::report {

namespace {

using record::Column;
using record::ConnectionRecord;
using record::Type;
using record::Value;

constexpr double kMillion = 1e6;
constexpr double kGreatest = 100;

bool read_limit(std::string_view text, Condition& c) {
    c.share = text.ends_with('%');
    if (c.share) text.remove_suffix(1);
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), c.limit);
    return problem == std::errc{} && end == text.data() + text.size() && std::isfinite(c.limit) && c.limit >= 0;
}

/// "tls_p95": the column tls_ms and 95.
bool read_percentile(const record::Schema& schema, std::string_view name, Condition& c) {
    const std::size_t bar = name.rfind('_');
    if (bar == std::string_view::npos) return false;
    const std::string_view which = name.substr(bar + 1);
    if (which == "max") {
        c.percent = kGreatest;
    } else {
        if (which.size() < 2 || which[0] != 'p') return false;
        const auto [end, problem] = std::from_chars(which.data() + 1, which.data() + which.size(), c.percent);
        if (problem != std::errc{} || end != which.data() + which.size()) return false;
        if (!(c.percent >= 0 && c.percent <= kGreatest)) return false;
    }
    c.column = schema.find(std::string{name.substr(0, bar)} + "_ms");
    return c.column != nullptr && c.column->type == Type::millis;
}

bool read_name(const record::Schema& schema, std::string_view name, Condition& c) {
    c.kind = Condition::Kind::failed;
    if (name == "failed") return true;
    c.kind = Condition::Kind::weak;
    if (name == "weak") return true;
    c.kind = Condition::Kind::classical;
    if (name == "classical") return true;
    c.kind = Condition::Kind::anomaly;
    c.anomaly = name;
    return std::any_of(schema.anomalies().begin(), schema.anomalies().end(),
                       [&](const record::Anomaly* a) { return a->name == name; });
}

bool read_condition(const record::Schema& schema, std::string_view text, Condition& c, std::string& error) {
    c.text = text;
    const std::size_t sign = text.find_first_of("<>");
    const std::string_view name = text.substr(0, sign);
    const bool measured = name == "cert_days" || read_percentile(schema, name, c);
    if (measured) c.kind = name == "cert_days" ? Condition::Kind::days : Condition::Kind::percentile;
    if (!measured && !read_name(schema, name, c)) {
        error = "--fail-on: unknown condition '" + std::string{text} +
                "': tls_p95>300 (any column in ms), cert_days<30, failed, weak, classical, or an anomaly's name "
                "(--list-anomalies), with >N or >N%";
        return false;
    }
    const bool limited = sign != std::string_view::npos;
    if (limited) c.more = text[sign] == '>';
    const bool good =
        limited ? read_limit(text.substr(sign + 1), c) && (measured || c.more) && !(measured && c.share) : !measured;
    if (!good)
        error = "--fail-on: '" + std::string{text} + "' needs a limit: " + std::string{name} +
                (measured ? ">300 or <30" : ", or with >3 or >1%");
    return good;
}

/// What is in every chain of encryption by blocks before TLS 1.2's AEAD suites is old, but no reason to fail alone.
bool has_weakness(const Value& list, std::string_view except) {
    std::size_t cursor = 0;
    std::string_view item;
    while (list.next_text(cursor, item))
        if (item != except) return true;
    return false;
}

bool has_weak_certificate(const Value& list) {
    std::size_t cursor = 0;
    std::string_view item;
    while (list.next_text(cursor, item))
        if (item == "weak_key" || item == "weak_signature") return true;
    return false;
}

std::string number(double n) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, n, std::chars_format::fixed, n == std::floor(n) ? 0 : 3);
    return {text, end.ptr};
}

std::string percentage(double percent) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, percent, std::chars_format::fixed, 1);
    return std::string{text, end.ptr} + " %";
}

std::string connections(std::uint64_t n) { return grouped(n) + (n == 1 ? " connection" : " connections"); }

}  // namespace

std::vector<Condition> read_conditions(const record::Schema& schema, std::string_view text, std::string& error) {
    std::vector<Condition> all;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        const std::string_view one = text.substr(0, comma);
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
        if (one.empty()) continue;
        if (!read_condition(schema, one, all.emplace_back(), error)) return {};
    }
    if (all.empty()) error = "--fail-on: no condition";
    return all;
}

Gate::Gate(std::vector<Condition> conditions) {
    for (Condition& c : conditions) states_.emplace_back().condition = std::move(c);
}

void Gate::begin(const record::Schema& schema, const RunInfo& /*run*/) {
    days_ = schema.find("cert_days_left");
    version_ = schema.find("version");
    weaknesses_ = schema.find("weaknesses");
    validation_ = schema.find("cert_validation");
    pq_ = schema.find("pq");
}

void Gate::connection(const ConnectionRecord& connection) {
    for (State& s : states_) {
        const bool measured =
            s.condition.kind == Condition::Kind::percentile || s.condition.kind == Condition::Kind::days;
        if (measured) measure(s, connection);
        else count(s, connection);
    }
}

void Gate::measure(State& s, const ConnectionRecord& c) const {
    const bool days = s.condition.kind == Condition::Kind::days;
    const Column* column = days ? days_ : s.condition.column;
    const Value value = column != nullptr ? c.row.get(*column) : Value{};
    if (value.empty()) return;
    ++s.judged;
    if (!days) s.values.add(value.integer());
    const bool further = !s.extreme || (days ? value.integer() < *s.extreme : value.integer() > *s.extreme);
    if (!further) return;
    s.extreme = value.integer();
    s.extreme_stream = c.stream;
}

void Gate::count(State& s, const ConnectionRecord& c) const {
    bool judged = true;
    bool hit = false;
    const auto get = [&](const Column* column) { return column != nullptr ? c.row.get(*column) : Value{}; };
    switch (s.condition.kind) {
        case Condition::Kind::failed:
            hit = is_failure(c);
            judged = is_judged(c);
            break;
        case Condition::Kind::weak:
            judged = !get(version_).empty();
            hit = judged && (has_weakness(get(weaknesses_), "cbc") || has_weak_certificate(get(validation_)));
            break;
        case Condition::Kind::classical:
            judged = !get(pq_).empty();
            hit = judged && get(pq_).text() == "classical";
            break;
        default:
            for (const auto& e : c.anomalies.entries()) hit = hit || e.anomaly->name == s.condition.anomaly;
    }
    if (!judged) return;
    ++s.judged;
    if (!hit) return;
    ++s.hits;
    if (s.streams.size() < kMostNamed) s.streams.push_back(c.stream);
}

std::vector<Judgement> Gate::judge() const {
    std::vector<Judgement> all;
    for (const State& s : states_) {
        const bool measured =
            s.condition.kind == Condition::Kind::percentile || s.condition.kind == Condition::Kind::days;
        all.push_back(measured ? judge_measured(s) : judge_counted(s));
    }
    return all;
}

Judgement Gate::judge_measured(const State& s) {
    const Condition& c = s.condition;
    Judgement j{c.text, false, s.judged == 0, {}};
    if (j.unknown) {
        j.reason = "no connection has a value to judge";
        return j;
    }
    const bool days = c.kind == Condition::Kind::days;
    const double found =
        days ? static_cast<double>(*s.extreme) : static_cast<double>(s.values.percentile(c.percent)) / kMillion;
    j.met = c.more ? found > c.limit : found < c.limit;
    const std::string where = "connection " + std::to_string(s.extreme_stream);
    if (days) j.reason = number(found) + " days left in " + where + ", the fewest of " + connections(s.judged);
    else j.reason = number(found) + " ms, of " + connections(s.judged) + "; the most in " + where;
    return j;
}

Judgement Gate::judge_counted(const State& s) {
    const Condition& c = s.condition;
    Judgement j{c.text, false, s.judged == 0, {}};
    if (j.unknown) {
        j.reason = "no connection can be judged by it";
        return j;
    }
    const double percent = 100.0 * static_cast<double>(s.hits) / static_cast<double>(s.judged);
    j.met = (c.share ? percent : static_cast<double>(s.hits)) > c.limit;
    j.reason = grouped(s.hits) + " of " + connections(s.judged) + " (" + percentage(percent) + ")";
    for (std::size_t i = 0; i < s.streams.size(); ++i)
        j.reason += (i == 0 ? ": " : ", ") + std::to_string(s.streams[i]);
    if (s.hits > s.streams.size()) j.reason += ", ...";
    return j;
}

std::string junit(const std::vector<Judgement>& judgements, std::string_view program) {
    const auto count = [&](bool Judgement::*which) {
        return std::to_string(
            std::count_if(judgements.begin(), judgements.end(), [&](const auto& j) { return j.*which; }));
    };
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"";
    append_html(out, program);
    out += "\" tests=\"" + std::to_string(judgements.size()) + "\" failures=\"" + count(&Judgement::met) +
           "\" errors=\"0\" skipped=\"" + count(&Judgement::unknown) + "\">\n";
    for (const Judgement& j : judgements) {
        out += "  <testcase classname=\"tlsscope\" name=\"";
        append_html(out, j.condition);
        out += "\">";
        const std::string_view element = j.met ? "failure" : j.unknown ? "skipped" : "system-out";
        out += '<' + std::string{element};
        if (j.met || j.unknown) out += " message=\"";
        else out += '>';
        append_html(out, j.reason);
        out += j.met || j.unknown ? "\"/>" : "</system-out>";
        out += "</testcase>\n";
    }
    return out + "</testsuite>\n";
}

}  // namespace tlsscope::report
