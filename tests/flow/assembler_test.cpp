// The assembler against a plain byte map, under random schedules; then its limits one by one.
#include "flow/assembler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <string_view>

namespace tlsscope::flow {
namespace {

struct Collector final : Assembler::Receiver {
    std::map<std::uint64_t, std::uint8_t> bytes;  // by stream offset
    std::uint64_t expected = 0;
    std::uint64_t missing = 0;
    int conflicts = 0;
    void deliver(Chunk c) override {
        EXPECT_EQ(c.offset, expected);
        for (std::size_t i = 0; i < c.data.size(); ++i) bytes[c.offset + i] = c.data[i];
        expected = c.offset + c.data.size();
    }
    void gap(Gap g) override {
        EXPECT_EQ(g.offset, expected);
        expected = g.offset + g.length;
        missing += g.length;
    }
    void conflict(Evidence) override { ++conflicts; }
};

bytes::Bytes view(const std::string& s, std::size_t from, std::size_t n) { return bytes::as_bytes(s).subspan(from, n); }

TEST(Assembler, EqualsAByteMapUnderRandomSchedules) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 dice{seed};
        const std::size_t size = 1 + dice() % 2000;
        std::string text(size, ' ');
        for (char& c : text) c = static_cast<char>(dice());
        struct Cut {
            std::size_t from, n;
        };
        std::vector<Cut> cuts;
        for (std::size_t at = 0; at < size;) {
            const std::size_t n = std::min<std::size_t>(size - at, 1 + dice() % 60);
            cuts.push_back({at, n});
            at += n;
        }
        const std::size_t originals = cuts.size();
        for (std::size_t i = 0; i < originals / 2; ++i) {  // overlapping copies with other borders
            const std::size_t from = dice() % size;
            cuts.push_back({from, 1 + dice() % std::min<std::size_t>(90, size - from)});
        }
        // Reordered within a window small enough for the limits.
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
            std::swap(cuts[i], cuts[i + dice() % std::min<std::size_t>(12, cuts.size() - i)]);

        Assembler a;
        ReassemblyBudget budget;
        Collector got;
        std::uint64_t handed_in = 0;
        for (const Cut& c : cuts) {
            handed_in += c.n;
            a.insert(c.from, view(text, c.from, c.n), static_cast<std::uint32_t>(c.n), {1, 1}, budget, got);
        }
        ASSERT_EQ(got.missing, 0U);
        ASSERT_EQ(got.bytes.size(), size);
        for (const auto& [offset, byte] : got.bytes) ASSERT_EQ(byte, static_cast<std::uint8_t>(text[offset]));
        EXPECT_EQ(got.conflicts, 0);
        EXPECT_EQ(budget.used, 0U);
        const PayloadFate& f = a.fate();
        EXPECT_EQ(handed_in, f.delivered + f.duplicate + f.skipped + f.uncaptured + f.dropped);
    }
}

TEST(Assembler, FirstCopyWinsAndADifferingOneIsNamed) {
    Assembler a;
    ReassemblyBudget budget;
    Collector got;
    a.insert(2, bytes::as_bytes("CD"), 2, {1, 1}, budget, got);
    a.insert(1, bytes::as_bytes("bXXe"), 4, {2, 2}, budget, got);
    EXPECT_EQ(got.conflicts, 1);
    a.insert(0, bytes::as_bytes("a"), 1, {3, 3}, budget, got);
    std::string text;
    for (const auto& [o, b] : got.bytes) text += static_cast<char>(b);
    EXPECT_EQ(text, "abCDe");
}

// Repeated after delivery: as it was, joined with its neighbours, or longer than it was.
TEST(Assembler, ACopyOfDeliveredBytesThatDiffersIsNamed) {
    const auto conflicts = [](std::uint64_t offset, std::string_view copy) {
        Assembler a;
        ReassemblyBudget budget;
        Collector got;
        a.insert(0, bytes::as_bytes("abc"), 3, {1, 1}, budget, got);
        a.insert(3, bytes::as_bytes("def"), 3, {2, 2}, budget, got);
        a.insert(offset, bytes::as_bytes(copy), static_cast<std::uint32_t>(copy.size()), {3, 3}, budget, got);
        return got.conflicts;
    };
    for (const std::string_view same : {"abc", "abcd", "abcdef", "abcdefghi"}) EXPECT_EQ(conflicts(0, same), 0) << same;
    for (const std::string_view other : {"abX", "abcdeX", "abXdefghi"}) EXPECT_EQ(conflicts(0, other), 1) << other;
    EXPECT_EQ(conflicts(3, "dXf"), 1);
    EXPECT_EQ(conflicts(5, "X"), 0) << "may be a keep-alive";
    EXPECT_EQ(conflicts(6, "ghi"), 0);
}

TEST(Delivered, OnlyTheBeginningAndTheLastPiecesAreRemembered) {
    Delivered d;
    for (std::uint64_t i = 0; i <= Delivered::kPieces; ++i) d.add(2 * i, bytes::as_bytes("ab"));
    EXPECT_FALSE(d.differs(0, bytes::as_bytes("XX")));
    EXPECT_TRUE(d.differs(2, bytes::as_bytes("XX")));
    d.add(Delivered::kReach - 1, bytes::as_bytes("ab"));
    EXPECT_FALSE(d.differs(Delivered::kReach - 1, bytes::as_bytes("XX")));
    d.clear();
    EXPECT_FALSE(d.differs(2, bytes::as_bytes("XX")));
}

TEST(Assembler, HeldPiecesKeepTheirOwnEvidence) {
    struct Evidences final : Assembler::Receiver {
        std::vector<Chunk> chunks;
        void deliver(Chunk c) override { chunks.push_back(c); }
        void gap(Gap) override { FAIL(); }
        void conflict(Evidence) override { FAIL(); }
    } got;
    Assembler a;
    ReassemblyBudget budget;
    a.insert(1, bytes::as_bytes("b"), 1, {10, 1}, budget, got);
    a.insert(0, bytes::as_bytes("a"), 1, {20, 2}, budget, got);
    ASSERT_EQ(got.chunks.size(), 2U);
    EXPECT_EQ(got.chunks[0].carried.frame, 2U);
    EXPECT_EQ(got.chunks[1].carried.frame, 1U);
    EXPECT_EQ(got.chunks[1].released.frame, 2U);
}

TEST(Assembler, GivesUpTheOldestHoleBeyondItsLimits) {
    Assembler a;
    ReassemblyBudget budget;
    Collector got;
    for (std::uint64_t i = 0; i <= Assembler::kMaxSegments; ++i)
        a.insert(10 + i, bytes::as_bytes("x"), 1, {1, 1}, budget, got);
    EXPECT_EQ(got.missing, 10U);
    EXPECT_EQ(got.bytes.size(), Assembler::kMaxSegments + 1);
    EXPECT_EQ(budget.used, 0U);
}

TEST(Assembler, HonoursTheSharedBudget) {
    Assembler a;
    ReassemblyBudget budget{.limit = 200, .used = 0};
    Collector got;
    a.insert(5, bytes::as_bytes("hello"), 5, {1, 1}, budget, got);
    a.insert(15, bytes::as_bytes("hello"), 5, {1, 1}, budget, got);
    a.insert(25, bytes::as_bytes("hello"), 5, {1, 1}, budget, got);
    EXPECT_LE(budget.used, budget.limit);
    EXPECT_EQ(got.missing, 5U);
}

TEST(Assembler, BytesCutByTheSnapLengthAreAGapBehindWhatWasCaptured) {
    Assembler a;
    ReassemblyBudget budget;
    Collector got;
    a.insert(0, bytes::as_bytes("abc"), 10, {1, 1}, budget, got);
    a.insert(10, bytes::as_bytes("k"), 1, {2, 2}, budget, got);
    EXPECT_EQ(got.missing, 7U);
    EXPECT_EQ(got.bytes.size(), 4U);
    EXPECT_EQ(a.fate().uncaptured, 7U);
}

TEST(Assembler, StoppedItOnlyCounts) {
    Assembler a;
    ReassemblyBudget budget;
    Collector got;
    a.insert(3, bytes::as_bytes("d"), 1, {1, 1}, budget, got);
    a.stop(budget);
    EXPECT_EQ(budget.used, 0U);
    a.insert(4, bytes::as_bytes("e"), 1, {1, 1}, budget, got);
    EXPECT_TRUE(got.bytes.empty());
    EXPECT_EQ(a.next(), 5U);
    EXPECT_EQ(a.fate().skipped, 2U);
}

TEST(Assembler, PausedItHoldsWhatIsInOrderUpToItsLimits) {
    Assembler a;
    ReassemblyBudget budget;
    Collector got;
    a.pause();
    a.insert(0, bytes::as_bytes("ab"), 2, {10, 1}, budget, got);
    EXPECT_TRUE(got.bytes.empty());
    a.resume(budget, got);
    EXPECT_EQ(got.bytes.size(), 2U);
    a.pause();
    for (std::uint64_t i = 0; i <= Assembler::kMaxSegments; ++i)
        a.insert(2 + i, bytes::as_bytes("x"), 1, {1, 1}, budget, got);
    EXPECT_EQ(got.bytes.size(), Assembler::kMaxSegments + 3) << "at the limit it goes on by itself";
    EXPECT_EQ(got.missing, 0U);
    EXPECT_EQ(budget.used, 0U);
}

TEST(Assembler, PausedItHandsOnPieceByPiece) {
    Assembler a;
    ReassemblyBudget budget;
    Collector got;
    a.pause();
    a.insert(0, bytes::as_bytes("ab"), 2, {10, 3}, budget, got);
    a.insert(2, bytes::as_bytes("c"), 1, {11, 5}, budget, got);
    a.insert(6, bytes::as_bytes("gh"), 2, {12, 4}, budget, got);
    EXPECT_TRUE(a.ready());
    EXPECT_EQ(a.ready_end(), 3U);
    EXPECT_EQ(a.front().frame, 3U);
    Evidence released;
    a.hand_on_next(released, budget, got);
    EXPECT_EQ(got.bytes.size(), 2U);
    EXPECT_EQ(released.frame, 3U);
    a.hand_on_next(released, budget, got);
    EXPECT_EQ(released.frame, 5U);
    EXPECT_FALSE(a.ready());
    a.skip_hole(5, Gap::Why::acked, {13, 6}, got);
    EXPECT_EQ(a.next(), 5U);
    EXPECT_FALSE(a.ready()) << "what was acknowledged ends before the next piece";
    a.skip_hole(9, Gap::Why::acked, {14, 7}, got);
    EXPECT_EQ(a.next(), 6U) << "a hole ends where bytes are";
    EXPECT_EQ(got.missing, 3U);
    a.hand_on_next(released, budget, got);
    EXPECT_EQ(got.bytes.size(), 5U);
    EXPECT_EQ(released.frame, 5U) << "it was there before";
    EXPECT_EQ(budget.used, 0U);
}

/// A receiver that stops its assembler while pieces are being released must not lose count.
TEST(Assembler, MayBeStoppedFromWithinADelivery) {
    struct Stopper final : Assembler::Receiver {
        Assembler* a = nullptr;
        ReassemblyBudget* budget = nullptr;
        std::size_t got = 0;
        void deliver(Chunk c) override {
            got += c.data.size();
            a->stop(*budget);
        }
        void gap(Gap) override {}
        void conflict(Evidence) override {}
    } receiver;
    Assembler a;
    ReassemblyBudget budget;
    receiver.a = &a;
    receiver.budget = &budget;
    a.insert(1, bytes::as_bytes("b"), 1, {1, 1}, budget, receiver);
    a.insert(2, bytes::as_bytes("c"), 1, {1, 1}, budget, receiver);
    a.insert(9, bytes::as_bytes("z"), 1, {1, 1}, budget, receiver);
    a.insert(0, bytes::as_bytes("a"), 1, {1, 1}, budget, receiver);
    EXPECT_EQ(receiver.got, 1U);
    const PayloadFate& f = a.fate();
    EXPECT_EQ(f.delivered + f.duplicate + f.skipped + f.uncaptured + f.dropped, 4U);
    EXPECT_EQ(budget.used, 0U);
}

}  // namespace
}  // namespace tlsscope::flow
