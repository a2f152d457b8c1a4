#include "read_back.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace tlsscope::fuzz {

namespace {

/// Bytes of the sequence at `at`, 0 when it is none.
std::size_t sequence(std::string_view raw, std::size_t at, char32_t& code) {
    struct Form {
        unsigned mask, lead, least;
    };
    constexpr std::array<Form, 4> kForms = {
        {{0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}}};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<std::uint8_t>(raw[i])); };
    for (std::size_t more = 0; more < kForms.size(); ++more) {
        const Form& form = kForms[more];
        if ((byte(at) & form.mask) != form.lead) continue;
        if (at + more >= raw.size()) return 0;
        code = byte(at) & ~form.mask;
        for (std::size_t i = 1; i <= more; ++i) {
            if ((byte(at + i) & 0xc0) != 0x80) return 0;
            code = code << 6 | (byte(at + i) & 0x3f);
        }
        const bool surrogate = code >= 0xd800 && code <= 0xdfff;
        return code < form.least || code > 0x10ffff || surrogate ? 0 : more + 1;
    }
    return 0;
}

int digit(char32_t c) {
    if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
    return c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a' + 10) : -1;
}

/// The escape at `at`: how many signs of it, 0 when there is none.
std::size_t escape(const std::u32string& text, std::size_t at, char32_t& code) {
    const auto sign = [&](std::size_t i) { return i < text.size() ? text[i] : U'\0'; };
    code = 0;
    if (sign(at) != '\\') return 0;
    if (sign(at + 1) == 'x' && digit(sign(at + 2)) >= 0 && digit(sign(at + 3)) >= 0) {
        code = static_cast<char32_t>(digit(sign(at + 2)) * 16 + digit(sign(at + 3)));
        return 4;
    }
    if (sign(at + 1) != 'u' || sign(at + 2) != '{') return 0;
    std::size_t i = at + 3;
    for (; i < at + 9 && digit(sign(i)) >= 0; ++i) code = code * 16 + static_cast<char32_t>(digit(sign(i)));
    return i > at + 3 && sign(i) == '}' ? i + 1 - at : 0;
}

bool is_hidden(char32_t c) {
    constexpr std::array<std::pair<char32_t, char32_t>, 12> kHidden = {{{0, 0x1f},
                                                                        {0x7f, 0x9f},
                                                                        {0xad, 0xad},
                                                                        {0x61c, 0x61c},
                                                                        {0x180e, 0x180e},
                                                                        {0x200b, 0x200f},
                                                                        {0x2028, 0x202e},
                                                                        {0x2060, 0x2069},
                                                                        {0xfeff, 0xfeff},
                                                                        {0xfff9, 0xfffb},
                                                                        {0xfffe, 0xffff},
                                                                        {0xe0000, 0xe007f}}};
    for (const auto& [first, last] : kHidden)
        if (c >= first && c <= last) return true;
    return false;
}

bool begins_formula(std::string_view part) {
    while (part.starts_with('"')) part.remove_prefix(1);
    for (const std::string_view sign :
         {"=", "+", "-", "@", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"})
        if (part.starts_with(sign)) return true;
    return false;
}

}  // namespace

std::vector<Sign> signs(std::string_view raw) {
    std::vector<Sign> out;
    for (std::size_t at = 0; at < raw.size();) {
        Sign sign;
        const std::size_t length = sequence(raw, at, sign.code);
        if (length == 0) sign = {static_cast<std::uint8_t>(raw[at]), true};
        out.push_back(sign);
        at += length == 0 ? 1 : length;
    }
    return out;
}

std::u32string codes(std::string_view raw) {
    std::u32string out;
    for (const Sign& s : signs(raw)) out += s.code;
    return out;
}

std::u32string unescaped(std::string_view visible) {
    const std::u32string text = codes(visible);
    std::u32string out;
    for (std::size_t at = 0; at < text.size();) {
        char32_t code = 0;
        const std::size_t length = escape(text, at, code);
        out += length == 0 ? text[at] : code;
        at += length == 0 ? 1 : length;
    }
    return out;
}

bool is_dangerous(std::string_view text) {
    for (const Sign& s : signs(text))
        if (s.byte || is_hidden(s.code)) return true;
    return false;
}

std::string json_value(std::string_view raw) {
    std::string out;
    std::size_t at = 0;
    for (const Sign& s : signs(raw)) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        if (s.byte) {
            out.append("\\x").append(1, kDigits[s.code >> 4]).append(1, kDigits[s.code & 15]);
            ++at;
            continue;
        }
        const std::size_t length = s.code < 0x80 ? 1 : s.code < 0x800 ? 2 : s.code < 0x10000 ? 3 : 4;
        out += raw.substr(at, length);
        at += length;
    }
    return out;
}

bool read_csv(std::string_view line, std::vector<std::string>& cells) {
    cells.assign(1, {});
    for (std::size_t at = 0; at < line.size();) {
        if (line[at] == '"') {
            for (++at;; ++at) {
                if (at >= line.size()) return false;
                if (line[at] == '"' && (++at == line.size() || line[at] != '"')) break;
                cells.back() += line[at];
            }
        } else {
            for (; at < line.size() && line[at] != ','; ++at) {
                if (line[at] == '"' || line[at] == '\n' || line[at] == '\r') return false;
                cells.back() += line[at];
            }
        }
        if (at == line.size()) return true;
        if (line[at] != ',') return false;
        ++at;
        cells.emplace_back();
    }
    return true;
}

std::string guarded(std::string_view visible) {
    std::string out;
    for (std::size_t at = 0; at <= visible.size();) {
        const std::size_t end = std::min(visible.find(';', at), visible.size());
        const std::string_view part = visible.substr(at, end - at);
        if (begins_formula(part)) out += '\'';
        out += part;
        if (end < visible.size()) out += ';';
        at = end + 1;
    }
    return out;
}

bool read_html(std::string_view html, std::string& text) {
    constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
        {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}}};
    text.clear();
    while (!html.empty()) {
        const char c = html.front();
        if (c == '<' || c == '>' || c == '"' || c == '\'') return false;
        std::size_t length = 1;
        char meant = c;
        if (c == '&') length = 0;
        for (const auto& [entity, sign] : kEntities) {
            if (!html.starts_with(entity)) continue;
            length = entity.size();
            meant = sign;
        }
        if (length == 0) return false;
        text += meant;
        html.remove_prefix(length);
    }
    return true;
}

}  // namespace tlsscope::fuzz
