#include "crypto/x509_name.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bytes/hex.h"
#include "crypto/der.h"
#include "crypto/oid.h"

namespace tlsscope::crypto {

using bytes::Bytes;
using bytes::Reader;

namespace {

constexpr std::uint32_t kReplacement = 0xfffd;

void append_utf8(std::uint32_t c, std::string& out) {
    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = kReplacement;
    const auto put = [&out](std::uint32_t b) { out += static_cast<char>(static_cast<unsigned char>(b)); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xc0 | c >> 6);
    } else {
        if (c < 0x10000) {
            put(0xe0 | c >> 12);
        } else {
            put(0xf0 | c >> 18);
            put(0x80 | (c >> 12 & 0x3f));
        }
        put(0x80 | (c >> 6 & 0x3f));
    }
    put(0x80 | (c & 0x3f));
}

std::string from_latin1(Bytes value) {
    std::string out;
    for (const std::uint8_t b : value) append_utf8(b, out);
    return out;
}

std::string from_utf16(Bytes value) {
    std::string out;
    Reader in{value};
    while (in.more()) {
        std::uint32_t c = in.u16();
        const Bytes next = in.peek();
        if (c >= 0xd800 && c < 0xdc00 && next.size() >= 2 && next[0] >= 0xdc && next[0] <= 0xdf) {
            c = 0x10000 + ((c & 0x3ff) << 10) + (in.u16() & 0x3ffU);
        }
        if (in.ok()) append_utf8(c, out);
    }
    return out;
}

std::string from_utf32(Bytes value) {
    std::string out;
    for (Reader in{value}; in.more();) {
        const std::uint32_t c = in.u32();
        if (in.ok()) append_utf8(c, out);
    }
    return out;
}

/// RFC 4514 section 2.4, but for NUL and the like, which stay for the reporters to escape.
std::string escaped(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        const bool special = std::string_view{",+\"\\<>;"}.find(c) != std::string_view::npos;
        const bool edge = (c == ' ' && (i == 0 || i + 1 == value.size())) || (c == '#' && i == 0);
        if (special || edge) out += '\\';
        out += c;
    }
    return out;
}

bool is_text(std::uint8_t tag) {
    switch (tag) {
        case der::utf8_string:
        case der::printable_string:
        case der::ia5_string:
        case der::numeric_string:
        case der::visible_string:
        case der::t61_string:
        case der::bmp_string:
        case der::universal_string: return true;
        default: return false;
    }
}

/// AttributeTypeAndValue ::= SEQUENCE { type, value }. False when it is not one.
bool append_attribute(Reader& rdn, std::size_t max_text, NameText& name, bool& common_name_found) {
    Reader pair{read_value(rdn, der::sequence)};
    const std::string oid = oid_text(read_value(pair, der::oid));
    const Tlv value = read_tlv(pair);
    if (!rdn.ok() || !pair.ok() || pair.more()) return false;
    const std::string_view known = attribute_name(oid);
    const std::string text = string_text(value.tag, value.value, max_text);
    name.line += known.empty() ? std::string_view{oid} : known;
    name.line += '=';
    if (known.empty()) name.line += '#' + bytes::hex(value.whole.first(std::min(value.whole.size(), max_text)));
    else name.line += is_text(value.tag) ? escaped(text) : text;
    if (known == "CN" && !common_name_found) {
        name.common_name = text;
        common_name_found = true;
    }
    return true;
}

}  // namespace

std::string string_text(std::uint8_t tag, Bytes value, std::size_t max_text) {
    const Bytes kept = value.first(std::min(value.size(), max_text));
    switch (tag) {
        case der::utf8_string:
        case der::printable_string:
        case der::ia5_string:
        case der::numeric_string:
        case der::visible_string: return std::string{bytes::as_text(kept)};
        case der::t61_string: return from_latin1(kept);
        case der::bmp_string: return from_utf16(kept);
        case der::universal_string: return from_utf32(kept);
        default: return '#' + bytes::hex(kept);
    }
}

NameText name_text(Bytes rdns, std::size_t max_text) {
    NameText name;
    std::vector<Bytes> sets;
    Reader in{rdns};
    while (in.more()) sets.push_back(read_value(in, der::set));
    if (!in.ok()) return name;

    bool common_name_found = false;
    std::reverse(sets.begin(), sets.end());
    for (const Bytes set : sets) {
        if (!name.line.empty()) name.line += ',';
        Reader rdn{set};
        if (!rdn.more()) return name;
        for (bool first = true; rdn.more() && name.line.size() <= max_text; first = false) {
            if (!first) name.line += '+';
            if (!append_attribute(rdn, max_text, name, common_name_found)) return name;
        }
        name.cut = name.line.size() > max_text;
        if (name.cut) break;
    }
    if (name.cut) name.line.resize(max_text);
    name.ok = true;
    return name;
}

}  // namespace tlsscope::crypto
