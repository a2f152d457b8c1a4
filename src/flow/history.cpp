#include "flow/history.h"

#include <cctype>
#include <string_view>
#include <utility>

namespace tlsscope::flow {

namespace {

constexpr std::string_view kRepeated = "cgtw";
constexpr std::string_view kOnce = "shadfriq";

bool power_of_ten(std::uint32_t n) {
    while (n > 1 && n % 10 == 0) n /= 10;
    return n == 1;
}

}  // namespace

void History::note(char letter, record::Side side) {
    const std::size_t s = record::index(side);
    if (const auto r = kRepeated.find(letter); r != std::string_view::npos) {
        if (!power_of_ten(++repeated_[s][r])) return;
    } else {
        const auto bit = static_cast<std::uint16_t>(1U << kOnce.find(letter));
        if ((seen_[s] & bit) != 0) return;
        seen_[s] = static_cast<std::uint16_t>(seen_[s] | bit);
    }
    text_ +=
        side == record::Side::client ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
}

void History::swap_sides() {
    std::swap(repeated_[0], repeated_[1]);
    std::swap(seen_[0], seen_[1]);
    for (char& c : text_) {
        const auto u = static_cast<unsigned char>(c);
        c = static_cast<char>(std::islower(u) != 0 ? std::toupper(u) : std::tolower(u));
    }
}

}  // namespace tlsscope::flow
