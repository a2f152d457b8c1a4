#include "bytes/hex.h"

#include <gtest/gtest.h>

#include <vector>

namespace tlsscope::bytes {

namespace {

TEST(Hex, EveryByteHasTwoLowerCaseDigits) {
    std::vector<std::uint8_t> all(256);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
    const std::string text = hex(all);
    ASSERT_EQ(text.size(), 512U);
    EXPECT_EQ(text.substr(0, 6), "000102");
    EXPECT_EQ(text.substr(506), "fdfeff");
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(std::stoul(text.substr(2 * i, 2), nullptr, 16), i);
}

TEST(Hex, NothingIsNothing) { EXPECT_EQ(hex({}), ""); }

TEST(Hex, CodePointsHaveFourDigits) {
    EXPECT_EQ(hex_code(0), "0x0000");
    EXPECT_EQ(hex_code(0x1a2b), "0x1a2b");
    EXPECT_EQ(hex_code(0x00ff), "0x00ff");
    EXPECT_EQ(hex_code(0xffff), "0xffff");
}

TEST(Bytes, TextAndBytesAreTheSameMemory) {
    const std::string_view text = "a\0b";
    const Bytes b = as_bytes(text);
    EXPECT_EQ(as_text(b).data(), text.data());
    EXPECT_EQ(as_text(b), text);
    const std::string_view with_nul{"a\0b", 3};
    EXPECT_EQ(as_bytes(with_nul).size(), 3U);
    EXPECT_EQ(as_text(as_bytes(with_nul)), with_nul);
}

}  // namespace
}  // namespace tlsscope::bytes
