// Letters of ASCII without their case: what a filter compares.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace tlsscope::live_view {

inline std::string lower(std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

}  // namespace tlsscope::live_view
