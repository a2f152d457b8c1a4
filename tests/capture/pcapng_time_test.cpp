#include "capture/pcapng_interface.h"
#include "pcapng_testing.h"

#include <limits>

namespace tlsscope::capture {
namespace {

Nanos time_of(std::uint8_t resolution, std::uint64_t ticks) {
    return one_packet({.resolution = resolution}, ticks).frames.at(0).frame.time;
}

TEST(PcapngTime, F29_nanoseconds) { EXPECT_EQ(time_of(9, 1'704'067'200'123'456'789), kStart + 123'456'789); }

TEST(PcapngTime, F30_binary_fractions) {
    EXPECT_EQ(time_of(0x80 | 10, 1'704'067'200ULL * 1024 + 512), kStart + 500'000'000);
}

TEST(PcapngTime, F31_two_to_the_minus_63) { EXPECT_EQ(time_of(0x80 | 63, 3ULL << 62), 1'500'000'000); }

TEST(PcapngTime, ten_to_the_minus_18_is_exact) {
    EXPECT_EQ(time_of(18, 18'446'744'073'709'551'615ULL), 18'446'744'073);
    EXPECT_EQ(time_of(12, 1'234'567'890'123'999ULL), 1'234'567'890'123);
}

TEST(PcapngTime, F32_finer_resolutions_have_no_times) {
    for (const int resolution : {0x80 | 127, 0x80 | 64, 19, 20, 127}) {
        const ReadResult got = one_packet({.resolution = static_cast<std::uint8_t>(resolution)}, 12345);
        ASSERT_EQ(got.frames.size(), 1U);
        EXPECT_EQ(got.frames[0].frame.time, record::kNoTime);
        expect_one_problem(got, Problem::Kind::damaged, 28, "finer than");
    }
}

TEST(PcapngTime, F33_whole_seconds) {
    EXPECT_EQ(time_of(0, 1'704'067'200), kStart);
    EXPECT_EQ(time_of(0x80, 1'704'067'200), kStart);
    EXPECT_EQ(time_of(0, std::numeric_limits<std::uint64_t>::max()), kLatest);
}

TEST(PcapngTime, time_offset_in_seconds) {
    EXPECT_EQ(one_packet({.offset = 100}, kTicks).frames.at(0).frame.time, kTime + 100 * kSecond);
    PcapngBuilder big{true};
    big.section().interface({.offset = 100}).packet(0, kPacket, kTicks);
    EXPECT_EQ(read_all(big.bytes()).frames.at(0).frame.time, kTime + 100 * kSecond);
    EXPECT_EQ(one_packet({.offset = -1'704'067'200}, kTicks).frames.at(0).frame.time, 123'456'000);
}

TEST(PcapngTime, F34_offset_out_of_range_is_held_at_the_limit) {
    ReadResult got = one_packet({.offset = std::numeric_limits<std::int64_t>::max()}, kTicks);
    EXPECT_EQ(got.frames.at(0).frame.time, kLatest);
    expect_one_problem(got, Problem::Kind::note, 28, "if_tsoffset");
    got = one_packet({.offset = std::numeric_limits<std::int64_t>::min()}, 0);
    EXPECT_EQ(got.frames.at(0).frame.time, kEarliest);
    EXPECT_EQ(got.problems.size(), 1U);
    static_assert(kLatest - kEarliest > 0, "the difference of any two times fits");
}

TEST(PcapngTime, F35_simple_packets_have_no_times) {
    PcapngBuilder file;
    file.section().interface().simple_packet(kPacket);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].data, kPacket);
    EXPECT_EQ(got.frames[0].frame.time, record::kNoTime);
    EXPECT_TRUE(got.problems.empty());
}

}  // namespace
}  // namespace tlsscope::capture
