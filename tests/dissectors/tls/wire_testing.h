// Builds wire messages byte by byte, so that a test reads like the RFC's struct.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/reader.h"

namespace tlsscope::tls::testing {

class Wire {
  public:
    Wire() = default;
    Wire& u8(std::uint64_t v) { return number(v, 1); }
    Wire& u16(std::uint64_t v) { return number(v, 2); }
    Wire& u24(std::uint64_t v) { return number(v, 3); }
    Wire& u32(std::uint64_t v) { return number(v, 4); }
    Wire& fill(std::size_t n, std::uint8_t v) {
        out_.insert(out_.end(), n, v);
        return *this;
    }
    Wire& text(std::string_view s) {
        out_.insert(out_.end(), s.begin(), s.end());
        return *this;
    }
    Wire& bytes(const Wire& other) {
        out_.insert(out_.end(), other.out_.begin(), other.out_.end());
        return *this;
    }
    Wire& vec8(const Wire& body) { return u8(body.size()).bytes(body); }
    Wire& vec16(const Wire& body) { return u16(body.size()).bytes(body); }
    Wire& vec24(const Wire& body) { return u24(body.size()).bytes(body); }
    Wire& extension(std::uint16_t type, const Wire& body) { return u16(type).vec16(body); }
    /// "16 03 01" or "160301".
    Wire& hex(std::string_view digits);

    std::size_t size() const { return out_.size(); }
    bytes::Bytes view() const { return out_; }
    const std::vector<std::uint8_t>& data() const { return out_; }

  private:
    Wire& number(std::uint64_t v, int octets) {
        for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8)
            out_.push_back(static_cast<std::uint8_t>(v >> shift));
        return *this;
    }
    std::vector<std::uint8_t> out_;
};

inline Wire& Wire::hex(std::string_view digits) {
    const auto value = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::vector<std::uint8_t> nibbles;
    for (const char c : digits)
        if (c != ' ' && c != '\n') nibbles.push_back(value(c));
    for (std::size_t i = 0; i + 1 < nibbles.size(); i += 2) {
        out_.push_back(static_cast<std::uint8_t>(nibbles[i] << 4 | nibbles[i + 1]));
    }
    return *this;
}

inline Wire text(std::string_view s) { return Wire{}.text(s); }
inline Wire zeros(std::size_t n) { return Wire{}.fill(n, 0); }
inline Wire u16s(std::initializer_list<std::uint16_t> values) {
    Wire w;
    for (const std::uint16_t v : values) w.u16(v);
    return w;
}

/// A view's bytes as a string for comparing.
inline std::string str(bytes::Bytes b) { return std::string{bytes::as_text(b)}; }

}  // namespace tlsscope::tls::testing
