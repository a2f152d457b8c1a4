#include "files/rotation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "files_testing.h"

namespace tlsscope::files {
namespace {

class Names : public testing::Test {
  protected:
    void SetUp() override {
        ::setenv("TZ", "UTC0", 1);
        ::tzset();
    }
};

std::optional<std::uint64_t> size_of(std::string_view text) {
    std::string error;
    const auto out = parse_size(text, error);
    EXPECT_EQ(out.has_value(), error.empty());
    return out;
}

TEST(Sizes, AreTcpdumps) {
    EXPECT_EQ(size_of("10"), 10'000'000U);
    EXPECT_EQ(size_of("3k"), 3072U);
    EXPECT_EQ(size_of("3K"), 3072U);
    EXPECT_EQ(size_of("2M"), 2U << 20);
    EXPECT_EQ(size_of("1g"), 1U << 30);
    for (const char* wrong : {"", "0", "-1", "k", "1kb", "1 k", "10T", "1.5", "99999999999999999999", "9999999999999G"})
        EXPECT_FALSE(size_of(wrong)) << wrong;
    std::string error;
    EXPECT_FALSE(parse_size("ten", error));
    EXPECT_EQ(error, "'ten' is no file size: give millions of bytes, or a number with k, M or G");
}

TEST(Counts, AreWholeNumbersFromOne) {
    std::string error;
    EXPECT_EQ(parse_count("20", error), 20U);
    for (const char* wrong : {"", "0", "-1", "1x", "4294967296"}) EXPECT_FALSE(parse_count(wrong, error)) << wrong;
    EXPECT_EQ(error, "'4294967296' is not a whole number from 1 to 4294967295");
}

TEST_F(Names, BySizeAreNumberedFromTheSecondOn) {
    SeriesNames names{"/tmp/out.pcapng", {.bytes = 1000}};
    EXPECT_EQ(names.first(kNewYear), "out.pcapng");
    EXPECT_EQ(names.next_number(), "out.pcapng1");
    EXPECT_EQ(names.next_number(), "out.pcapng2");
    EXPECT_EQ(names.folder(), "/tmp");
}

TEST_F(Names, OfARingHaveLeadingZeros) {
    SeriesNames names{"out", {.bytes = 1000, .files = 11}};
    EXPECT_EQ(names.first(kNewYear), "out00");
    for (int i = 1; i < 11; ++i)
        EXPECT_EQ(names.next_number(), "out" + std::string{i < 10 ? "0" : ""} + std::to_string(i));
    EXPECT_EQ(names.next_number(), "out00");
    SeriesNames ten{"out", {.bytes = 1000, .files = 10}};
    EXPECT_EQ(ten.first(kNewYear), "out0");
    SeriesNames one{"out", {.bytes = 1000, .files = 1}};
    EXPECT_EQ(one.first(kNewYear), "out");
    EXPECT_EQ(one.next_number(), "out");
}

TEST_F(Names, ByTimeGoThroughStrftime) {
    SeriesNames names{"100%/a%b/../t-%Y%m%d-%H%M%S-%%.csv", {.bytes = 0}};
    EXPECT_EQ(names.first(kNewYear), "t-%Y%m%d-%H%M%S-%%.csv") << "only with -G, as with tcpdump";
    SeriesNames timed{"t-%Y%m%d-%H%M%S-%%.csv", {.seconds = 60}};
    EXPECT_EQ(timed.first(kNewYear), "t-20240101-000000-%.csv");
    EXPECT_EQ(timed.next_period(kNewYear + 61 * kSecond), "t-20240101-000101-%.csv");
}

TEST_F(Names, InLocalTime) {
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
    SeriesNames names{"%H%M", {.seconds = 60}};
    EXPECT_EQ(names.first(kNewYear), "0100");
}

TEST_F(Names, OfTheSameTimeAreNumberedInsteadOfOverwritten) {
    SeriesNames names{"day-%d", {.seconds = 3600}};
    EXPECT_EQ(names.first(kNewYear), "day-01");
    EXPECT_EQ(names.next_period(kNewYear + 3600 * kSecond), "day-011");
    EXPECT_EQ(names.next_period(kNewYear + 7200 * kSecond), "day-012");
    EXPECT_EQ(names.next_period(kNewYear + 24 * 3600 * kSecond), "day-02");
}

TEST_F(Names, ByTimeAndSizeBeginTheNumbersAnew) {
    SeriesNames names{"t%M-", {.seconds = 60, .bytes = 1000}};
    EXPECT_EQ(names.first(kNewYear), "t00-");
    EXPECT_EQ(names.next_number(), "t00-1");
    EXPECT_EQ(names.next_period(kNewYear + 60 * kSecond), "t01-");
    EXPECT_EQ(names.next_number(), "t01-1");
}

TEST_F(Names, ThatCannotBeAreRefused) {
    const auto problem = [](const char* path, Rotation r) { return SeriesNames{path, r}.problem(kNewYear); };
    EXPECT_EQ(problem("out", {}), "");
    EXPECT_EQ(problem("out", {.files = 3}), "-W needs -G or -C");
    EXPECT_EQ(problem("%Y/out", {.seconds = 1}),
              "the folder %Y cannot change with the time: only the file's own name may have a %");
    EXPECT_EQ(problem("%D", {.seconds = 1}), "the file name %D becomes 01/01/24: a name must not have a slash");
    EXPECT_EQ(problem("folder/", {}), "a file name is missing");
    EXPECT_EQ(problem(std::string(250, 'x').c_str(), {.seconds = 1}).find("the file name xxx"), 0U);
}

}  // namespace
}  // namespace tlsscope::files
