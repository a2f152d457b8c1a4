#include "report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "report/utf8.h"

namespace tlsscope::report {
namespace {

using testing::ElementsAre;

const Style kUnicode{.width = 80, .colour = false, .unicode = true};
const Style kAscii{.width = 80, .colour = false, .unicode = false};

TEST(Text, Padding) {
    EXPECT_EQ(padded("ab", 4), "ab  ");
    EXPECT_EQ(padded("ab", 4, Align::right), "  ab");
    EXPECT_EQ(padded("\xe4\xb8\xad", 4), "\xe4\xb8\xad  ");
    EXPECT_EQ(padded("abcdef", 4), "abcdef");
}

TEST(Text, Shortening) {
    EXPECT_EQ(shortened(kUnicode, "abcdef", 6), "abcdef");
    EXPECT_EQ(shortened(kUnicode, "abcdefgh", 5), "ab…gh");
    EXPECT_EQ(shortened(kUnicode, "abcdefgh", 5, Cut::end), "abcd…");
    EXPECT_EQ(shortened(kAscii, "abcdefgh", 7), "ab...gh");
    EXPECT_EQ(shortened(kAscii, "abcdefgh", 2), "ab");
    EXPECT_EQ(shortened(kUnicode, "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad", 4), "\xe4\xb8\xad…");
}

TEST(Text, ShorteningNeverExceedsTheWidth) {
    std::mt19937 random{7};
    const std::string_view pieces[] = {"a", "\xe4\xb8\xad", "e\xcc\x81", "\xf0\x9f\x98\x80", " "};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::size_t n = random() % 30; n > 0; --n) text += pieces[random() % 5];
        const std::size_t width = random() % 20;
        for (const Style& style : {kUnicode, kAscii})
            for (const Cut cut : {Cut::middle, Cut::end})
                ASSERT_LE(display_width(shortened(style, text, width, cut)), width) << text;
    }
}

TEST(Text, Wrapping) {
    EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
    EXPECT_THAT(wrapped("abcdefghij", 4), ElementsAre("abcd", "efgh", "ij"));
    EXPECT_THAT(wrapped("a abcdefghij b", 4), ElementsAre("a", "abcd", "efgh", "ij b"));
    EXPECT_THAT(wrapped("", 4), ElementsAre(""));
}

TEST(Text, WrappingLosesNothingAndFits) {
    std::mt19937 random{11};
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        for (std::size_t n = random() % 60; n > 0; --n)
            text += random() % 5 == 0 ? " " : random() % 7 == 0 ? "\xe4\xb8\xad" : "x";
        const std::size_t width = 2 + random() % 20;
        std::string joined;
        for (const std::string& line : wrapped(text, width)) {
            ASSERT_LE(display_width(line), width);
            joined += line;
        }
        const auto without_spaces = [](std::string s) {
            std::erase(s, ' ');
            return s;
        };
        ASSERT_EQ(without_spaces(joined), without_spaces(text));
    }
}

TEST(Text, Bars) {
    EXPECT_EQ(bar(kUnicode, 1.0, 4), "████");
    EXPECT_EQ(bar(kUnicode, 0.5, 4), "██");
    EXPECT_EQ(bar(kUnicode, 0.625, 4), "██▌");
    EXPECT_EQ(bar(kUnicode, 0.0001, 4), "▏");  // something is not nothing
    EXPECT_EQ(bar(kUnicode, 0, 4), "");
    EXPECT_EQ(bar(kUnicode, 7.5, 4), "████");
    EXPECT_EQ(bar(kAscii, 0.5, 4), "##");
    EXPECT_EQ(bar(kAscii, 0.0001, 4), "#");
}

TEST(Text, ColourOnlyWhenTold) {
    EXPECT_EQ(painted(kUnicode, Paint::red, "x"), "x");
    EXPECT_EQ(painted({.width = 80, .colour = true, .unicode = true}, Paint::red, "x"), "\x1b[1;31mx\x1b[0m");
    EXPECT_EQ(painted({.width = 80, .colour = true, .unicode = true}, Paint::none, "x"), "x");
}

TEST(Style, SaneWidths) {
    EXPECT_EQ(Style{}.columns(), 120U);
    EXPECT_EQ((Style{.width = 3, .colour = false, .unicode = true}).columns(), 40U);
    EXPECT_EQ((Style{.width = 100'000, .colour = false, .unicode = true}).columns(), 400U);
}

}  // namespace
}  // namespace tlsscope::report
