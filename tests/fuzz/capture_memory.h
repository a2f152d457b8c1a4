// A byte source for fuzzing: memory, handed out in pieces of a chosen size.
#pragma once

#include <algorithm>

#include "bytes/bytes.h"
#include "capture/byte_source.h"

namespace tlsscope::fuzz {

class MemoryBytes final : public capture::ByteSource {
  public:
    MemoryBytes(bytes::Bytes data, std::size_t piece) : left_{data}, piece_{piece} {}

    std::size_t read(std::span<std::uint8_t> room) override {
        const std::size_t count = std::min({room.size(), left_.size(), piece_});
        std::copy_n(left_.begin(), count, room.begin());
        left_ = left_.subspan(count);
        read_ += count;
        return count;
    }
    std::uint64_t stored_bytes_read() const override { return read_; }

  private:
    bytes::Bytes left_;
    std::size_t piece_;
    std::uint64_t read_ = 0;
};

}  // namespace tlsscope::fuzz
