// What the keys do: those of top, htop and less.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "live_view/model.h"

namespace tlsscope::live_view {

struct Key {
    enum class Kind : std::uint8_t {
        character,
        up,
        down,
        page_up,
        page_down,
        home,
        end,
        enter,
        escape,
        backspace,
    };
    Kind kind = Kind::character;
    char32_t code = 0;  ///< of a character; Ctrl-U is U+0015

    static constexpr Key of(char32_t c) { return {Kind::character, c}; }
    friend bool operator==(const Key&, const Key&) = default;
};

/// Changes what is shown; `model.quit` once the reader wants to end. Keys without a meaning do nothing.
void press(Model& model, Key key);

struct KeyHelp {
    std::string_view keys;
    std::string_view meaning;
};
/// For the help page.
inline constexpr std::array kKeyHelp = std::to_array<KeyHelp>({
    {"Up Down k j", "select a connection; in a ladder: scroll"},
    {"PgUp PgDn", "by a page (also Ctrl-B, Ctrl-F)"},
    {"Home g", "to the first line, and follow what comes"},
    {"End G", "to the last line"},
    {"Enter", "the ladder of the selected connection, step by step"},
    {"Esc Backspace", "close the ladder; in the list: select nothing"},
    {"s", "sort: newest, slowest TLS, slowest connect"},
    {"/", "filter by name, address, outcome, version or cipher"},
    {"c", "clear the filter"},
    {"p Space", "pause the list; capture and numbers go on"},
    {"?", "this help"},
    {"q", "quit, with the summary"},
});

}  // namespace tlsscope::live_view
