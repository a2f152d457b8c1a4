// gzip (RFC 1952) by zlib itself: libarchive's gzip filter does not check the CRC.
#pragma once

#include <memory>
#include <vector>

#include "capture/byte_source.h"

namespace tlsscope::capture {

/// All members of a gzip file one after the other, each with its CRC and length checked.
class GzipBytes final : public ByteSource {
  public:
    explicit GzipBytes(std::unique_ptr<ByteSource> compressed);
    GzipBytes(const GzipBytes&) = delete;
    GzipBytes& operator=(const GzipBytes&) = delete;
    ~GzipBytes() override;

    std::size_t read(std::span<std::uint8_t> room) override;
    std::uint64_t stored_bytes_read() const override { return compressed_->stored_bytes_read(); }

  private:
    struct Inflater;

    bool feed();
    /// At the end of a member: is there another one?
    bool next_member();
    std::uint64_t count_rest();

    std::unique_ptr<ByteSource> compressed_;
    std::unique_ptr<Inflater> inflater_;
    std::vector<std::uint8_t> input_;
    bool finished_ = false;
};

}  // namespace tlsscope::capture
