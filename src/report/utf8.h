// UTF-8 as a terminal sees it: which code point, how many columns, and whether it can be seen at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tlsscope::report {

/// One step through text that may be anything. An invalid sequence is one byte long and `code` is that byte.
struct CodePoint {
    char32_t code = 0;
    std::size_t length = 1;
    bool valid = true;
};

/// The code point at `at` < text.size(); RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
CodePoint decode(std::string_view text, std::size_t at);

/// Terminal columns a printable code point takes: 0 for combining marks, 2 for CJK and emoji, else 1.
std::size_t width_of(char32_t code);

/// Terminal columns of valid text; control and invisible characters should have been escaped before.
std::size_t display_width(std::string_view text);

/// Characters that show nothing, or make a terminal show something else: C0, DEL, C1, bidi controls, zero-width and
/// other invisible ones, line separators, noncharacters.
bool is_hidden(char32_t code);

/// True when every byte is printable ASCII: nothing to decode, nothing to escape for a terminal.
bool is_plain_ascii(std::string_view text);

}  // namespace tlsscope::report
