// Connections without a record: counted by target.
#include "pipeline/flood.h"

#include <gtest/gtest.h>

namespace tlsscope::pipeline {
namespace {

using flow::Endpoint;

Endpoint server(std::uint8_t last) { return {{{10, 0, 0, last}, 4}, 443}; }

TEST(FloodCount, NamesTheTargetsWithTheMost) {
    FloodCount flood;
    EXPECT_EQ(flood.text(), "");
    for (int i = 0; i < 3; ++i) flood.add(server(1));
    flood.add(server(2));
    FloodCount other;
    for (int i = 0; i < 5; ++i) other.add(server(2));
    flood.merge(other);
    EXPECT_EQ(flood.total(), 9U);
    EXPECT_TRUE(flood.text().starts_with("9 half-open connections"));
    EXPECT_TRUE(flood.text().ends_with("10.0.0.2:443 (6), 10.0.0.1:443 (3)")) << flood.text();
}

TEST(FloodCount, IsBoundedAndLosesNoCount) {
    FloodCount flood;
    for (std::uint32_t i = 0; i < 5000; ++i)
        flood.add({{{10, 1, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)}, 4}, 443});
    FloodCount sum;
    sum.merge(flood);
    EXPECT_EQ(sum.total(), 5000U);
}

}  // namespace
}  // namespace tlsscope::pipeline
