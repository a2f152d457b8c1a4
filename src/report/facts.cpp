#include "report/facts.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/format.h"

namespace tlsscope::report {

record::Value fact(const record::Row& row, std::string_view column) {
    for (std::size_t i = 0; i < row.size(); ++i)
        if (const record::Value v = row.at(i); v.column().name == column) return v;
    return {};
}

std::string fact_text(const record::Row& row, std::string_view column) {
    std::string out;
    append_value(out, fact(row, column));
    return out;
}

std::string endpoint(const record::Value& address, const record::Value& port) {
    std::string out;
    append_value(out, address);
    if (port.empty()) return out;
    if (out.find(':') != std::string::npos) out = '[' + out + ']';
    out += ':';
    append_value(out, port);
    return out;
}

std::string endpoint(const record::Row& row, record::Side side) {
    const std::string who = record::name(side);
    return endpoint(fact(row, who + "_ip"), fact(row, who + "_port"));
}

std::string server_name(const record::Row& row) {
    std::string name = fact_text(row, "sni");
    return name.empty() ? endpoint(row, record::Side::server) : name;
}

bool is_failure(const record::ConnectionRecord& connection) {
    return connection.outcome == "failed" || connection.outcome == "refused" || connection.outcome == "no_answer";
}

bool is_judged(const record::ConnectionRecord& connection) {
    return is_failure(connection) || connection.outcome == "complete";
}

void fold_case(const record::Column& column, std::string& text) {
    if (column.name != "sni") return;
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
}

std::string frame_list(const std::vector<std::uint64_t>& frames, std::size_t most) {
    std::string out;
    const std::size_t shown = std::min(frames.size(), most);
    const bool more = frames.size() > shown;
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) out += !more && i + 1 == shown ? " and " : ", ";
        out += fmt::format("{}", frames[i]);
    }
    if (more) out += fmt::format(" and {} more", frames.size() - shown);
    return out;
}

}  // namespace tlsscope::report
