#include "report/escape.h"

#include <algorithm>
#include <cstdint>

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

bool starts_formula(std::string_view cell) {
    if (cell.empty() || (cell.front() >= '0' && cell.front() <= 'z')) {
        const char first = cell.empty() ? '0' : cell.front();
        return first == '=' || first == '@';
    }
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
    std::uint8_t quotes = 0;  // no early exit and bytes only: becomes vector instructions
    for (const char c : cell) {
        const auto b = static_cast<std::uint8_t>(c);
        quotes = static_cast<std::uint8_t>(quotes | (b == ',') | (b == '"') | (b == ';') | (b == '\''));
    }
    return quotes != 0;
}

/// Characters a JSON string takes as they are.
bool is_plain_json(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
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

void append_csv_text(std::string& out, std::string_view raw) {
    if (is_plain_ascii(raw)) append_csv_cell(out, raw);
    else append_csv_cell(out, visible(raw));
}

void append_csv_cell(std::string& out, std::string_view visible_text) {
    const bool formula = starts_formula(visible_text);
    if (!formula && !needs_quotes(visible_text)) {
        out += visible_text;
        return;
    }
    out += '"';
    if (formula) out += '\'';
    for (std::size_t quote; (quote = visible_text.find('"')) != std::string_view::npos;) {
        out.append(visible_text.substr(0, quote)).append("\"\"");
        visible_text.remove_prefix(quote + 1);
    }
    out.append(visible_text).append("\"");
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
