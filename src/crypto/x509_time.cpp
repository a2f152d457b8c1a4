#include "crypto/x509_time.h"

#include <algorithm>
#include <array>

#include "crypto/der.h"

namespace tlsscope::crypto {

namespace {

int two(bytes::Bytes text, std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in(int year, int month) {
    constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar; years begin in March so that leap days come last.
std::int64_t days_from_civil(int year, int month, int day) {
    const int y = month <= 2 ? year - 1 : year;
    const int era = (y >= 0 ? y : y - 399) / 400;
    const int year_of_era = y - era * 400;
    const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return std::int64_t{era} * 146097 + day_of_era - 719468;
}

}  // namespace

std::optional<std::int64_t> time_of(std::uint8_t tag, bytes::Bytes value) {
    const std::size_t digits = tag == der::utc_time ? 12 : 14;
    if (tag != der::utc_time && tag != der::generalized_time) return std::nullopt;
    if (value.size() != digits + 1 || value.back() != 'Z') return std::nullopt;
    const auto is_digit = [](std::uint8_t c) { return c >= '0' && c <= '9'; };
    if (!std::all_of(value.begin(), value.end() - 1, is_digit)) return std::nullopt;

    int year = two(value, 0);
    if (tag == der::generalized_time) year = year * 100 + two(value, 2);
    else year += year >= 50 ? 1900 : 2000;
    const bytes::Bytes rest = value.subspan(digits - 10);
    const int month = two(rest, 0);
    const int day = two(rest, 2);
    const std::int64_t hour = two(rest, 4);
    const std::int64_t minute = two(rest, 6);
    const int second = two(rest, 8);
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

}  // namespace tlsscope::crypto
