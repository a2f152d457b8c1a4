// The hash of flow keys: strangers choose the keys.
#include "flow/key.h"

#include <gtest/gtest.h>

#include <set>

namespace tlsscope::flow {
namespace {

/// As `tools/overload` chooses them: XXH3 multiplies the first eight bytes, xored with its secret, by the next eight.
/// Its secret is public, and zero times anything is zero.
FlowKey chosen(std::uint64_t number) {
    FlowKey key;
    key.low.address = {{0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe}, 6};
    for (std::size_t i = 0; i < 6; ++i) key.low.address.octets[8 + i] = static_cast<std::uint8_t>(number >> (8 * i));
    key.high.address = {{0xfd}, 6};
    return key;
}

std::size_t different_hashes(std::uint64_t seed) {
    std::set<std::uint64_t> hashes;
    for (std::uint64_t i = 0; i < 1000; ++i) hashes.insert(hash(chosen(i), seed));
    return hashes.size();
}

TEST(Key, ChosenKeysCollideWithoutASeed) { EXPECT_EQ(different_hashes(0), 1U); }

TEST(Key, ASeedSetsThemApart) {
    for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{0x123456789abcdef0}, ~std::uint64_t{0}})
        EXPECT_EQ(different_hashes(seed), 1000U) << seed;
}

}  // namespace
}  // namespace tlsscope::flow
