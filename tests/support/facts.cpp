#include "support/facts.h"

#include "capture/open_source.h"
#include "dissectors/packet/decoder.h"
#include "report/csv.h"
#include "report/facts.h"
#include "report/format.h"
#include "report/json.h"
#include "report/summary.h"
#include "report/table.h"

namespace tlsscope::support {

Analyzed analyze_source(capture::Source& source, const pipeline::AnalysisOptions& options) {
    Analyzed out;
    out.result =
        pipeline::analyze(source, options, [&](record::ConnectionRecord&& r) { out.records.push_back(std::move(r)); });
    out.problems = source.problems();
    return out;
}

Analyzed analyze_frames(const Frames& frames, const pipeline::AnalysisOptions& options) {
    MemorySource source{frames};
    return analyze_source(source, options);
}

Analyzed analyze_files(const std::vector<std::string>& paths, const pipeline::AnalysisOptions& options) {
    capture::SourceOptions how;
    how.supported_link_type = packet::supports_link_type;
    const auto source = capture::open_source(paths, how);
    return analyze_source(*source, options);
}

std::string cell(const record::ConnectionRecord& r, std::string_view column) {
    return report::fact_text(r.row, column);
}

std::optional<std::int64_t> number(const record::ConnectionRecord& r, std::string_view column) {
    const record::Value v = report::fact(r.row, column);
    if (v.empty()) return std::nullopt;
    return v.integer();
}

std::string endpoints(const record::ConnectionRecord& r) {
    return report::endpoint(r.row, record::Side::client) + " > " + report::endpoint(r.row, record::Side::server);
}

bool has_anomaly(const record::ConnectionRecord& r, std::string_view name) {
    for (const auto& e : r.anomalies.entries())
        if (e.anomaly->name == name) return true;
    return false;
}

bool is_tls_fact(const record::Column& c) {
    if (c.group == "tls" || c.group == "certificate") return true;
    for (const std::string_view name : {"sni", "sni_length", "sni_alt", "alpn", "alpn_offered", "service"})
        if (c.name == name) return true;
    return false;
}

bool is_judged_by_date(const record::Column& c) {
    for (const std::string_view name : {"cert_status", "cert_validation", "cert_days_left", "client_cert_validation"})
        if (c.name == name) return true;
    return false;
}

Facts facts_of(const record::ConnectionRecord& r, const Wanted& wanted) {
    Facts out;
    for (std::size_t i = 0; i < r.row.size(); ++i) {
        const record::Value v = r.row.at(i);
        if (!wanted(v.column())) continue;
        std::string text;
        report::append_value(text, v, ";");
        out[std::string{v.column().name}] = text;
    }
    return out;
}

std::map<std::string, Facts> facts_by_connection(const Analyzed& run, const Wanted& wanted) {
    std::map<std::string, Facts> out;
    std::map<std::string, int> seen;
    for (const auto& r : run.records) {
        Facts facts = facts_of(r, wanted);
        const std::string name = endpoints(r);
        const int n = seen[name]++;
        if (!facts.empty()) out[name + (n == 0 ? "" : " #" + std::to_string(n + 1))] = std::move(facts);
    }
    return out;
}

std::string difference(const std::map<std::string, Facts>& before, const std::map<std::string, Facts>& after) {
    std::string out;
    const auto said = [](const Facts& f, const std::string& name) {
        const auto it = f.find(name);
        return it == f.end() ? std::string{"(empty)"} : '\'' + it->second + '\'';
    };
    for (const auto& [connection, facts] : before) {
        const auto other = after.find(connection);
        if (other == after.end()) {
            out += connection + ": no facts any more\n";
            continue;
        }
        std::set<std::string> names;
        for (const auto& [name, value] : facts) names.insert(name);
        for (const auto& [name, value] : other->second) names.insert(name);
        for (const std::string& name : names)
            if (said(facts, name) != said(other->second, name))
                out += connection + ": " + name + ": was " + said(facts, name) + ", became " +
                       said(other->second, name) + "\n";
    }
    for (const auto& [connection, facts] : after)
        if (!before.contains(connection)) out += connection + ": facts of a connection that was none\n";
    return out;
}

std::string report_text(const Analyzed& run, Format format) {
    static const record::Schema schema = pipeline::make_schema();
    std::string text;
    {
        const auto out = report::output_to(text);
        std::unique_ptr<report::Reporter> reporter;
        switch (format) {
            case Format::csv: reporter = std::make_unique<report::Csv>(*out, report::all_columns(schema)); break;
            case Format::json: reporter = std::make_unique<report::Json>(*out, report::all_columns(schema)); break;
            case Format::table:
                reporter = std::make_unique<report::Table>(*out, report::TableOptions{.style = {.width = 200}});
                break;
            case Format::summary:
                reporter = std::make_unique<report::Summary>(*out, report::SummaryOptions{.style = {.width = 200}});
                break;
        }
        reporter->begin(schema, {"tlsscope", {"capture"}});
        for (const auto& r : run.records) reporter->connection(r);
        reporter->finish({.frames = run.result.frames,
                          .connections = run.result.connections,
                          .first_time = run.result.first_time,
                          .last_time = run.result.last_time,
                          .accounting = run.result.accounting,
                          .problems = {}});
        out->finish();
    }
    return text;
}

}  // namespace tlsscope::support
