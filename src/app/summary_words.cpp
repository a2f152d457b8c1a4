#include "app/summary_words.h"

#include <string_view>

namespace tlsscope::app {

namespace {

using report::inventory::read_views;

constexpr std::string_view kOption = "--summary";
constexpr std::string_view kWithValue = "--summary=";

/// "tls,ciphers" is meant as a list; "capture.pcap" and even "capture,1.pcap" are not.
bool is_meant_as_list(std::string_view word) {
    const std::size_t comma = word.find(',');
    return comma != std::string_view::npos && !read_views(word.substr(0, comma)).empty();
}

}  // namespace

bool take_views(std::vector<std::string>& words, std::vector<report::inventory::What>& views, std::string& error) {
    for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
        std::string list;
        if (words[i].starts_with(kWithValue)) {
            list = words[i].substr(kWithValue.size());
            words[i] = kOption;
        } else if (words[i] == kOption && i + 1 < words.size() &&
                   (!read_views(words[i + 1]).empty() || is_meant_as_list(words[i + 1]))) {
            list = words[i + 1];
            words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        } else {
            continue;
        }
        views = read_views(list);
        if (!views.empty()) continue;
        error = "--summary takes a list of " + report::inventory::view_names() + ", not '" + list + "'";
        return false;
    }
    return true;
}

}  // namespace tlsscope::app
