// Large blocks of a byte stream, of which frames are views: no copy per packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bytes/bytes.h"
#include "capture/byte_source.h"

namespace tlsscope::capture {

/// A window that moves over a stream. Views of it live until the next ensure() or skip() that has to read, or as long
/// as a handle from hold(). As long as nobody holds it, the same block is filled again and again and stays in the
/// processor's cache; held blocks are replaced by others and come back when they are let go.
class BlockBuffer {
  public:
    static constexpr std::size_t kBlockSize = std::size_t{1} << 20;

    explicit BlockBuffer(std::unique_ptr<ByteSource> source, std::size_t block_size = kBlockSize);

    std::size_t available() const { return static_cast<std::size_t>(end_ - begin_); }
    /// Makes n contiguous bytes available; false when the stream ends before (then available() is what is left).
    bool ensure(std::size_t n) { return n <= available() || refill(n); }
    /// What is available, from the current position on.
    bytes::Bytes view() const { return {begin_, available()}; }
    /// Moves on by at most available() bytes.
    void consume(std::size_t n) { begin_ += n; }
    /// Moves on by any number of bytes without keeping them; false when the stream ends before.
    bool skip(std::uint64_t n);
    /// Position in the (decompressed) stream.
    std::uint64_t offset() const { return filled_ - available(); }

    /// Keeps the current block, and so every view of it, alive.
    std::shared_ptr<const void> hold() const { return block_; }
    const ByteSource& source() const { return *source_; }
    /// Blocks in being: grows only while others are held.
    std::size_t blocks() const { return pool_.size(); }

  private:
    struct Block {
        explicit Block(std::size_t n) : bytes{std::make_unique_for_overwrite<std::uint8_t[]>(n)}, size{n} {}
        std::unique_ptr<std::uint8_t[]> bytes;
        std::size_t size;
    };

    bool refill(std::size_t n);
    bool read_more();
    /// Moves what is left to the head of a block with room for n bytes.
    void move_to_head(std::size_t n);
    std::shared_ptr<Block> free_block(std::size_t size);

    std::unique_ptr<ByteSource> source_;
    std::size_t block_size_;
    std::vector<std::shared_ptr<Block>> pool_;
    std::shared_ptr<Block> block_;
    const std::uint8_t* begin_ = nullptr;
    std::uint8_t* end_ = nullptr;
    std::uint64_t filled_ = 0;  ///< stream offset of end_
    bool ended_ = false;
};

}  // namespace tlsscope::capture
