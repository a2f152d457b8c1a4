#include "capture/block_buffer.h"

#include <algorithm>
#include <atomic>
#include <cstring>

namespace tlsscope::capture {

BlockBuffer::BlockBuffer(std::unique_ptr<ByteSource> source, std::size_t block_size)
    : source_{std::move(source)}, block_size_{block_size} {
    block_ = free_block(block_size_);
    begin_ = end_ = block_->bytes.get();
}

bool BlockBuffer::skip(std::uint64_t n) {
    while (n > available()) {
        n -= available();
        consume(available());
        if (!ensure(1)) return false;
    }
    consume(n);
    return true;
}

bool BlockBuffer::refill(std::size_t n) {
    const auto room = static_cast<std::size_t>(block_->bytes.get() + block_->size - begin_);
    if (room < n) move_to_head(n);
    while (available() < n)
        if (!read_more()) return false;
    return true;
}

bool BlockBuffer::read_more() {
    if (ended_) return false;
    const auto room = static_cast<std::size_t>(block_->bytes.get() + block_->size - end_);
    const std::size_t got = source_->read({end_, room});
    end_ += got;
    filled_ += got;
    ended_ = got == 0;
    return !ended_;
}

void BlockBuffer::move_to_head(std::size_t n) {
    const std::size_t left = available();
    std::shared_ptr<Block> next = free_block(std::max(n, block_size_));
    if (left != 0) std::memmove(next->bytes.get(), begin_, left);
    block_ = std::move(next);
    begin_ = block_->bytes.get();
    end_ = block_->bytes.get() + left;
}

std::shared_ptr<BlockBuffer::Block> BlockBuffer::free_block(std::size_t size) {
    // A block that was made larger for one record is let go with it.
    std::erase_if(pool_, [this](const auto& b) { return b->size != block_size_ && b.use_count() == 1; });
    for (const auto& candidate : pool_) {
        const long own_references = candidate == block_ ? 2 : 1;
        if (candidate->size != size || candidate.use_count() != own_references) continue;
        // Pairs with the release of the last handle in another thread: its reads of the block come before our writes.
        std::atomic_thread_fence(std::memory_order_acquire);
        return candidate;
    }
    return pool_.emplace_back(std::make_shared<Block>(size));
}

}  // namespace tlsscope::capture
