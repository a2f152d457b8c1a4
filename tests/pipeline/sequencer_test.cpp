// Records in the order of their connections' first packets, wherever they wait.
#include "pipeline/sequencer.h"

#include <gtest/gtest.h>

#include "flow/tcp_vocabulary.h"

namespace tlsscope::pipeline {
namespace {

std::vector<std::uint64_t> emitted(const std::vector<std::pair<char, std::uint64_t>>& steps,
                                   std::size_t most_in_memory = Sequencer::kInMemory) {
    std::vector<std::uint64_t> out;
    Sequencer in_order{[&](record::ConnectionRecord&& r) { out.push_back(r.stream); }, most_in_memory};
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

record::ConnectionRecord numbered(std::uint64_t stream) {
    record::ConnectionRecord r;
    r.stream = stream;
    r.row.set_integer(flow::tcp_column("stream"), static_cast<std::int64_t>(stream));
    r.row.set_text(flow::tcp_column("client_ip"), std::string(stream % 4000, 'x'));
    return r;
}

/// All but the first of them end before the first does.
std::vector<record::ConnectionRecord> held_up_by_the_first(Sequencer::Emit& emit, Sequencer& in_order,
                                                           std::uint64_t count) {
    std::vector<record::ConnectionRecord> out;
    emit = [&](record::ConnectionRecord&& r) { out.push_back(std::move(r)); };
    for (std::uint64_t stream = count - 1; stream > 0; --stream) in_order.add(numbered(stream));
    EXPECT_TRUE(out.empty());
    in_order.add(numbered(0));
    return out;
}

void expect_all_in_order(const std::vector<record::ConnectionRecord>& records, std::uint64_t count) {
    ASSERT_EQ(records.size(), count);
    for (std::uint64_t stream = 0; stream < count; ++stream) {
        const record::ConnectionRecord& r = records[stream];
        EXPECT_EQ(r.stream, stream);
        EXPECT_EQ(r.row.get(flow::tcp_column("stream")).integer(), static_cast<std::int64_t>(stream));
        EXPECT_EQ(r.row.get(flow::tcp_column("client_ip")).text().size(), stream % 4000);
    }
}

TEST(Sequencer, GivesBackWhatWaitedOnDisk) {
    constexpr std::uint64_t kMany = 3000;  // some megabytes: much more than is buffered
    Sequencer::Emit emit;
    Sequencer in_order{[&](record::ConnectionRecord&& r) { emit(std::move(r)); }, 20'000};
    expect_all_in_order(held_up_by_the_first(emit, in_order, kMany), kMany);
    EXPECT_EQ(in_order.lost(), 0U);
    EXPECT_EQ(in_order.error(), "");
}

TEST(Sequencer, WithoutADiskEverythingWaitsInMemoryAndThatIsSaid) {
    Sequencer::Emit emit;
    Sequencer in_order{[&](record::ConnectionRecord&& r) { emit(std::move(r)); }, 0, files::Scratch{{"/nonexistent"}}};
    expect_all_in_order(held_up_by_the_first(emit, in_order, 100), 100);
    EXPECT_EQ(in_order.lost(), 0U);
    EXPECT_EQ(in_order.error(), "cannot create a temporary file in /nonexistent: No such file or directory");
}

TEST(Sequencer, PassesWhatWillNotComeAmongThoseOnDisk) {
    using Streams = std::vector<std::uint64_t>;
    EXPECT_EQ(emitted({{'+', 5}, {'s', 3}, {'+', 4}, {'+', 1}, {'s', 2}, {'+', 0}}, 0), (Streams{0, 1, 4, 5}));
    EXPECT_EQ(emitted({{'+', 2}, {'+', 1}, {'s', 0}, {'+', 3}}, 0), (Streams{1, 2, 3}));
}

TEST(Sequencer, KeepsALadderInMemory) {
    std::vector<bool> ladders;
    Sequencer in_order{[&](record::ConnectionRecord&& r) { ladders.push_back(r.ladder != nullptr); }, 0};
    record::ConnectionRecord with = numbered(1);
    with.ladder = std::make_unique<record::Ladder>();
    in_order.add(std::move(with));
    in_order.add(numbered(2));
    in_order.add(numbered(0));
    EXPECT_EQ(ladders, (std::vector{false, true, false}));
}

}  // namespace
}  // namespace tlsscope::pipeline
