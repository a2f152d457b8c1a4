// Integers of capture files, which come in the byte order of the machine that wrote them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "bytes/bytes.h"
#include "bytes/hex.h"

namespace tlsscope::capture {

constexpr std::uint16_t byte_swap(std::uint16_t v) { return __builtin_bswap16(v); }
constexpr std::uint32_t byte_swap(std::uint32_t v) { return __builtin_bswap32(v); }
constexpr std::uint64_t byte_swap(std::uint64_t v) { return __builtin_bswap64(v); }

/// Loads from memory that the caller has checked to be there; swapped: not in this machine's order.
template <class Integer>
Integer load(const std::uint8_t* at, bool swapped) {
    Integer value;
    std::memcpy(&value, at, sizeof value);
    return swapped ? byte_swap(value) : value;
}
inline std::uint16_t load16(const std::uint8_t* at, bool swapped) { return load<std::uint16_t>(at, swapped); }
inline std::uint32_t load32(const std::uint8_t* at, bool swapped) { return load<std::uint32_t>(at, swapped); }
inline std::uint64_t load64(const std::uint8_t* at, bool swapped) { return load<std::uint64_t>(at, swapped); }

/// "a1b2c3d4"
inline std::string hex32(std::uint32_t value) {
    std::array<std::uint8_t, 4> octets{};
    for (std::size_t i = 0; i < 4; ++i) octets[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    return bytes::hex(octets);
}

/// A checked cursor over integers of the file's byte order (bytes::Reader knows network order only). After running out
/// everything reads as zero and ok() is false.
class OrderedReader {
  public:
    OrderedReader(bytes::Bytes data, bool swapped) : left_{data}, swapped_{swapped} {}

    bool ok() const { return ok_; }
    bool more() const { return ok_ && !left_.empty(); }
    std::size_t size() const { return left_.size(); }
    std::uint16_t u16() { return integer<std::uint16_t>(); }
    std::uint32_t u32() { return integer<std::uint32_t>(); }
    /// The next n bytes and the padding to a multiple of four behind them, as far as it is there.
    bytes::Bytes take_padded(std::size_t n) {
        const bytes::Bytes out = take(n);
        if (ok_) left_ = left_.subspan(std::min(left_.size(), (4 - n % 4) % 4));
        return out;
    }
    bytes::Bytes take(std::size_t n) {
        ok_ = ok_ && n <= left_.size();
        if (!ok_) return {};
        const bytes::Bytes out = left_.first(n);
        left_ = left_.subspan(n);
        return out;
    }

  private:
    template <class Integer>
    Integer integer() {
        const bytes::Bytes raw = take(sizeof(Integer));
        return ok_ ? load<Integer>(raw.data(), swapped_) : Integer{0};
    }

    bytes::Bytes left_;
    bool swapped_;
    bool ok_ = true;
};

}  // namespace tlsscope::capture
