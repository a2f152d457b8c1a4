#include "capture/block_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tlsscope::capture {
namespace {

/// Counts up, in pieces of changing size.
class Counting final : public ByteSource {
  public:
    explicit Counting(std::size_t size) : size_{size} {}
    std::size_t read(std::span<std::uint8_t> room) override {
        const std::size_t count = std::min({room.size(), size_ - at_, std::size_t{1} + at_ % 777});
        for (std::size_t i = 0; i < count; ++i) room[i] = byte(at_ + i);
        at_ += count;
        return count;
    }
    std::uint64_t stored_bytes_read() const override { return at_; }
    static std::uint8_t byte(std::size_t at) { return static_cast<std::uint8_t>(at * 7 + at / 251); }

  private:
    std::size_t size_;
    std::size_t at_ = 0;
};

void expect_counting(bytes::Bytes view, std::size_t offset) {
    for (std::size_t i = 0; i < view.size(); ++i) ASSERT_EQ(view[i], Counting::byte(offset + i)) << offset + i;
}

TEST(BlockBuffer, gives_the_stream_whatever_is_asked_and_however_it_comes) {
    constexpr std::size_t kSize = 300'000;
    std::mt19937 random{1};
    for (int round = 0; round < 20; ++round) {
        BlockBuffer buffer{std::make_unique<Counting>(kSize), 4096};
        std::vector<std::pair<bytes::Bytes, std::shared_ptr<const void>>> held;
        std::vector<std::size_t> offsets;
        std::size_t at = 0;
        while (at < kSize) {
            const std::size_t want = std::min<std::size_t>(random() % 6000, kSize - at);
            ASSERT_TRUE(buffer.ensure(want));
            ASSERT_EQ(buffer.offset(), at);
            expect_counting(buffer.view().first(want), at);
            if (random() % 4 == 0) {
                held.emplace_back(buffer.view().first(want), buffer.hold());
                offsets.push_back(at);
            }
            if (held.size() > 5) {
                expect_counting(held.front().first, offsets.front());
                held.erase(held.begin());
                offsets.erase(offsets.begin());
            }
            buffer.consume(want);
            at += want;
            if (random() % 50 == 0) {
                const std::size_t over = std::min<std::size_t>(random() % 20'000, kSize - at);
                ASSERT_TRUE(buffer.skip(over));
                at += over;
            }
        }
        EXPECT_FALSE(buffer.ensure(1));
        // Six held ones, those that were held before, and the current one.
        EXPECT_LE(buffer.blocks(), 12U);
    }
}

TEST(BlockBuffer, one_block_is_enough_when_nobody_holds) {
    BlockBuffer buffer{std::make_unique<Counting>(1'000'000), 4096};
    while (buffer.ensure(100)) buffer.consume(100);
    EXPECT_EQ(buffer.blocks(), 1U);
}

TEST(BlockBuffer, a_larger_block_is_let_go) {
    BlockBuffer buffer{std::make_unique<Counting>(100'000), 4096};
    ASSERT_TRUE(buffer.ensure(50'000));
    expect_counting(buffer.view().first(50'000), 0);
    buffer.consume(50'000);
    while (buffer.ensure(100)) buffer.consume(100);
    EXPECT_EQ(buffer.blocks(), 1U);
}

TEST(BlockBuffer, the_rest_stays_readable_at_the_end) {
    BlockBuffer buffer{std::make_unique<Counting>(10), 4096};
    EXPECT_FALSE(buffer.ensure(11));
    EXPECT_EQ(buffer.available(), 10U);
    expect_counting(buffer.view(), 0);
    EXPECT_FALSE(buffer.skip(11));
}

}  // namespace
}  // namespace tlsscope::capture
