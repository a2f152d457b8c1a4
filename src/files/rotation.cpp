#include "files/rotation.h"

#include <array>
#include <charconv>
#include <ctime>
#include <limits>

#include "files/descriptor.h"

namespace tlsscope::files {

namespace {

constexpr std::size_t kLongestName = 255;  // NAME_MAX of every common file system

/// Digits of the greatest number of a ring, as tcpdump counts them: none for a ring of one.
std::size_t digits_of(std::uint32_t files) {
    std::size_t out = 0;
    for (std::uint32_t rest = files == 0 ? 0 : files - 1; rest != 0; rest /= 10) ++out;
    return out;
}

std::optional<std::uint64_t> unit(std::string_view suffix) {
    if (suffix.empty()) return 1'000'000;
    if (suffix == "k" || suffix == "K") return std::uint64_t{1} << 10;
    if (suffix == "m" || suffix == "M") return std::uint64_t{1} << 20;
    if (suffix == "g" || suffix == "G") return std::uint64_t{1} << 30;
    return {};
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text, std::string& error) {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto scale = unit(text.substr(static_cast<std::size_t>(end - text.data())));
    if (fault == std::errc{} && number != 0 && scale && number <= std::numeric_limits<std::int64_t>::max() / *scale)
        return number * *scale;
    error = "'" + std::string{text} + "' is no file size: give millions of bytes, or a number with k, M or G";
    return {};
}

std::optional<std::uint32_t> parse_count(std::string_view text, std::string& error) {
    std::uint32_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault == std::errc{} && end == text.data() + text.size() && number != 0) return number;
    error = "'" + std::string{text} + "' is not a whole number from 1 to 4294967295";
    return {};
}

SeriesNames::SeriesNames(const std::string& path, const Rotation& rotation)
    : folder_{folder_of(path)},
      pattern_{name_of(path)},
      rotation_{rotation},
      digits_{rotation.bytes == 0 ? 0 : digits_of(rotation.files)} {}

std::string SeriesNames::problem(Nanos now) const {
    if (pattern_.empty()) return "a file name is missing";
    if (rotation_.files != 0 && !rotation_.any()) return "-W needs -G or -C";
    if (rotation_.seconds != 0 && folder_.find('%') != std::string::npos)
        return "the folder " + folder_ + " cannot change with the time: only the file's own name may have a %";
    const std::string name = at(now);
    if (name.empty() || name.size() > kLongestName - 20) return "the file name " + pattern_ + " is empty or too long";
    if (name.find('/') != std::string::npos)
        return "the file name " + pattern_ + " becomes " + name + ": a name must not have a slash";
    return {};
}

std::string SeriesNames::first(Nanos now) {
    base_ = at(now);
    number_ = 0;
    return numbered();
}

std::string SeriesNames::next_period(Nanos now) {
    const std::string base = at(now);
    if (base == base_) return next_number();
    base_ = base;
    number_ = 0;
    return numbered();
}

std::string SeriesNames::next_number() {
    ++number_;
    const bool ring = rotation_.bytes != 0 && rotation_.files != 0;
    if (ring && number_ >= rotation_.files) number_ = 0;
    return numbered();
}

std::string SeriesNames::at(Nanos now) const {
    if (rotation_.seconds == 0) return pattern_;
    const std::time_t seconds = now / kSecond;
    std::tm local{};
    std::array<char, 2 * kLongestName> out{};
    if (::localtime_r(&seconds, &local) == nullptr) return {};
    return {out.data(), std::strftime(out.data(), out.size(), pattern_.c_str(), &local)};
}

std::string SeriesNames::numbered() const {
    if (number_ == 0 && digits_ == 0) return base_;
    std::string number = std::to_string(number_);
    if (number.size() < digits_) number.insert(0, digits_ - number.size(), '0');
    return base_ + number;
}

}  // namespace tlsscope::files
