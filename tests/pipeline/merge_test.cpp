// Which numbers the connections of several shards get, and when their records may leave.
#include "pipeline/merge.h"

#include <gtest/gtest.h>

#include <limits>

#include "flow/tcp_vocabulary.h"

namespace tlsscope::pipeline {
namespace {

using Frames = std::vector<std::uint64_t>;

constexpr std::uint64_t kEnd = std::numeric_limits<std::uint64_t>::max();

/// Two shards; what left is known by its first frame.
class MergeOfTwo : public ::testing::Test {
  protected:
    /// `finished`: pairs of the shard's stream and its first frame.
    void progress(std::size_t shard, std::uint64_t through, Frames began,
                  const std::vector<std::pair<std::uint64_t, std::uint64_t>>& finished = {}, Frames none = {}) {
        Progress p;
        p.through = through;
        p.began = std::move(began);
        p.without_record = std::move(none);
        for (const auto& [stream, frame] : finished) {
            record::ConnectionRecord r;
            r.stream = stream;
            r.first_frame = frame;
            p.finished.push_back(std::move(r));
        }
        merge_.take(shard, std::move(p));
    }
    Frames left() { return std::exchange(left_, {}); }

    Frames left_;
    std::vector<std::int64_t> streams_;
    Merge merge_{2, [this](record::ConnectionRecord&& r) {
                     left_.push_back(r.first_frame);
                     streams_.push_back(r.row.get(flow::tcp_column("stream")).integer());
                 }};
};

TEST_F(MergeOfTwo, OrdersByFirstFrame) {
    progress(0, 10, {1, 4}, {{1, 4}, {0, 1}});
    progress(1, 10, {2, 3}, {{1, 3}, {0, 2}});
    EXPECT_EQ(left(), (Frames{1, 2, 3, 4}));
    EXPECT_EQ(streams_, (std::vector<std::int64_t>{0, 1, 2, 3}));
}

TEST_F(MergeOfTwo, WaitsForAShardThatMayStillTellOfAnEarlierOne) {
    progress(0, 10, {5}, {{0, 5}});
    EXPECT_EQ(left(), Frames{});
    progress(1, 4, {});
    EXPECT_EQ(left(), Frames{}) << "frame 5 may be either's, 4 may not";
    progress(1, 5, {});
    EXPECT_EQ(left(), Frames{5});
}

TEST_F(MergeOfTwo, WaitsForAnEarlierConnectionThatIsOpen) {
    progress(0, 10, {2}, {{0, 2}});
    progress(1, 10, {1});
    EXPECT_EQ(left(), Frames{});
    progress(1, 20, {}, {{0, 1}});
    EXPECT_EQ(left(), (Frames{1, 2}));
}

TEST_F(MergeOfTwo, ADozenRoundsOfSteadyWorkHoldNothingBack) {
    for (std::uint64_t round = 0; round < 12; ++round) {
        const std::uint64_t frame = round * 10;
        progress(0, frame + 9, {frame + 1, frame + 3}, {{round * 2, frame + 1}, {round * 2 + 1, frame + 3}});
        progress(1, frame + 9, {frame + 2}, {{round, frame + 2}});
        EXPECT_EQ(left(), (Frames{frame + 1, frame + 2, frame + 3}));
    }
}

TEST_F(MergeOfTwo, ConnectionsWithoutARecordKeepTheirNumber) {
    progress(0, 10, {1, 3}, {{1, 3}});
    progress(1, 10, {2}, {{0, 2}});
    EXPECT_EQ(left(), Frames{});
    progress(0, kEnd, {}, {}, {0});
    EXPECT_EQ(left(), (Frames{2, 3}));
    EXPECT_EQ(streams_, (std::vector<std::int64_t>{1, 2})) << "as one worker would number them";
}

}  // namespace
}  // namespace tlsscope::pipeline
