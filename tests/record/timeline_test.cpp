#include "record/timeline.h"

#include <gtest/gtest.h>

namespace tlsscope::record {

namespace {

constexpr Mark kBegin{
    "begin", "", {.name = "begin_frame", .type = Type::integer, .unit = {}, .meaning = {}, .group = "verdict"}};
constexpr Mark kEnd{"end", "", {}};
constexpr Span kWhole{
    {.name = "whole_ms", .type = Type::millis, .unit = {}, .meaning = {}, .group = "timing"}, &kBegin, &kEnd};
constexpr Mark const* kMarks[] = {&kBegin, &kEnd};

Row filled(const Timeline& t, bool negative = false) {
    Row row;
    EXPECT_EQ(t.fill({&kWhole, 1}, kMarks, row), negative);
    return row;
}

TEST(Timeline, TheFirstTimeOfAMarkStands) {
    Timeline t;
    t.set(kBegin, {100, 1});
    t.set(kBegin, {200, 2}, true);
    EXPECT_EQ(t.at(kBegin), (Evidence{100, 1}));
    EXPECT_FALSE(t.find(kBegin)->inferred);
    EXPECT_EQ(t.entries().size(), 1U);
}

TEST(Timeline, AMovedMarkIsTheLastOne) {
    Timeline t;
    t.move(kEnd, {100, 1});
    t.move(kEnd, {200, 2}, true);
    EXPECT_EQ(t.at(kEnd), (Evidence{200, 2}));
    EXPECT_TRUE(t.find(kEnd)->inferred);
    EXPECT_EQ(t.entries().size(), 1U);
    t.erase(kEnd);
    EXPECT_EQ(t.find(kEnd), nullptr);
    EXPECT_FALSE(t.at(kEnd).seen());
    t.erase(kEnd);
}

TEST(Timeline, FillsSpansAndFrames) {
    Timeline t;
    t.set(kBegin, {1'000, 3});
    t.set(kEnd, {4'000, 8});
    EXPECT_EQ(t.between(kBegin, kEnd), 3'000);
    const Row row = filled(t);
    EXPECT_EQ(row.get(kWhole.column).integer(), 3'000);
    EXPECT_EQ(row.get(kBegin.frame_column).integer(), 3);
    EXPECT_EQ(row.size(), 2U) << "a mark without a frame column has none";
}

TEST(Timeline, ZeroIsADuration) {
    Timeline t;
    t.set(kBegin, {5, 1});
    t.set(kEnd, {5, 1});
    EXPECT_FALSE(filled(t).get(kWhole.column).empty());
    EXPECT_EQ(filled(t).get(kWhole.column).integer(), 0);
}

TEST(Timeline, AMissingEndLeavesTheSpanEmpty) {
    Timeline begun;
    begun.set(kBegin, {1'000, 3});
    EXPECT_EQ(begun.between(kBegin, kEnd), std::nullopt);
    EXPECT_TRUE(filled(begun).get(kWhole.column).empty());
    EXPECT_EQ(filled(begun).get(kBegin.frame_column).integer(), 3) << "the frame is known all the same";
    Timeline ended;
    ended.set(kEnd, {1'000, 3});
    EXPECT_TRUE(filled(ended).get(kWhole.column).empty());
}

TEST(Timeline, AMarkWithoutATimeLeavesTheSpanEmpty) {
    Timeline t;
    t.set(kBegin, {kNoTime, 3});
    t.set(kEnd, {4'000, 8});
    EXPECT_EQ(t.between(kBegin, kEnd), std::nullopt);
    const Row row = filled(t);
    EXPECT_TRUE(row.get(kWhole.column).empty());
    EXPECT_EQ(row.get(kBegin.frame_column).integer(), 3);
}

TEST(Timeline, AClockThatRunsBackIsSaidAndNotShown) {
    Timeline t;
    t.set(kBegin, {4'000, 3});
    t.set(kEnd, {1'000, 8});
    EXPECT_EQ(t.between(kBegin, kEnd), -3'000);
    EXPECT_TRUE(filled(t, true).get(kWhole.column).empty());
}

/// The order turned round: that is no fault of the clock.
TEST(Timeline, AnEndInAnEarlierFrameLeavesTheSpanEmpty) {
    Timeline t;
    t.set(kBegin, {4'000, 8});
    t.set(kEnd, {1'000, 3});
    EXPECT_TRUE(filled(t, false).get(kWhole.column).empty());
}

TEST(Timeline, KeepsWhatIsAmbiguous) {
    Timeline t;
    t.set(kBegin, {1, 1}, false, true);
    EXPECT_TRUE(t.find(kBegin)->ambiguous);
}

TEST(Evidence, IsSeenWhenItHasAFrame) {
    EXPECT_FALSE(Evidence{}.seen());
    EXPECT_TRUE((Evidence{kNoTime, 1}).seen());
    EXPECT_EQ(other(Side::client), Side::server);
    EXPECT_EQ(other(Side::server), Side::client);
    EXPECT_STREQ(name(Side::server), "server");
}

}  // namespace
}  // namespace tlsscope::record
