#include "report/html/interest.h"

#include <algorithm>

#include "report/facts.h"

namespace tlsscope::report::html {

namespace {

constexpr std::uint64_t kSlowest = (std::uint64_t{1} << 40) - 1;  // twelve days in microseconds

std::uint64_t micros(const record::Row& row, std::string_view column) {
    const record::Value v = fact(row, column);
    if (v.empty() || v.type() != record::Type::millis || v.integer() < 0) return 0;
    return static_cast<std::uint64_t>(v.integer()) / 1000;
}

}  // namespace

bool failed(const record::ConnectionRecord& c) {
    return c.outcome != "complete" && c.outcome != "closed" && c.outcome != "open" && c.outcome != "incomplete";
}

std::uint64_t slowness(const record::ConnectionRecord& c) {
    return std::min(kSlowest, micros(c.row, "connect_ms") + micros(c.row, "tls_ms"));
}

std::uint64_t interest(const record::ConnectionRecord& c, std::uint64_t slowness) {
    const bool finding = c.severity >= record::Severity::low;
    const std::uint64_t severity = finding ? static_cast<std::uint64_t>(c.severity) : 0;
    return severity << 48 | std::uint64_t{failed(c)} << 44 | slowness;
}

}  // namespace tlsscope::report::html
