#include "metrics/metrics.h"

#include <algorithm>

#include "report/escape.h"
#include "report/format.h"

namespace tlsscope::metrics {

namespace {

using Kind = Exposition::Kind;

// The values of these labels are words and code points of ours, but for code points nobody has named.
constexpr std::size_t kMostWords = 32;
constexpr std::string_view kOther = "other";
constexpr std::string_view kNone = "none";

record::Value value(const record::Row& row, const record::Column* column) {
    return column == nullptr ? record::Value{} : row.get(*column);
}

std::string text_of(const record::Value& v) {
    std::string out;
    report::append_value(out, v);
    return out;
}

void counts(Exposition& out, std::string_view label, const auto& counts) {
    for (const auto& [text, n] : counts) out.sample(std::array{Label{label, text}}, n);
}

}  // namespace

void Metrics::begin(const record::Schema& schema, const report::RunInfo& run) {
    program_ = run.program;
    columns_ = {.sni = schema.find("sni"),
                .version = schema.find("version"),
                .alert = schema.find("alert"),
                .connect = schema.find("connect_ms"),
                .tls = schema.find("tls_ms")};
}

void Metrics::handshake(const record::ConnectionRecord& connection) {
    count_words(connection.row);
    count_times(connection.row);
}

void Metrics::end(const record::ConnectionRecord& connection) {
    count(outcomes_, connection.outcome.empty() ? kNone : std::string_view{connection.outcome}, kMostWords);
}

void Metrics::connection(const record::ConnectionRecord& connection) {
    handshake(connection);
    end(connection);
}

void Metrics::count_words(const record::Row& row) {
    if (const record::Value version = value(row, columns_.version); !version.empty())
        count(versions_, text_of(version), kMostWords);
    if (const record::Value alert = value(row, columns_.alert); !alert.empty())
        count(alerts_, text_of(alert), 2 * kMostWords);
}

void Metrics::count_times(const record::Row& row) {
    if (const record::Value connect = value(row, columns_.connect); !connect.empty())
        connect_.observe(connect.integer());
    if (const record::Value tls = value(row, columns_.tls); !tls.empty()) histogram_of(row).observe(tls.integer());
}

/// Only called for handshakes that came to their end: others have no duration.
Histogram& Metrics::histogram_of(const record::Row& row) {
    const record::Value sni = value(row, columns_.sni);
    if (sni.empty() || sni.text().empty()) return unnamed_;
    // Names differ in capitals only by mistake; two wire names that look alike in a label are one.
    std::string name = report::visible(sni.text());
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name == kNone) return unnamed_;
    if (const auto it = servers_.find(name); it != servers_.end()) return it->second;
    if (servers_.size() >= options_.server_names || name == kOther) return other_;
    return servers_[name];
}

void Metrics::count(Counts& counts, std::string_view value, std::size_t most) {
    if (const auto it = counts.find(value); it != counts.end()) ++it->second;
    else ++counts[counts.size() < most ? std::string{value} : std::string{kOther}];
}

std::string Metrics::text(Format format) const {
    std::string text;
    Exposition out{text, format};
    out.family(Kind::info, "tlsscope_build", "", "The program.");
    const std::size_t space = std::min(program_.rfind(' ') + 1, program_.size());
    out.sample(std::array{Label{"version", std::string_view{program_}.substr(space)}}, 1);
    write_connections(out);
    write_traffic(out);
    write_process(out);
    out.end();
    return text;
}

void Metrics::write_connections(Exposition& out) const {
    out.family(Kind::counter, "tlsscope_connections", "", "TCP connections that ended or were given up, by outcome.");
    counts(out, "outcome", outcomes_);
    out.family(Kind::gauge, "tlsscope_open_connections", "", "TCP connections followed now.");
    out.sample({}, state_.open_connections);
    out.family(Kind::counter, "tlsscope_evicted_connections", "", "Connections given up for want of memory.");
    out.sample({}, state_.evicted_connections);
    out.family(Kind::counter, "tlsscope_server_hellos", "", "TLS connections by the version the server chose.");
    counts(out, "version", versions_);
    out.family(Kind::counter, "tlsscope_alerts", "", "TLS connections with a readable alert, by its description.");
    counts(out, "alert", alerts_);
    out.family(Kind::histogram, "tlsscope_connect_duration_seconds", "seconds",
               "First SYN to the client's ACK of the SYN/ACK.");
    out.histogram({}, connect_);
    out.family(Kind::histogram, "tlsscope_handshake_duration_seconds", "seconds",
               "First byte of the ClientHello to the end of the TLS handshake, by server name.");
    for (const auto& [name, values] : servers_) out.histogram({"server_name", name}, values);
    out.histogram({"server_name", kNone}, unnamed_);
    out.histogram({"server_name", kOther}, other_);
}

void Metrics::write_traffic(Exposition& out) const {
    out.family(Kind::counter, "tlsscope_packets", "", "Packets received.");
    out.sample({}, state_.packets);
    out.family(Kind::counter, "tlsscope_packet_bytes", "bytes", "Bytes of those packets on the wire.");
    out.sample({}, state_.bytes);
    out.family(Kind::counter, "tlsscope_dropped_packets", "", "Packets that were lost before they were analyzed.");
    out.sample(std::array{Label{"by", "interface"}}, state_.dropped_by_interface);
    out.sample(std::array{Label{"by", "kernel"}}, state_.dropped_by_kernel);
    out.family(Kind::counter, "tlsscope_unwritten_rows", "", "Rows of reports that could not be written.");
    out.sample({}, state_.unwritten_rows);
    out.family(Kind::counter, "tlsscope_unwritten_packets", "", "Packets that could not be written.");
    out.sample({}, state_.unwritten_packets);
}

void Metrics::write_process(Exposition& out) const {
    out.family(Kind::gauge, "tlsscope_resident_memory_bytes", "bytes", "Memory in use.");
    out.sample({}, state_.memory_bytes);
    if (state_.started < 0) return;  // kNoTime too
    out.family(Kind::gauge, "tlsscope_start_time_seconds", "seconds", "When the program started, since 1970.");
    out.seconds({}, static_cast<std::uint64_t>(state_.started));
}

}  // namespace tlsscope::metrics
