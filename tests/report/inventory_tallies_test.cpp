#include "report/inventory/tallies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/counters.h"
#include "report/inventory/grid.h"
#include "report/inventory/register.h"

namespace tlsscope::report::inventory {
namespace {

TEST(Words, MostFrequentFirstThenByName) {
    Words words;
    for (const char* w : {"b", "c", "a", "c"}) words.add(w);
    EXPECT_EQ(words.text(3), "c 2, a 1, b 1");
    EXPECT_EQ(words.text(2), "c 2, a 1 and 1 more");
    EXPECT_EQ(words.count("c"), 2U);
    EXPECT_EQ(words.count("d"), 0U);
}

TEST(Words, CountsAreLeftOutWhenTheyAreThoseOfTheWhole) {
    Words words;
    words.add("a"), words.add("a");
    EXPECT_EQ(words.text(3, 2), "a");
    EXPECT_EQ(words.text(3, 3), "a 2");
}

TEST(Words, AreBounded) {
    Words words;
    for (std::size_t i = 0; i < Words::kFew + 5; ++i) words.add(std::to_string(i));
    EXPECT_EQ(words.distinct(), Words::kFew);
    EXPECT_EQ(words.other(), 5U);
    Words long_ones;
    long_ones.add(std::string(Words::kLongest, 'x'));
    long_ones.add(std::string(Words::kLongest + 1, 'x'));
    EXPECT_EQ(long_ones.distinct(), 2U) << "a shortened one is no other";
    EXPECT_EQ(long_ones.sorted().front().first.size(), Words::kLongest);
}

TEST(Distinct, CountsEachOnceAndSaysWhenItStopped) {
    Distinct addresses;
    EXPECT_EQ(addresses.text(), "");
    addresses.add("10.0.0.1"), addresses.add("10.0.0.1"), addresses.add("");
    EXPECT_EQ(addresses.text(), "10.0.0.1");
    addresses.add("10.0.0.2");
    EXPECT_EQ(addresses.text(), "10.0.0.1 (+1)");
    for (std::size_t i = 0; i < Distinct::kMost - 2; ++i) addresses.add("a" + std::to_string(i));
    EXPECT_EQ(addresses.text(), "10.0.0.1 (+127)");
    addresses.add("another");
    EXPECT_EQ(addresses.text(), "10.0.0.1 (+127 or more)");
}

/// As the summary's own percentiles, which have all values.
TEST(Durations, ExactAsLongAsAllAreKept) {
    Durations some;
    Distribution all;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(Durations::kMostExact); ++i) {
        const std::int64_t value = i * i * 7'919 % 1'000'003 * 100;
        some.add(value), all.add(value);
        for (const double p : {0.0, 50.0, 95.0, 100.0}) ASSERT_EQ(some.percentile(p), all.percentile(p)) << i;
    }
    EXPECT_TRUE(some.exact());
}

TEST(Durations, ThenAtMostASixteenthTooHigh) {
    Durations some;
    Distribution all;
    for (std::int64_t i = 1; i <= 5'000; ++i) {
        const std::int64_t value = i * i * i % 1'000'003 * 50'000 + 70'000;  // 70 us to 50 s
        some.add(value), all.add(value);
    }
    EXPECT_FALSE(some.exact());
    for (const double p : {1.0, 50.0, 95.0, 99.0}) {
        EXPECT_GE(some.percentile(p), all.percentile(p));
        EXPECT_LE(static_cast<double>(some.percentile(p)), static_cast<double>(all.percentile(p)) * 17 / 16) << p;
    }
    EXPECT_EQ(some.percentile(100), all.greatest());
    EXPECT_EQ(some.greatest(), all.greatest());
}

TEST(Durations, ExtremesStayWithinWhatWasSeen) {
    Durations some;
    for (int i = 0; i < 200; ++i) some.add(record::Nanos{3});
    EXPECT_EQ(some.percentile(50), 3);
    for (int i = 0; i < 2'000; ++i) some.add(record::Nanos{1} << 50);
    EXPECT_EQ(some.percentile(95), record::Nanos{1} << 50);
}

TEST(Register, KeepsTheFirstAndCountsTheOthers) {
    Register<int> all;
    for (std::size_t i = 0; i < Register<int>::kMost; ++i) *all.at(std::to_string(i)) = 1;
    EXPECT_EQ(all.at("new"), nullptr);
    EXPECT_NE(all.at("17"), nullptr);
    EXPECT_EQ(all.left_out(), 1U);
    EXPECT_EQ(all.size(), Register<int>::kMost);
}

TEST(Grid, NamesGiveWayNumbersDoNot) {
    Grid grid;
    grid.column("server", Grid::Kind::name).column("count", Grid::Kind::number);
    grid.row({"a-very-long-host-name-that-goes-on-and-on-for-ever.example.com", "123,456"});
    std::string out;
    grid.print(out, {.width = 40, .colour = false, .unicode = true});
    EXPECT_EQ(out,
              "  server                           count\n"
              "  a-very-long-ho…er.example.com  123,456\n");
}

}  // namespace
}  // namespace tlsscope::report::inventory
