// Pieces put on disk and read back, and what is said when that cannot be done.
#include "files/scratch.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

namespace tlsscope::files {
namespace {

std::string piece(std::size_t i) { return std::string(i * 37 % 5000, static_cast<char>('a' + i % 26)); }

TEST(Scratch, GivesBackWhatWasPutInAnyOrder) {
    Scratch scratch;
    std::vector<std::uint64_t> places;
    constexpr std::size_t kMany = 2000;  // some megabytes, in the file and not only in the buffer
    for (std::size_t i = 0; i < kMany; ++i) places.push_back(scratch.put(piece(i)).value());
    for (std::size_t i = 0; i < kMany; ++i) ASSERT_EQ(scratch.get(places[i]), piece(i));
    for (std::size_t i = kMany; i-- > 0;) ASSERT_EQ(scratch.get(places[i]), piece(i));
    const auto more = scratch.put("more");
    ASSERT_TRUE(more);
    EXPECT_EQ(scratch.get(*more), "more");
    EXPECT_EQ(scratch.get(places[7]), piece(7));
    EXPECT_EQ(scratch.error(), "");
}

TEST(Scratch, TakesAPieceLargerThanItsBuffer) {
    Scratch scratch;
    const std::string large(3'000'000, 'L');
    const auto first = scratch.put(large);
    const auto second = scratch.put("small");
    ASSERT_TRUE(first && second);
    EXPECT_EQ(scratch.get(*second), "small");
    EXPECT_EQ(scratch.get(*first), large);
}

TEST(Scratch, LeavesNothingInItsFolder) {
    const std::string folder = ::testing::TempDir() + "scratch_folder";
    std::filesystem::create_directories(folder);
    Scratch scratch{{folder}};
    ASSERT_TRUE(scratch.put(std::string(1 << 20, 'x')));
    ASSERT_TRUE(scratch.put("now the file is there"));
    EXPECT_TRUE(std::filesystem::is_empty(folder)) << "even while it is in use";
}

TEST(Scratch, TakesTheFirstFolderThatWillHaveIt) {
    Scratch scratch{{"/nonexistent", ::testing::TempDir()}};
    EXPECT_TRUE(scratch.put("x"));
    EXPECT_EQ(scratch.error(), "");
}

TEST(Scratch, RefusesWhereThereIsNoFolder) {
    Scratch scratch{{"/nonexistent"}};
    EXPECT_FALSE(scratch.put("x"));
    EXPECT_EQ(scratch.error(), "cannot create a temporary file in /nonexistent: No such file or directory");
}

TEST(Scratch, WhatCameBeforeAFullDiskCanStillBeRead) {
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
    auto* const old = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 600'000;  // in the middle of a buffer
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
    Scratch scratch;
    std::vector<std::uint64_t> places;
    while (const auto place = scratch.put(piece(places.size()))) places.push_back(*place);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old);

    EXPECT_GT(places.size(), 200U);
    for (std::size_t i = 0; i < places.size(); ++i) ASSERT_EQ(scratch.get(places[i]), piece(i));
    EXPECT_FALSE(scratch.put("never again"));
    EXPECT_TRUE(scratch.error().ends_with(": File too large")) << scratch.error();
}

TEST(Scratch, APlaceWhereNothingIsGivesNothing) {
    Scratch scratch;
    EXPECT_FALSE(scratch.get(0));
    ASSERT_TRUE(scratch.put("x"));
    EXPECT_FALSE(scratch.get(100));
}

}  // namespace
}  // namespace tlsscope::files
