// Runs the whole engine and makes its results comparable.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/analysis.h"
#include "support/memory_source.h"

namespace tlsscope::support {

/// What one run of the engine gave.
struct Analyzed {
    std::vector<record::ConnectionRecord> records;
    pipeline::AnalysisResult result;
    std::vector<capture::Problem> problems;
};

Analyzed analyze_source(capture::Source& source, const pipeline::AnalysisOptions& options = {});
Analyzed analyze_frames(const Frames& frames, const pipeline::AnalysisOptions& options = {});
Analyzed analyze_files(const std::vector<std::string>& paths, const pipeline::AnalysisOptions& options = {});

/// One cell as text; "" when it was not seen.
std::string cell(const record::ConnectionRecord& r, std::string_view column);
/// Nanoseconds, code points and other numbers as they are kept; nothing when the cell is empty.
std::optional<std::int64_t> number(const record::ConnectionRecord& r, std::string_view column);
/// "10.0.0.1:40000 > 10.0.0.2:443", client first.
std::string endpoints(const record::ConnectionRecord& r);
bool has_anomaly(const record::ConnectionRecord& r, std::string_view name);

/// Column name -> text, without empty cells.
using Facts = std::map<std::string, std::string>;
using Wanted = std::function<bool(const record::Column&)>;

/// What TLS said and nothing of how it travelled: groups tls and certificate, and the names asked for and agreed on.
bool is_tls_fact(const record::Column& c);
/// What is said of certificates by the date of the packets.
bool is_judged_by_date(const record::Column& c);
Facts facts_of(const record::ConnectionRecord& r, const Wanted& wanted = is_tls_fact);

/// Connections by endpoints; those of the same ones numbered in order. Only connections with facts are in it.
std::map<std::string, Facts> facts_by_connection(const Analyzed& run, const Wanted& wanted = is_tls_fact);

/// Lines "connection: column: was, became"; empty when all is equal.
std::string difference(const std::map<std::string, Facts>& before, const std::map<std::string, Facts>& after);

enum class Format { csv, json, table, summary };
/// The whole report as text.
std::string report_text(const Analyzed& run, Format format);

}  // namespace tlsscope::support
