// The registries as sorted tables; filled by names_generated.cpp, read by names.cpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace tlsscope::tls::tables {

struct CodeName {
    std::uint32_t code;
    std::string_view name;
    friend constexpr bool operator<(const CodeName& a, const CodeName& b) { return a.code < b.code; }
};

struct TextName {
    std::string_view text;
    std::string_view name;
    friend constexpr bool operator<(const TextName& a, const TextName& b) { return a.text < b.text; }
};

// Static; sorted by code, every code once.
std::span<const CodeName> cipher_suites();
std::span<const CodeName> supported_groups();
std::span<const CodeName> extension_types();
std::span<const CodeName> signature_schemes();
std::span<const CodeName> hash_algorithms();
std::span<const CodeName> signature_algorithms();
std::span<const CodeName> alerts();
std::span<const CodeName> content_types();
std::span<const CodeName> handshake_types();
std::span<const CodeName> ec_point_formats();
std::span<const CodeName> client_certificate_types();
std::span<const CodeName> compression_methods();
std::span<const CodeName> psk_modes();
std::span<const CodeName> certificate_compressions();
/// ALPN identifiers, sorted by their bytes.
std::span<const TextName> alpn();

/// The name of a code; empty when the table has none.
inline std::string_view find(std::span<const CodeName> table, std::uint32_t code) {
    const auto it = std::lower_bound(table.begin(), table.end(), CodeName{code, {}});
    return it != table.end() && it->code == code ? it->name : std::string_view{};
}

}  // namespace tlsscope::tls::tables
