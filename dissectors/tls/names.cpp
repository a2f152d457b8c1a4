#include "dissectors/tls/names.h"

#include <algorithm>
#include <array>

#include "bytes/hex.h"
#include "dissectors/tls/names_tables.h"

namespace tlsscope::tls {

namespace {

using tables::CodeName;
using tables::find;
using tables::TextName;

void append_hex(std::uint32_t code, std::string& out) {
    if (code <= 0xffff) {
        out += bytes::hex_code(static_cast<std::uint16_t>(code));
        return;
    }
    const std::array<std::uint8_t, 3> three{static_cast<std::uint8_t>(code >> 16), static_cast<std::uint8_t>(code >> 8),
                                            static_cast<std::uint8_t>(code)};
    out += "0x" + bytes::hex(three);
}

void append(std::span<const CodeName> table, std::uint32_t code, std::string& out) {
    if (const std::string_view name = find(table, code); !name.empty()) out += name;
    else append_hex(code, out);
}

/// For the registries in which RFC 8701 has reserved code points.
void append_or_grease(std::span<const CodeName> table, std::uint32_t code, std::string& out) {
    if (!is_grease(code)) return append(table, code, out);
    out += "GREASE (";
    append_hex(code, out);
    out += ')';
}

}  // namespace

void cipher_name(std::uint32_t code, std::string& out) { append_or_grease(tables::cipher_suites(), code, out); }
void group_name(std::uint32_t code, std::string& out) { append_or_grease(tables::supported_groups(), code, out); }
void extension_name(std::uint32_t code, std::string& out) { append_or_grease(tables::extension_types(), code, out); }
void alert_name(std::uint32_t code, std::string& out) { append(tables::alerts(), code, out); }
void content_type_name(std::uint32_t code, std::string& out) { append(tables::content_types(), code, out); }
void handshake_type_name(std::uint32_t code, std::string& out) { append(tables::handshake_types(), code, out); }
void compression_name(std::uint32_t code, std::string& out) { append(tables::compression_methods(), code, out); }
void ec_point_format_name(std::uint32_t code, std::string& out) { append(tables::ec_point_formats(), code, out); }
void psk_mode_name(std::uint32_t code, std::string& out) { append(tables::psk_modes(), code, out); }
void client_certificate_type_name(std::uint32_t code, std::string& out) {
    append(tables::client_certificate_types(), code, out);
}
void certificate_compression_name(std::uint32_t code, std::string& out) {
    append(tables::certificate_compressions(), code, out);
}

void signature_scheme_name(std::uint32_t code, std::string& out) {  // RFC 5246 section 7.4.1.4.1 for the pairs
    const std::string_view hash = find(tables::hash_algorithms(), code >> 8);
    const std::string_view signature = find(tables::signature_algorithms(), code & 0xff);
    const bool named = !find(tables::signature_schemes(), code).empty();
    if (named || is_grease(code) || code > 0xffff || hash.empty() || signature.empty()) {
        append_or_grease(tables::signature_schemes(), code, out);
        return;
    }
    out += hash;
    out += '+';
    out += signature;
}

void version_name(std::uint32_t code, std::string& out) {
    switch (code) {
        case version::kSsl2: out += "SSL 2.0"; return;
        case version::kSsl3: out += "SSL 3.0"; return;
        case version::kTls10: out += "TLS 1.0"; return;
        case version::kTls11: out += "TLS 1.1"; return;
        case version::kTls12: out += "TLS 1.2"; return;
        case version::kTls13: out += "TLS 1.3"; return;
        case 0xfeff: out += "DTLS 1.0"; return;
        case 0xfefd: out += "DTLS 1.2"; return;
        case 0xfefc: out += "DTLS 1.3"; return;
        default: break;
    }
    if (is_grease(code)) return append_or_grease({}, code, out);
    if (code >> 8 == 0x7f) out += "TLS 1.3 draft " + std::to_string(code & 0xff);
    else if (code >> 8 == 0xfb) out += "TLS 1.3 Facebook draft " + std::to_string(code & 0xff);
    else if (code >> 8 == 0x7e) out += "TLS 1.3 experiment " + std::to_string(code & 0xff);
    else append_hex(code, out);
}

std::string name_of(void (*append)(std::uint32_t, std::string&), std::uint32_t code) {
    std::string out;
    append(code, out);
    return out;
}

std::string_view alpn_meaning(std::string_view protocol) {
    const std::span<const TextName> table = tables::alpn();
    const auto it = std::lower_bound(table.begin(), table.end(), TextName{protocol, {}});
    return it != table.end() && it->text == protocol ? it->name : std::string_view{};
}

bool is_known_cipher(std::uint16_t cipher) {
    const std::string_view name = find(tables::cipher_suites(), cipher);
    return !name.empty() && !name.ends_with("_SCSV");
}

}  // namespace tlsscope::tls
