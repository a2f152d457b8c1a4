#include "report/format.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <iterator>

#include "report/escape.h"

namespace tlsscope::report {

namespace {

using record::Type;
using record::Value;

constexpr std::int64_t kSecond = 1'000'000'000;

std::uint64_t magnitude(std::int64_t v) {
    const auto u = static_cast<std::uint64_t>(v);
    return v < 0 ? ~u + 1 : u;
}

/// With leading zeros.
template <class Integer>
void append_padded(std::string& out, Integer value, std::size_t digits) {
    const fmt::format_int text{value};
    if (text.size() < digits) out.append(digits - text.size(), '0');
    out.append(text.data(), text.size());
}

struct SplitTime {
    std::int64_t seconds;
    std::int64_t fraction;  // 0 .. kSecond - 1
};

SplitTime split(Nanos t) {
    std::int64_t seconds = t / kSecond;
    std::int64_t fraction = t % kSecond;
    if (fraction < 0) {
        fraction += kSecond;
        --seconds;
    }
    return {seconds, fraction};
}

void append_date_and_time(std::string& out, Nanos t, char between) {
    using namespace std::chrono;
    const SplitTime when = split(t);
    const sys_seconds moment{seconds{when.seconds}};
    const sys_days day = floor<days>(moment);
    const year_month_day date{day};
    const hh_mm_ss clock{moment - day};
    append_padded(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.day()), 2);
    out += between;
    append_padded(out, clock.hours().count(), 2);
    out += ':';
    append_padded(out, clock.minutes().count(), 2);
    out += ':';
    append_padded(out, clock.seconds().count(), 2);
    if (when.fraction == 0) return;
    out += '.';
    if (when.fraction % 1000 == 0) append_padded(out, when.fraction / 1000, 6);
    else append_padded(out, when.fraction, 9);
}

template <class Emit>
void for_each_item(const Value& v, const Emit& emit) {
    if (v.type() == Type::code_list) {
        std::string name;
        for (std::size_t i = 0; i < v.list_size(); ++i) {
            name.clear();
            append_code(name, v.column(), v.code_at(i));
            emit(std::string_view{name});
        }
        return;
    }
    std::size_t cursor = 0;
    for (std::string_view item; v.next_text(cursor, item);) emit(item);
}

void append_csv_item(std::string& out, std::string_view raw) {
    const std::size_t from = out.size();
    append_visible(out, raw);
    constexpr std::string_view kSemicolon = "\\x3b";
    for (std::size_t at = out.find(';', from); at != std::string::npos; at = out.find(';', at + kSemicolon.size()))
        out.replace(at, 1, kSemicolon);
}

}  // namespace

char* write_integer(char* at, std::int64_t value) {
    if (value < 0 || value > 9) return std::to_chars(at, at + kWidestNumber, value).ptr;
    *at = static_cast<char>('0' + value);
    return at + 1;
}

char* write_millis(char* at, Nanos ns) {
    const std::uint64_t micros = magnitude(ns) / 1000 + (magnitude(ns) % 1000 >= 500 ? 1 : 0);
    char* const end = at + kWidestNumber;
    if (ns < 0 && micros > 0) *at++ = '-';
    at = std::to_chars(at, end, micros / 1000).ptr;
    const auto decimals = static_cast<unsigned>(micros % 1000);
    const auto digit = [](unsigned d) { return static_cast<char>('0' + d); };
    *at++ = '.';
    *at++ = digit(decimals / 100);
    *at++ = digit(decimals / 10 % 10);
    *at++ = digit(decimals % 10);
    return at;
}

void append_millis(std::string& out, Nanos ns) {
    std::array<char, kWidestNumber> text{};
    out.append(text.data(), write_millis(text.data(), ns));
}

void append_time(std::string& out, Nanos since_epoch) {
    if (since_epoch == record::kNoTime) return;
    append_date_and_time(out, since_epoch, 'T');
    out += 'Z';
}

std::string readable_time(Nanos since_epoch) {
    if (since_epoch == record::kNoTime) return "at an unknown time";
    std::string out;
    append_date_and_time(out, since_epoch, ' ');
    return out + " UTC";
}

std::string grouped(std::uint64_t n) {
    std::string out = fmt::format("{}", n);
    for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, 1, ',');
    return out;
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
    if (whole == 0) return {};
    return fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string plural(std::uint64_t n, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", grouped(n), n == 1 ? one : many);
}

std::string readable_bytes(std::uint64_t n) {
    if (n < 1000) return fmt::format("{} byte{}", n, n == 1 ? "" : "s");
    constexpr std::string_view kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    std::size_t unit = 0;
    std::uint64_t divisor = 1000;
    while (n / divisor >= 1000) {
        divisor *= 1000;
        ++unit;
    }
    return fmt::format("{}.{} {}", n / divisor, n % divisor / (divisor / 10), kUnits[unit]);
}

std::string readable_duration(Nanos ns) {
    const std::int64_t seconds = ns / kSecond;
    if (seconds < 1) {
        std::string out;
        append_millis(out, ns);
        return out + " ms";
    }
    if (seconds < 60) return fmt::format("{}.{:03} s", seconds, ns % kSecond / 1'000'000);
    if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

void append_number(std::string& out, double value) {
    if (std::isfinite(value)) fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_code(std::string& out, const record::Column& column, std::uint32_t code) {
    if (column.name_of != nullptr) column.name_of(code, out);
    else fmt::format_to(std::back_inserter(out), "0x{:04x}", code);
}

void append_value(std::string& out, const Value& value, std::string_view separator) {
    if (value.empty()) return;
    switch (value.type()) {
        case Type::text: append_visible(out, value.text()); break;
        case Type::integer: {
            std::array<char, kWidestNumber> text{};
            out.append(text.data(), write_integer(text.data(), value.integer()));
            break;
        }
        case Type::boolean: out += value.integer() != 0 ? "true" : "false"; break;
        case Type::code: append_code(out, value.column(), static_cast<std::uint32_t>(value.integer())); break;
        case Type::time: append_time(out, value.integer()); break;
        case Type::millis: append_millis(out, value.integer()); break;
        case Type::number: append_number(out, value.number()); break;
        case Type::text_list:
        case Type::code_list: {
            bool first = true;
            for_each_item(value, [&](std::string_view item) {
                if (!first) out += separator;
                first = false;
                append_visible(out, item);
            });
            break;
        }
    }
}

void append_csv_list(std::string& out, const Value& value) {
    bool first = true;
    for_each_item(value, [&](std::string_view item) {
        if (!first) out += ';';
        first = false;
        append_csv_item(out, item);
    });
}

bool is_numeric(Type type) { return type == Type::integer || type == Type::millis || type == Type::number; }

std::string_view type_name(Type type) {
    switch (type) {
        case Type::text: return "text";
        case Type::text_list: return "list of text";
        case Type::integer: return "integer";
        case Type::boolean: return "boolean";
        case Type::code: return "name";
        case Type::code_list: return "list of names";
        case Type::time: return "time";
        case Type::millis: return "milliseconds";
        case Type::number: return "number";
    }
    return "text";
}

}  // namespace tlsscope::report
