#include "report/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "report/utf8.h"

namespace tlsscope::report {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::size_t kMaxCombining = 4;  // real text stacks three at most; more of them paint over other lines

void append_hex(std::string& out, char32_t value, int digits) {
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kHexDigits[value >> shift & 0xfU];
}

void append_visible_escape(std::string& out, char32_t code) {
    if (code < 0x100) {
        out += "\\x";
        append_hex(out, code, 2);
        return;
    }
    out += "\\u{";
    append_hex(out, code, code < 0x1000 ? 3 : code < 0x10000 ? 4 : code < 0x100000 ? 5 : 6);
    out += '}';
}

void append_json_unit(std::string& out, char32_t unit) {
    out += "\\u";
    append_hex(out, unit, 4);
}

void append_json_escape(std::string& out, char32_t code) {
    if (code < 0x10000) return append_json_unit(out, code);
    append_json_unit(out, 0xd800 + ((code - 0x10000) >> 10));
    append_json_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ffU));
}

/// Quotation marks before it do not count: where a cell is not split as we mean it, they are taken away.
bool starts_formula(std::string_view cell) {
    cell.remove_prefix(std::min(cell.find_first_not_of('"'), cell.size()));
    if (cell.empty()) return false;
    switch (decode(cell, 0).code) {
        case '=':
        case '+':
        case '-':
        case '@':
        case '\t':
        case '\r':
        case U'\uff1d':
        case U'\uff0b':
        case U'\uff0d':
        case U'\uff20': return true;
        default: return false;
    }
}

bool needs_quotes(std::string_view cell) {
    if (cell.empty() || cell.front() == ' ' || cell.back() == ' ') return true;
    return cell.find_first_of(",\";'") != std::string_view::npos;
}

// Bytes that a CSV cell cannot take as they are. Also for all lanes of a vector at once.
template <class Bytes>
constexpr auto odd_in_csv(Bytes b) {
    return (b < 0x20) | (b >= 0x7f) | (b == ',') | (b == '"') | (b == ';') | (b == '\'');
}

constexpr std::array<std::uint8_t, 256> make_odd_table() {
    std::array<std::uint8_t, 256> table{};
    for (unsigned b = 0; b < 256; ++b) table[b] = odd_in_csv(b) != 0 ? 1 : 0;
    return table;
}

constexpr std::array<std::uint8_t, 256> kOddInCsv = make_odd_table();

constexpr std::size_t kBlock = 16;
// SSE2, NEON or several registers: gcc's and clang's business.
using Block [[gnu::vector_size(kBlock)]] = std::uint8_t;

bool odd_block(const char* at) {
    Block block;
    std::memcpy(&block, at, sizeof block);
    const auto odd = odd_in_csv(block);
    std::array<std::uint64_t, kBlock / sizeof(std::uint64_t)> halves{};
    std::memcpy(halves.data(), &odd, sizeof odd);
    return (halves[0] | halves[1]) != 0;
}

bool any_odd_in_csv(std::string_view s) {
    if (s.size() < kBlock)
        return std::any_of(s.begin(), s.end(), [](char c) { return kOddInCsv[static_cast<std::uint8_t>(c)] != 0; });
    bool odd = odd_block(s.data() + s.size() - kBlock);
    for (std::size_t at = 0; at + kBlock < s.size(); at += kBlock) odd |= odd_block(s.data() + at);
    return odd;
}

/// Characters a JSON string takes as they are.
bool is_plain_json(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

/// What stands between two semicolons of a quoted cell.
void append_csv_part(std::string& out, std::string_view part) {
    if (starts_formula(part)) out += '\'';
    for (const char c : part) {
        if (c == '"') out += '"';
        out += c;
    }
}

std::string_view html_entity(char c) {
    switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&quot;";
        case '\'': return "&#39;";
        default: return {};
    }
}

}  // namespace

void append_visible(std::string& out, std::string_view raw) {
    if (is_plain_ascii(raw)) {
        out += raw;
        return;
    }
    std::size_t combining = 0;
    for (std::size_t at = 0; at < raw.size();) {
        const CodePoint c = decode(raw, at);
        combining = c.valid && width_of(c.code) == 0 ? combining + 1 : 0;
        if (!c.valid || is_hidden(c.code) || combining > kMaxCombining) append_visible_escape(out, c.code);
        else out += raw.substr(at, c.length);
        at += c.length;
    }
}

std::string visible(std::string_view raw) {
    std::string out;
    append_visible(out, raw);
    return out;
}

std::string ascii(std::string_view visible_text) {
    std::string out;
    for (std::size_t at = 0; at < visible_text.size();) {
        const CodePoint c = decode(visible_text, at);
        if (c.valid && c.code < 0x80) out += visible_text[at];
        else append_visible_escape(out, c.code);
        at += c.length;
    }
    return out;
}

bool is_bare_csv(std::string_view raw) {
    if (raw.empty() || raw.back() == ' ') return false;
    const char first = raw.front();
    if (first < '.' || first == '=' || first == '@') return false;  // a space or a sign
    return !any_odd_in_csv(raw);
}

void append_csv_text(std::string& out, std::string_view raw) {
    if (is_bare_csv(raw)) out += raw;
    else append_csv_cell(out, visible(raw));
}

void append_csv_cell(std::string& out, std::string_view visible_text) {
    if (!starts_formula(visible_text) && !needs_quotes(visible_text)) {
        out += visible_text;
        return;
    }
    out += '"';
    for (std::size_t end = 0; (end = visible_text.find(';')) != std::string_view::npos;) {
        append_csv_part(out, visible_text.substr(0, end + 1));
        visible_text.remove_prefix(end + 1);
    }
    append_csv_part(out, visible_text);
    out += '"';
}

void append_json_string(std::string& out, std::string_view raw) {
    if (is_plain_json(raw)) {
        out.append("\"").append(raw).append("\"");
        return;
    }
    out += '"';
    for (std::size_t at = 0; at < raw.size();) {
        const CodePoint c = decode(raw, at);
        if (!c.valid) {
            out += '\\';
            append_visible_escape(out, c.code);
        } else if (c.code == '"' || c.code == '\\') {
            out += '\\';
            out += raw[at];
        } else if (is_hidden(c.code)) {
            append_json_escape(out, c.code);
        } else {
            out += raw.substr(at, c.length);
        }
        at += c.length;
    }
    out += '"';
}

void append_html(std::string& out, std::string_view raw) {
    for (const char c : visible(raw)) {
        const std::string_view entity = html_entity(c);
        if (entity.empty()) out += c;
        else out += entity;
    }
}

std::string shell_word(std::string_view raw) {
    constexpr std::string_view kSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+,-";
    if (!raw.empty() && raw.find_first_not_of(kSafe) == std::string_view::npos) return std::string{raw};
    std::string out = "'";
    for (const char c : raw) {
        if (c == '\'') out += "'\\''";
        else out += c;
    }
    return out + "'";
}

}  // namespace tlsscope::report
