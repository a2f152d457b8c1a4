// Values as text: by column type, the same in every reporter. Numbers never touch floating point on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "record/row.h"

namespace tlsscope::report {

using record::Nanos;

constexpr std::size_t kWidestNumber = 24;

/// Writes at most kWidestNumber characters; returns where they end.
char* write_integer(char* at, std::int64_t value);

/// Milliseconds with three decimals from nanoseconds, half a microsecond rounded away from zero: 1234567 -> "1.235".
/// Writes at most kWidestNumber characters; returns where they end.
char* write_millis(char* at, Nanos ns);
void append_millis(std::string& out, Nanos ns);

/// ISO 8601 in UTC: "2026-11-21T10:12:21.123456Z"; nine decimals when there are odd nanoseconds, none when the fraction
/// is zero. kNoTime appends nothing.
void append_time(std::string& out, Nanos since_epoch);

/// For people: "2026-11-21 10:12:21.123456 UTC", or "at an unknown time".
std::string readable_time(Nanos since_epoch);

/// With thousands separators: 1,234,567.
std::string grouped(std::uint64_t n);

/// "12.5 %"; empty when there is no whole.
std::string percent(std::uint64_t part, std::uint64_t whole);

/// "1 packet", "1,234 packets".
std::string plural(std::uint64_t n, std::string_view one, std::string_view many);

/// For people: "812 bytes", "1.1 kB", "3.4 MB" (powers of 1000).
std::string readable_bytes(std::uint64_t n);

/// For people: "0.123 ms", "45.6 s", "3 min 20 s", "2 h 5 min".
std::string readable_duration(Nanos ns);

/// A decimal fraction, the shortest text that reads back the same. NaN and infinities append nothing.
void append_number(std::string& out, double value);

/// The name of a code point, or 0x1a2b where the column knows none.
void append_code(std::string& out, const record::Column& column, std::uint32_t code);

/// One value as visible text; list items separated by `separator`. Nothing for an empty value.
void append_value(std::string& out, const record::Value& value, std::string_view separator = ", ");

/// A list as visible text for CSV: `;`-joined. A semicolon inside an item is written \x3b, so that splitting at `;`
/// is always right.
void append_csv_list(std::string& out, const record::Value& value);

/// Cells of this type are numbers: right-aligned, never quoted.
bool is_numeric(record::Type type);

/// "text", "list of text", "integer", ...: for the column reference.
std::string_view type_name(record::Type type);

}  // namespace tlsscope::report
