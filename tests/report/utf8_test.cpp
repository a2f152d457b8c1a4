#include "report/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace tlsscope::report {
namespace {

TEST(Utf8, DecodesEveryLength) {
    EXPECT_EQ(decode("a", 0).code, U'a');
    EXPECT_EQ(decode("\xc3\xa9", 0).code, U'\u00e9');
    EXPECT_EQ(decode("\xe2\x82\xac", 0).code, U'\u20ac');
    const CodePoint emoji = decode("\xf0\x9f\x98\x80", 0);
    EXPECT_EQ(emoji.code, U'\U0001f600');
    EXPECT_EQ(emoji.length, 4U);
    EXPECT_TRUE(emoji.valid);
}

TEST(Utf8, InvalidSequencesAreOneByteLong) {
    for (const std::string_view bad :
         {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
          "\xf5\x80\x80\x80", "\xff", "\xe2\x82", "\xc3", "\xc3("}) {
        const CodePoint c = decode(bad, 0);
        EXPECT_FALSE(c.valid) << testing::PrintToString(std::string{bad});
        EXPECT_EQ(c.length, 1U);
        EXPECT_EQ(c.code, static_cast<unsigned char>(bad[0]));
    }
}

/// Against a table-free definition: encoding what was decoded gives the bytes back, for every code point.
TEST(Utf8, EveryCodePointRoundTrips) {
    for (char32_t code = 0; code <= 0x10ffff; ++code) {
        std::string text;
        const auto push = [&](char32_t b) { text += static_cast<char>(static_cast<unsigned char>(b)); };
        if (code < 0x80) push(code);
        else if (code < 0x800) push(0xc0 | code >> 6), push(0x80 | (code & 0x3f));
        else if (code < 0x10000) push(0xe0 | code >> 12), push(0x80 | (code >> 6 & 0x3f)), push(0x80 | (code & 0x3f));
        else
            push(0xf0 | code >> 18), push(0x80 | (code >> 12 & 0x3f)), push(0x80 | (code >> 6 & 0x3f)),
                push(0x80 | (code & 0x3f));
        const CodePoint c = decode(text, 0);
        const bool surrogate = code >= 0xd800 && code <= 0xdfff;
        ASSERT_EQ(c.valid, !surrogate) << std::hex << static_cast<unsigned>(code);
        ASSERT_EQ(c.code, surrogate ? static_cast<unsigned char>(text[0]) : code);
    }
}

TEST(Utf8, Widths) {
    EXPECT_EQ(display_width("plain"), 5U);
    EXPECT_EQ(display_width("e\xcc\x81"), 1U);                 // e with a combining acute accent
    EXPECT_EQ(display_width("\xe4\xb8\xad\xe6\x96\x87"), 4U);  // two CJK characters
    EXPECT_EQ(display_width("\xf0\x9f\x98\x80"), 2U);
    EXPECT_EQ(display_width("\xc3\xa9"), 1U);
    EXPECT_EQ(display_width("\xe2\x94\x80\xe2\x96\x88"), 2U);  // box drawing and blocks are narrow
}

TEST(Utf8, HiddenCharacters) {
    for (const char32_t code :
         {0x00U,   0x1bU,   0x7fU,   0x80U,   0x9bU,   0xadU,   0x61cU,  0x200bU,  0x200eU,  0x202aU,
          0x202eU, 0x2028U, 0x2060U, 0x2066U, 0x2069U, 0xfeffU, 0xfffeU, 0x1ffffU, 0xe0041U, 0x3164U})
        EXPECT_TRUE(is_hidden(code)) << std::hex << static_cast<unsigned>(code);
    for (const char32_t code : {0x20U, 0x7eU, 0xa0U, 0xe9U, 0x5d0U, 0x4e2dU, 0x1f600U, 0x301U})
        EXPECT_FALSE(is_hidden(code)) << std::hex << static_cast<unsigned>(code);
}

}  // namespace
}  // namespace tlsscope::report
