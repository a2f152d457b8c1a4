// A column of the report: declared once, beside the code that fills it. CSV header, JSON keys, HTML table,
// --list-columns and the documentation are all made from these declarations.
// To add a field: one row in the module's kColumns, one Row::set_... in the code.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tlsscope::record {

enum class Type : std::uint8_t {
    text,       ///< raw bytes as they were on the wire; each reporter escapes them
    text_list,  ///< several of those
    integer,    ///< signed 64 bit
    boolean,
    code,       ///< a code point that name_of() turns into its IANA name
    code_list,  ///< several of those
    time,       ///< Nanos since the epoch
    millis,     ///< a duration: kept in nanoseconds, shown in milliseconds with three decimals
    number,     ///< a decimal fraction
};

/// What the summary does with a column.
enum class Summary : std::uint8_t { none, count, percentiles };

/// Static: declared constexpr, referred to by address, never copied.
struct Column {
    std::string_view name;  ///< lower snake case, unit in the name; Zeek's or ECS' word where one exists
    Type type = Type::text;
    std::string_view unit;     ///< "ms", "bytes", "frame" or empty
    std::string_view meaning;  ///< one sentence: the definition
    std::string_view group;    ///< identity, tcp, tls, certificate, timing, verdict
    /// Appends the name of a code point; used by code and code_list only.
    void (*name_of)(std::uint32_t code, std::string& out) = nullptr;
    Summary summary = Summary::none;
    std::string_view heading = {};  ///< the terminal table's heading; empty: not in that table
    std::uint8_t priority = 0;      ///< 1 is shown first; higher numbers go when the terminal is narrow
};

/// What is declared is static and known by its address: spreads that over 64 bits, of which the highest are the best,
/// for small tables and filters.
inline std::uint64_t spread_address(const void* declared) {
    return std::bit_cast<std::uintptr_t>(declared) * 0x9e3779b97f4a7c15U;
}

/// The column of that name; a wrong name does not compile.
consteval const Column& column_in(std::span<const Column> columns, std::string_view name) {
    for (const Column& c : columns)
        if (c.name == name) return c;
    throw "no such column";
}

}  // namespace tlsscope::record
