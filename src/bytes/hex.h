// Bytes and code points as hexadecimal text.
#pragma once

#include <cstdint>
#include <string>

#include "bytes/bytes.h"

namespace tlsscope::bytes {

/// Lower-case hexadecimal without separators: {0xab, 0x01} -> "ab01".
std::string hex(Bytes data);

/// A 16-bit code point the way unknown ones are printed: 0x1a2b.
std::string hex_code(std::uint16_t code);

}  // namespace tlsscope::bytes
