// The rules of the one cursor, by example.
#include "bytes/reader.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "bytes/hex.h"

namespace tlsscope::bytes {

namespace {

using Buffer = std::vector<std::uint8_t>;

TEST(Reader, IntegersAreInNetworkOrder) {
    const Buffer b = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                      0x0a, 0xff, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7};
    Reader in{b};
    EXPECT_EQ(in.u8(), 0x01U);
    EXPECT_EQ(in.u16(), 0x0203U);
    EXPECT_EQ(in.u24(), 0x040506U);
    EXPECT_EQ(in.u32(), 0x0708090aU);
    EXPECT_EQ(in.u64(), 0xfff1f2f3f4f5f6f7U);
    EXPECT_FALSE(in.more());
    EXPECT_EQ(in.finish(), Fault::none);
}

TEST(Reader, HandsOutViewsAndNoCopies) {
    const Buffer b = {1, 2, 3, 4};
    Reader in{b};
    in.skip(1);
    const Bytes two = in.take(2);
    EXPECT_EQ(two.data(), b.data() + 1);
    EXPECT_EQ(two.size(), 2U);
    EXPECT_EQ(in.peek().data(), b.data() + 3);
    EXPECT_EQ(in.size(), 1U) << "looking does not move";
    EXPECT_EQ(in.rest().size(), 1U);
    EXPECT_EQ(in.rest().size(), 0U);
    EXPECT_TRUE(in.ok()) << "the rest of nothing is nothing, and no fault";
}

TEST(Reader, RunningOutOfTheSendersBytesIsMalformed) {
    const Buffer b = {1};
    Reader in{b};
    EXPECT_EQ(in.u16(), 0U);
    EXPECT_EQ(in.fault(), Fault::malformed);
}

TEST(Reader, RunningOutOfTheCaptureIsTruncated) {
    const Buffer b = {1};
    Reader in{b, Edge::cut};
    EXPECT_EQ(in.u16(), 0U);
    EXPECT_EQ(in.fault(), Fault::truncated);
}

TEST(Reader, AfterAFaultEverythingIsEmptyAndTheFirstFaultStays) {
    const Buffer b = {1, 2, 3, 4};
    Reader in{b};
    EXPECT_EQ(in.u8(), 1U);
    in.fail(Fault::unsupported);
    in.fail(Fault::malformed);
    EXPECT_EQ(in.u8(), 0U);
    EXPECT_TRUE(in.take(1).empty());
    EXPECT_TRUE(in.rest().empty());
    EXPECT_TRUE(in.peek().empty());
    EXPECT_TRUE(in.vec8(0, 255).empty());
    EXPECT_FALSE(in.more());
    EXPECT_EQ(in.take(1000).size(), 0U);
    EXPECT_EQ(in.fault(), Fault::unsupported);
    EXPECT_EQ(in.finish(), Fault::unsupported);
    bool called = false;
    in.block8([&](Reader&) { called = true; });
    EXPECT_FALSE(called) << "nothing is parsed behind a fault";
}

TEST(Reader, ATooLongTakeMovesNothing) {
    const Buffer b = {1, 2, 3};
    Reader in{b};
    EXPECT_TRUE(in.take(4).empty());
    EXPECT_EQ(in.size(), 3U);
    EXPECT_TRUE(in.take(SIZE_MAX).empty());
}

TEST(Reader, AnEmptyOneHasNothingAndNoFault) {
    Reader in{Bytes{}};
    EXPECT_FALSE(in.more());
    EXPECT_TRUE(in.ok());
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_EQ(in.u8(), 0U);
    EXPECT_EQ(in.fault(), Fault::malformed);
}

TEST(Reader, FinishRefusesLeftovers) {
    const Buffer b = {1, 2};
    Reader in{b};
    in.skip(1);
    EXPECT_EQ(in.finish(), Fault::malformed);
}

/// More of the structure may have followed: nobody can say that it is complete.
TEST(Reader, FinishAtACutEdgeIsTruncatedWhateverIsLeft) {
    const Buffer b = {1, 2};
    Reader read_all{b, Edge::cut};
    read_all.skip(2);
    EXPECT_EQ(read_all.finish(), Fault::truncated);
    Reader some{b, Edge::cut};
    some.skip(1);
    EXPECT_EQ(some.finish(), Fault::truncated);
}

TEST(Reader, VectorsHaveALengthBeforeThem) {
    const Buffer b = {2, 0xaa, 0xbb, 0, 1, 0xcc, 0, 0, 1, 0xdd, 0};
    Reader in{b};
    EXPECT_EQ(hex(in.vec8(0, 32)), "aabb");
    EXPECT_EQ(hex(in.vec16(1, 0xffff)), "cc");
    EXPECT_EQ(hex(in.vec24(0, 0xffffff)), "dd");
    EXPECT_TRUE(in.vec8(0, 255).empty());
    EXPECT_EQ(in.finish(), Fault::none);
}

TEST(Reader, VectorBoundsAreInclusive) {
    const Buffer b = {2, 0xaa, 0xbb};
    for (const auto& [least, most, good] : std::vector<std::tuple<std::size_t, std::size_t, bool>>{
             {2, 2, true}, {0, 2, true}, {2, 255, true}, {3, 255, false}, {0, 1, false}}) {
        Reader in{b};
        EXPECT_EQ(in.vec8(least, most).size(), good ? 2U : 0U) << least << ".." << most;
        EXPECT_EQ(in.fault(), good ? Fault::none : Fault::malformed) << least << ".." << most;
    }
}

/// A length that its bounds forbid is the sender's fault, however the bytes end.
TEST(Reader, VectorBoundsAreCheckedBeforeTheEdge) {
    const Buffer b = {33, 0xaa};
    Reader in{b, Edge::cut};
    EXPECT_TRUE(in.vec8(0, 32).empty());
    EXPECT_EQ(in.fault(), Fault::malformed);
}

TEST(Reader, AVectorOverTheSendersEndIsMalformedAndEmpty) {
    const Buffer b = {3, 0xaa, 0xbb};
    Reader in{b};
    EXPECT_TRUE(in.vec8(0, 255).empty());
    EXPECT_EQ(in.fault(), Fault::malformed);
}

TEST(Reader, AVectorOverACutEdgeGivesWhatIsThere) {
    const Buffer b = {3, 0xaa, 0xbb};
    Reader in{b, Edge::cut};
    EXPECT_EQ(hex(in.vec8(0, 255)), "aabb");
    EXPECT_EQ(in.fault(), Fault::truncated);
    EXPECT_EQ(in.size(), 0U);
}

TEST(Reader, AVectorWhoseLengthIsCutGivesNothing) {
    const Buffer b = {0};
    Reader in{b, Edge::cut};
    EXPECT_TRUE(in.vec16(0, 0xffff).empty());
    EXPECT_EQ(in.fault(), Fault::truncated);
}

TEST(Reader, ABlockMustBeReadToItsEnd) {
    const Buffer b = {2, 0xaa, 0xbb, 0xcc};
    Reader whole{b};
    whole.block8([](Reader& in) { EXPECT_EQ(in.u16(), 0xaabbU); });
    EXPECT_TRUE(whole.ok());
    EXPECT_EQ(whole.u8(), 0xccU) << "goes on behind the block";

    Reader part{b};
    part.block8([](Reader& in) { in.skip(1); });
    EXPECT_EQ(part.fault(), Fault::malformed);
}

TEST(Reader, ABlockEndsWhereItsLengthSays) {
    const Buffer b = {1, 0xaa, 0xbb};
    Reader in{b, Edge::cut};
    in.block8([](Reader& child) {
        EXPECT_EQ(child.edge(), Edge::hard) << "the sender ended it, not the capture";
        EXPECT_EQ(child.u16(), 0U);
        EXPECT_EQ(child.fault(), Fault::malformed);
    });
    EXPECT_EQ(in.fault(), Fault::malformed);
}

TEST(Reader, ABlockOverACutEdgeIsReadAsFarAsItGoes) {
    const Buffer b = {0, 9, 0xaa, 0xbb, 0xcc};
    Reader in{b, Edge::cut};
    std::string seen;
    in.block16([&](Reader& child) {
        EXPECT_EQ(child.edge(), Edge::cut);
        seen = hex(child.take(2));
        EXPECT_TRUE(child.take(2).empty());
        EXPECT_EQ(child.fault(), Fault::truncated);
    });
    EXPECT_EQ(seen, "aabb");
    EXPECT_EQ(in.fault(), Fault::truncated);
}

TEST(Reader, ABlockReadToACutEdgeIsTruncatedAllTheSame) {
    const Buffer b = {0, 0, 9, 0xaa};
    Reader in{b, Edge::cut};
    in.block24([](Reader& child) { child.skip(1); });
    EXPECT_EQ(in.fault(), Fault::truncated);
}

TEST(Reader, ABlockOverTheSendersEndIsNotEntered) {
    const Buffer b = {9, 0xaa};
    Reader in{b};
    bool called = false;
    in.block8([&](Reader&) { called = true; });
    EXPECT_FALSE(called);
    EXPECT_EQ(in.fault(), Fault::malformed);
}

TEST(Reader, AFaultInABlockIsAFaultOfItsParent) {
    const Buffer b = {4, 1, 2, 3, 4, 5};
    Reader in{b};
    in.block8([](Reader& child) { child.fail(Fault::unsupported); });
    EXPECT_EQ(in.fault(), Fault::unsupported);
}

TEST(Reader, BlocksNest) {
    const Buffer b = {0, 5, 3, 0, 1, 0xaa, 7};
    Reader in{b};
    int depth = 0;
    in.block16([&](Reader& outer) {
        outer.block8([&](Reader& inner) {
            inner.block16([&](Reader& innermost) {
                depth = 3;
                EXPECT_EQ(innermost.u8(), 0xaaU);
            });
        });
        EXPECT_EQ(outer.u8(), 7U);
    });
    EXPECT_EQ(depth, 3);
    EXPECT_EQ(in.finish(), Fault::none);
}

/// Whatever is asked of it: views lie inside the bytes given, and a fault ends all reading.
TEST(Reader, NeverLeavesItsBytes) {
    std::mt19937 dice{5};
    for (int round = 0; round < 3000; ++round) {
        Buffer b(dice() % 24);
        for (auto& x : b) x = static_cast<std::uint8_t>(dice() % 6);
        Reader in{b, dice() % 2 == 0 ? Edge::hard : Edge::cut};
        std::size_t left = b.size();
        for (int step = 0; step < 12; ++step) {
            const bool was_ok = in.ok();
            Bytes got;
            switch (dice() % 6) {
                case 0: got = in.take(dice() % 5); break;
                case 1: got = in.vec8(0, 1 + dice() % 255); break;
                case 2: got = in.vec16(dice() % 3, 0xffff); break;
                case 3: in.u24(); break;
                case 4: in.block8([&](Reader& child) { got = child.rest(); }); break;
                case 5: got = in.peek(); break;
            }
            if (!got.empty()) {
                ASSERT_TRUE(was_ok);
                ASSERT_GE(got.data(), b.data());
                ASSERT_LE(got.data() + got.size(), b.data() + b.size());
            }
            ASSERT_LE(in.size(), left);
            left = in.size();
        }
    }
}

}  // namespace
}  // namespace tlsscope::bytes
