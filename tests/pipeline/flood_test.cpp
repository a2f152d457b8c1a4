// Connections without a record: counted by target, and waited for by nobody.
#include "pipeline/flood.h"

#include <gtest/gtest.h>

#include "pipeline/sequencer.h"

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

std::vector<std::uint64_t> emitted(const std::vector<std::pair<char, std::uint64_t>>& steps) {
    std::vector<std::uint64_t> out;
    Sequencer in_order{[&](record::ConnectionRecord&& r) { out.push_back(r.stream); }};
    for (const auto& [what, stream] : steps) {
        if (what == 's') {
            in_order.skip(stream);
            continue;
        }
        record::ConnectionRecord r;
        r.stream = stream;
        in_order.add(std::move(r));
    }
    return out;
}

TEST(Sequencer, PassesWhatWillNotCome) {
    using Streams = std::vector<std::uint64_t>;
    EXPECT_EQ(emitted({{'s', 0}, {'+', 1}}), (Streams{1}));
    EXPECT_EQ(emitted({{'+', 1}, {'s', 0}}), (Streams{1}));
    EXPECT_EQ(emitted({{'+', 4}, {'s', 2}, {'s', 1}, {'+', 0}, {'s', 3}}), (Streams{0, 4}));
    EXPECT_EQ(emitted({{'+', 3}, {'s', 1}, {'+', 2}}), Streams{}) << "0 is still open";
    EXPECT_EQ(emitted({{'s', 5}, {'+', 0}, {'+', 1}, {'+', 2}, {'+', 3}, {'+', 4}, {'+', 6}}),
              (Streams{0, 1, 2, 3, 4, 6}));
}

}  // namespace
}  // namespace tlsscope::pipeline
