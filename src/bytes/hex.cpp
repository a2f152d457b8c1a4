#include "bytes/hex.h"

namespace tlsscope::bytes {

namespace {
constexpr char kDigits[] = "0123456789abcdef";
}

std::string hex(Bytes data) {
    std::string out(data.size() * 2, '\0');
    char* to = out.data();
    for (const std::uint8_t b : data) {
        *to++ = kDigits[b >> 4];
        *to++ = kDigits[b & 0xf];
    }
    return out;
}

std::string hex_code(std::uint16_t code) {
    const std::uint8_t two[] = {static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code)};
    return "0x" + hex(two);
}

}  // namespace tlsscope::bytes
