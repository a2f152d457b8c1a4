// Bytes straight from a descriptor, with a look ahead at the first of them.
#pragma once

#include <algorithm>
#include <array>

#include "bytes/bytes.h"
#include "capture/byte_source.h"

namespace tlsscope::capture {

/// read(2) with its interruptions and short counts taken care of.
class FileBytes final : public ByteSource {
  public:
    /// `stop` can be read when nobody wants more; -1: there is none.
    FileBytes(int descriptor, bool owned, int stop = -1);
    ~FileBytes() override;
    FileBytes(const FileBytes&) = delete;
    FileBytes& operator=(const FileBytes&) = delete;

    std::size_t read(std::span<std::uint8_t> room) override;
    std::uint64_t stored_bytes_read() const override { return bytes_read_; }

    /// The first bytes, which read() still gives afterwards; fewer than eight only at the end of the file.
    bytes::Bytes peek();

  private:
    std::size_t read_peeked(std::span<std::uint8_t> room);
    std::size_t read_descriptor(std::span<std::uint8_t> room);
    /// False: there are none, and stop_ can be read.
    bool await_bytes() const;

    int descriptor_;
    int stop_;
    bool owned_;
    std::uint64_t bytes_read_ = 0;
    std::array<std::uint8_t, 8> peeked_{};
    std::size_t peeked_size_ = 0;
    std::size_t peeked_used_ = 0;
};

}  // namespace tlsscope::capture
