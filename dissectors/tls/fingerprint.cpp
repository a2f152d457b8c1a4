#include "dissectors/tls/fingerprint.h"

#include <algorithm>
#include <array>
#include <vector>

#include "bytes/hex.h"
#include "crypto/digest.h"

namespace tlsscope::tls {

namespace {

template <class Codes>
void join_decimal(const Codes& codes, std::string& out) {
    bool first = true;
    for (const std::uint16_t code : codes) {
        if (is_grease(code)) continue;
        if (!first) out += '-';
        out += std::to_string(code);
        first = false;
    }
}

std::string md5_hex(const std::string& text) { return bytes::hex(crypto::md5(bytes::as_bytes(text))); }

}  // namespace

std::string ja3_text(const ClientHelloView& hello) {
    std::string text = std::to_string(hello.version) + ',';
    join_decimal(hello.ciphers, text);
    text += ',';
    join_decimal(hello.extensions.types(), text);
    text += ',';
    if (hello.supported_groups) join_decimal(*hello.supported_groups, text);
    text += ',';
    if (hello.ec_point_formats) join_decimal(*hello.ec_point_formats, text);
    return text;
}

std::string ja3s_text(const ServerHelloView& hello) {
    std::string text = std::to_string(hello.legacy_version) + ',' + std::to_string(hello.cipher) + ',';
    join_decimal(hello.extensions.types(), text);
    return text;
}

std::string ja3(const ClientHelloView& hello) { return hello.whole ? md5_hex(ja3_text(hello)) : std::string{}; }
std::string ja3s(const ServerHelloView& hello) { return hello.whole ? md5_hex(ja3s_text(hello)) : std::string{}; }

namespace {

constexpr std::string_view kNothing = "000000000000";

std::vector<std::uint16_t> without_grease(const U16List& list) {
    std::vector<std::uint16_t> out;
    out.reserve(list.size());
    for (const std::uint16_t code : list)
        if (!is_grease(code)) out.push_back(code);
    return out;
}

std::string_view ja4_version(const ClientHelloView& hello) {
    std::uint16_t highest = hello.version;
    if (hello.supported_versions) {
        const auto offered = without_grease(*hello.supported_versions);
        if (!offered.empty()) highest = *std::max_element(offered.begin(), offered.end());
    }
    switch (highest) {
        case version::kTls13: return "13";
        case version::kTls12: return "12";
        case version::kTls11: return "11";
        case version::kTls10: return "10";
        case version::kSsl3: return "s3";
        case version::kSsl2: return "s2";
        default: return "00";
    }
}

std::string two_digits(std::size_t n) {
    n = std::min<std::size_t>(n, 99);
    return {static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)};
}

bool is_alphanumeric(std::uint8_t c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// The first protocol that is not GREASE: the specification ignores GREASE "anywhere it sees" it, and RFC 8701 has such
/// names for ALPN.
std::optional<Bytes> first_protocol(const ClientHelloView& hello) {
    if (!hello.alpn) return std::nullopt;
    for (const Opaque8& p : *hello.alpn) {
        const bool grease = p.value.size() == 2 && is_grease(std::uint32_t{p.value[0]} << 8 | p.value[1]);
        if (!grease) return p.value;
    }
    return std::nullopt;
}

/// First and last character of the first protocol; of its hexadecimal form when either is not a letter or digit.
/// So says the specification (FoxIO-LLC/ja4, technical_details/JA4.md, "ALPN Extension Value"), and s2n-tls, Suricata
/// and Envoy do the same. FoxIO's own Rust and Python tools put a '9' for a byte that is not ASCII; their issue #326
/// calls this a departure. For tls-non-ascii-alpn.pcapng of the corpus that gives "99", the rule "bd".
std::string ja4_alpn(const ClientHelloView& hello) {
    const Bytes first = first_protocol(hello).value_or(Bytes{});
    if (first.empty()) return "00";
    if (is_alphanumeric(first.front()) && is_alphanumeric(first.back())) {
        return {static_cast<char>(first.front()), static_cast<char>(first.back())};
    }
    const std::string hex = bytes::hex(first);
    return {hex.front(), hex.back()};
}

void join_hex(const std::vector<std::uint16_t>& codes, std::string& out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (i != 0) out += ',';
        for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kDigits[unsigned{codes[i]} >> shift & 0xfU];
    }
}

std::string hash12(const std::string& text) { return bytes::hex(crypto::sha256(bytes::as_bytes(text))).substr(0, 12); }

std::string ja4_ciphers(std::vector<std::uint16_t> ciphers) {
    if (ciphers.empty()) return std::string{kNothing};
    std::sort(ciphers.begin(), ciphers.end());
    std::string text;
    join_hex(ciphers, text);
    return hash12(text);
}

std::string ja4_extensions(std::vector<std::uint16_t> types, const ClientHelloView& hello) {
    std::erase_if(types, [](std::uint16_t t) {
        return t == ext::server_name || t == ext::application_layer_protocol_negotiation;
    });
    if (types.empty()) return std::string{kNothing};
    std::sort(types.begin(), types.end());
    std::string text;
    join_hex(types, text);
    const auto schemes = without_grease(hello.signature_algorithms.value_or(U16List{}));
    if (!schemes.empty()) {
        text += '_';
        join_hex(schemes, text);
    }
    return hash12(text);
}

}  // namespace

std::string ja4(const ClientHelloView& hello) {
    if (!hello.whole) return {};
    auto types = hello.extensions.types();
    std::erase_if(types, [](std::uint16_t t) { return is_grease(t); });
    const auto ciphers = without_grease(hello.ciphers);
    const bool sni = std::find(types.begin(), types.end(), ext::server_name) != types.end();

    std::string out = "t";
    out += ja4_version(hello);
    out += sni ? 'd' : 'i';
    out += two_digits(ciphers.size());
    out += two_digits(types.size());
    out += ja4_alpn(hello);
    out += '_' + ja4_ciphers(ciphers);
    out += '_' + ja4_extensions(types, hello);
    return out;
}

namespace {

/// Of a list that may be absent: whether it is there, its length, its bytes.
void append_part(std::string& key, const std::optional<Bytes>& part) {
    key += part ? '+' : '-';
    if (!part) return;
    key += static_cast<char>(part->size() >> 8);
    key += static_cast<char>(part->size());
    key.append(reinterpret_cast<const char*>(part->data()), part->size());
}

void append_part(std::string& key, const std::optional<U16List>& part) {
    append_part(key, part ? std::optional{part->raw()} : std::nullopt);
}

/// All that ja3() and ja4() look at.
void append_key(std::string& key, const ClientHelloView& hello) {
    key += static_cast<char>(hello.version >> 8);
    key += static_cast<char>(hello.version);
    append_part(key, hello.ciphers.raw());
    for (const Extension& e : hello.extensions) {
        key += static_cast<char>(e.type >> 8);
        key += static_cast<char>(e.type);
    }
    append_part(key, hello.supported_groups);
    append_part(key, hello.ec_point_formats);
    append_part(key, hello.supported_versions);
    append_part(key, hello.signature_algorithms);
    append_part(key, first_protocol(hello));
}

}  // namespace

template <class Fingerprint, class Make>
const Fingerprint& FingerprintCache::recall(Known<Fingerprint>& known, Fingerprint& last, const Make& make) {
    if (const auto it = known.find(key_); it != known.end()) return it->second;
    last = make();
    if (key_.size() > kLongestKey) return last;
    if (known.size() >= kMost) known.clear();
    return known.emplace(key_, last).first->second;
}

const ClientFingerprints& FingerprintCache::of(const ClientHelloView& hello) {
    if (!hello.whole) return last_ = {};
    key_.clear();
    append_key(key_, hello);
    return recall(known_, last_, [&] { return ClientFingerprints{ja3(hello), ja4(hello)}; });
}

const std::string& FingerprintCache::of(const ServerHelloView& hello) {
    if (!hello.whole) return last_ja3s_ = {};
    key_ = ja3s_text(hello);
    return recall(known_ja3s_, last_ja3s_, [&] { return md5_hex(key_); });
}

}  // namespace tlsscope::tls
