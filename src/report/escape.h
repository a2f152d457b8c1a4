// The one place where untrusted text is made safe for where it goes. Rows hold the bytes of the wire as they were;
// each reporter escapes once, with a function of this file, on the way out.
#pragma once

#include <string>
#include <string_view>

namespace tlsscope::report {

/// For terminals and plain text, always, terminal or not. Hidden characters (is_hidden) and invalid UTF-8 become
/// visible: bytes and code points below U+0100 as \xNN, others as \u{202e}; so do combining marks from the fifth in a
/// row on. The result is valid UTF-8 on one line. A backslash stays as it is: distinguished names are full of them.
void append_visible(std::string& out, std::string_view raw);
std::string visible(std::string_view raw);

/// Text already visible for a terminal that has no UTF-8, where a byte from 0x80 to 0x9f is a control character: what
/// is beyond ASCII as append_visible writes what is hidden.
std::string ascii(std::string_view visible_text);

/// Nothing to make visible, no formula, no quotes: a CSV cell as it is. True of most cells by far.
bool is_bare_csv(std::string_view raw);

/// Text from the wire as a CSV cell: append_visible, then append_csv_cell.
void append_csv_text(std::string& out, std::string_view raw);

/// Text already visible as a CSV cell: a ' where a spreadsheet would see a formula (= + - @, also full-width), then
/// RFC 4180 quoting. Half of Europe's spreadsheets split at semicolons and not at commas, and quotes within a cell do
/// not keep them from it: so a semicolon counts as the beginning of a cell, with quotation marks after it or without.
void append_csv_cell(std::string& out, std::string_view visible_text);

/// With its quotation marks, RFC 8259. Always valid UTF-8: an invalid byte becomes the text \xNN. Hidden characters
/// are written as \uNNNN, so that the file is safe to look at and the value is kept exactly.
void append_json_string(std::string& out, std::string_view raw);

/// For element content and quoted attributes: append_visible, and & < > " ' as entities.
void append_html(std::string& out, std::string_view raw);

/// A word for a POSIX shell: quoted where needed.
std::string shell_word(std::string_view raw);

}  // namespace tlsscope::report
