// Variable-length integers for the packed columns, and zigzag, which makes small negative numbers small.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tlsscope::report::html {

constexpr std::uint64_t zigzag(std::int64_t v) {
    return (static_cast<std::uint64_t>(v) << 1) ^ (v < 0 ? ~std::uint64_t{0} : 0);
}

constexpr std::int64_t unzigzag(std::uint64_t u) {
    return static_cast<std::int64_t>(u >> 1) ^ -static_cast<std::int64_t>(u & 1);
}

/// Seven bits per byte, least significant first.
inline void append_varint(std::string& out, std::uint64_t u) {
    for (; u >= 0x80; u >>= 7) out += static_cast<char>(u | 0x80);
    out += static_cast<char>(u);
}

/// Reads what append_varint wrote; `at` moves on. Only for text of our own making.
inline std::uint64_t read_varint(std::string_view in, std::size_t& at) {
    std::uint64_t u = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(in[at++]);
        u |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return u;
    }
}

}  // namespace tlsscope::report::html
