// The input as a sequence of small numbers: for targets that make something of them instead of reading them.
#pragma once

#include <cstdint>

#include "bytes/bytes.h"

namespace tlsscope::fuzz {

/// Zeros at its end.
class Script {
  public:
    explicit Script(bytes::Bytes data) : left_{data} {}
    bool more() const { return !left_.empty(); }
    std::uint8_t next() {
        if (left_.empty()) return 0;
        const std::uint8_t b = left_.front();
        left_ = left_.subspan(1);
        return b;
    }
    std::uint64_t wide() {
        const std::uint64_t high = next();
        return high << 8 | next();
    }

  private:
    bytes::Bytes left_;
};

}  // namespace tlsscope::fuzz
