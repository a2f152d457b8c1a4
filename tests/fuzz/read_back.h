// Reads back what the reporters wrote, with code of its own: nothing here comes from src/report, so that a mistake
// there is not made twice.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tlsscope::fuzz {

/// What a reader sees of text: code points, and bytes that are none (RFC 3629).
struct Sign {
    char32_t code = 0;
    bool byte = false;
    friend bool operator==(const Sign&, const Sign&) = default;
};
std::vector<Sign> signs(std::string_view raw);

/// The code of each sign of visible text, where \x1b and \u{202e} stand for what they say. Backslashes that begin no
/// such escape are themselves.
std::u32string unescaped(std::string_view visible);
/// The same of the text before.
std::u32string codes(std::string_view raw);

/// Something in it that a terminal obeys, or that nobody sees; invalid UTF-8, too.
bool is_dangerous(std::string_view text);

/// What a JSON parser must give for it: the text, and \xNN for each byte that is none.
std::string json_value(std::string_view raw);

/// Cells of a line without its end, RFC 4180. False when it is not one.
bool read_csv(std::string_view line, std::vector<std::string>& cells);
/// The cell that a spreadsheet must be given for visible text: ' before each formula, also after semicolons.
std::string guarded(std::string_view visible);

/// & < > " ' from their entities. False when there is one outside of an entity, or another entity.
bool read_html(std::string_view html, std::string& text);

}  // namespace tlsscope::fuzz
