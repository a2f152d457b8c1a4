#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "capture_testing.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using testing::HasSubstr;

const Buffer kPacket = tcp({.payload = "hello"}).ipv4().ethernet_unpadded();
constexpr std::uint64_t kTicks = 1'704'067'200'123'456;  // microseconds: kStart and 123456 us
constexpr Nanos kTime = kStart + 123'456'000;

void expect_one_problem(const ReadResult& got, Problem::Kind kind, std::uint64_t offset, const std::string& words) {
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, kind) << got.problems[0].text();
    EXPECT_EQ(got.problems[0].offset, offset) << got.problems[0].text();
    EXPECT_THAT(got.problems[0].reason, HasSubstr(words));
}

void expect_six(const PcapngBuilder& file) {
    const ReadResult got = read_all(file.bytes());
    EXPECT_THAT(got.problems, testing::IsEmpty());
    ASSERT_EQ(got.frames.size(), 6U);
    for (const OwnedFrame& f : got.frames) {
        EXPECT_EQ(f.data, kPacket);
        EXPECT_EQ(f.frame.time, kTime);
        EXPECT_EQ(f.frame.link_type, 1);
        EXPECT_EQ(f.frame.wire_length, kPacket.size());
    }
}

PcapngBuilder& six_packets(PcapngBuilder& file) {
    for (int i = 0; i < 6; ++i) file.packet(0, kPacket, kTicks);
    return file;
}

/// One packet of this many ticks on an interface of this kind.
ReadResult one_packet(const PcapngInterface& interface, std::uint64_t ticks) {
    PcapngBuilder file;
    file.section().interface(interface).packet(0, kPacket, ticks);
    return read_all(file.bytes());
}

Nanos time_of(std::uint8_t resolution, std::uint64_t ticks) {
    return one_packet({.resolution = resolution}, ticks).frames.at(0).frame.time;
}

TEST(Pcapng, F26_little_endian) {
    PcapngBuilder file;
    expect_six(six_packets(file.section().interface()));
}

TEST(Pcapng, F27_big_endian) {
    PcapngBuilder file{true};
    expect_six(six_packets(file.section().interface()));
}

TEST(Pcapng, F28_sections_of_both_byte_orders) {
    PcapngBuilder file;
    for (int i = 0; i < 6; ++i) file.section(i % 2 == 1).interface().packet(0, kPacket, kTicks);
    expect_six(file);
}

TEST(Pcapng, F29_nanoseconds) { EXPECT_EQ(time_of(9, 1'704'067'200'123'456'789), kStart + 123'456'789); }

TEST(Pcapng, F30_binary_fractions) {
    EXPECT_EQ(time_of(0x80 | 10, 1'704'067'200ULL * 1024 + 512), kStart + 500'000'000);
}

TEST(Pcapng, F31_two_to_the_minus_63) { EXPECT_EQ(time_of(0x80 | 63, 3ULL << 62), 1'500'000'000); }

TEST(Pcapng, ten_to_the_minus_18_is_exact) {
    EXPECT_EQ(time_of(18, 18'446'744'073'709'551'615ULL), 18'446'744'073);
    EXPECT_EQ(time_of(12, 1'234'567'890'123'999ULL), 1'234'567'890'123);
}

TEST(Pcapng, F32_finer_resolutions_have_no_times) {
    for (const int resolution : {0x80 | 127, 0x80 | 64, 19, 20, 127}) {
        const ReadResult got = one_packet({.resolution = static_cast<std::uint8_t>(resolution)}, 12345);
        ASSERT_EQ(got.frames.size(), 1U);
        EXPECT_EQ(got.frames[0].frame.time, record::kNoTime);
        expect_one_problem(got, Problem::Kind::damaged, 28, "finer than");
    }
}

TEST(Pcapng, F33_whole_seconds) {
    EXPECT_EQ(time_of(0, 1'704'067'200), kStart);
    EXPECT_EQ(time_of(0x80, 1'704'067'200), kStart);
    EXPECT_EQ(time_of(0, std::numeric_limits<std::uint64_t>::max()), std::numeric_limits<Nanos>::max());
}

TEST(Pcapng, time_offset_in_seconds) {
    EXPECT_EQ(one_packet({.offset = 100}, kTicks).frames.at(0).frame.time, kTime + 100 * kSecond);
    EXPECT_EQ(one_packet({.offset = -1'704'067'200}, kTicks).frames.at(0).frame.time, 123'456'000);
}

TEST(Pcapng, F34_offset_out_of_range_is_held_at_the_limit) {
    ReadResult got = one_packet({.offset = std::numeric_limits<std::int64_t>::max()}, kTicks);
    EXPECT_EQ(got.frames.at(0).frame.time, std::numeric_limits<Nanos>::max());
    expect_one_problem(got, Problem::Kind::note, 28, "if_tsoffset");
    got = one_packet({.offset = std::numeric_limits<std::int64_t>::min()}, 0);
    EXPECT_EQ(got.frames.at(0).frame.time, record::kNoTime + 1);
    EXPECT_EQ(got.problems.size(), 1U);
}

TEST(Pcapng, F35_simple_packets_have_no_times) {
    PcapngBuilder file;
    file.section().interface().simple_packet(kPacket);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].data, kPacket);
    EXPECT_EQ(got.frames[0].frame.time, record::kNoTime);
    EXPECT_TRUE(got.problems.empty());
}

TEST(Pcapng, simple_packet_is_cut_at_the_snaplen) {
    PcapngBuilder file;
    Buffer cut{kPacket};
    cut.resize(21);  // and three bytes of padding in the block
    file.section().interface({.snaplen = 21}).simple_packet(cut, static_cast<std::uint32_t>(kPacket.size()));
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].data, cut);
    EXPECT_EQ(got.frames[0].frame.wire_length, kPacket.size());
}

TEST(Pcapng, F36_simple_packet_before_any_interface) {
    PcapngBuilder file;
    file.section().simple_packet(kPacket).interface().packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    expect_one_problem(got, Problem::Kind::damaged, 28, "before any interface");
}

TEST(Pcapng, F37_packet_of_an_unknown_interface_is_skipped_and_counted) {
    PcapngBuilder file;
    file.section().interface().packet(7, kPacket, kTicks).packet(8, kPacket, kTicks).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].frame.interface, 0U);
    expect_one_problem(got, Problem::Kind::damaged, 28 + 24, "(the first of 2)");
}

TEST(Pcapng, F38_to_F41_impossible_block_lengths_stop) {
    for (const std::uint32_t length : {0xfffffffcU, 0U, 8U, 13U, 4U}) {
        PcapngBuilder file;
        file.section().interface().packet(0, kPacket, kTicks);
        const std::size_t at = file.bytes().size();
        file.block(6, kPacket, length).packet(0, kPacket, kTicks);
        const ReadResult got = read_all(file.bytes());
        EXPECT_EQ(got.frames.size(), 1U) << length;
        expect_one_problem(got, Problem::Kind::damaged, at, "block length");
    }
}

TEST(Pcapng, F42_wrong_trailer_before_a_plausible_block) {
    PcapngBuilder file;
    file.section().interface();
    Buffer body;
    for (const std::uint32_t field : {0U, 0U, 0U, 4U, 4U}) file.integer(body, field, 4);
    put(body, from_hex("01020304"));
    file.block(6, body, {}, 4711).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 2U);
    expect_one_problem(got, Problem::Kind::note, 28 + 24, "both ends");
}

TEST(Pcapng, F42_wrong_trailer_before_nonsense) {
    PcapngBuilder file;
    file.section().interface().packet(0, kPacket, kTicks);
    const std::size_t at = file.bytes().size();
    file.block(6, Buffer(24), {}, 4711).append(Buffer(64));
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    expect_one_problem(got, Problem::Kind::damaged, at, "both ends");
}

TEST(Pcapng, F43_options_beyond_their_block) {
    PcapngBuilder file;
    file.section().interface().packet(0, kPacket, kTicks, {}, from_hex("0200ff0000000000"));
    ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].data, kPacket);
    EXPECT_TRUE(got.problems.empty());

    got = one_packet({.resolution = 9, .more_options = from_hex("02000010")}, 5);
    EXPECT_EQ(got.frames.at(0).frame.time, 5);
    expect_one_problem(got, Problem::Kind::note, 28, "options");
}

TEST(Pcapng, F44_F45_other_blocks_are_skipped) {
    PcapngBuilder file;
    file.section().block(0x0bad, Buffer(40)).block(5, Buffer(12)).interface().block(9, from_hex("61626364"));
    file.block(0x80001234, Buffer(100'000)).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    EXPECT_TRUE(got.problems.empty());
}

TEST(Pcapng, a_skipped_block_may_be_larger_than_the_buffer) {
    PcapngBuilder file;
    file.section().interface().block(0x80001234, Buffer(20U << 20)).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    EXPECT_TRUE(got.problems.empty());
}

TEST(Pcapng, F45_secrets_and_names_are_kept) {
    PcapngBuilder file;
    file.section().interface().secrets(0x544c534b, "CLIENT_RANDOM 01 02\n").secrets(0x57474b4c, "wireguard");
    file.name_ipv4(from_hex("0a000001"), "host.example").packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    EXPECT_THAT(got.extras.secrets, testing::ElementsAre("CLIENT_RANDOM 01 02\n"));
    EXPECT_THAT(got.extras.names, testing::ElementsAre(testing::Pair("10.0.0.1", "host.example")));
}

TEST(Pcapng, damaged_secrets_are_dropped) {
    PcapngBuilder file;
    file.section().interface().block(10, from_hex("4b534c54 ff000000 61626364")).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    EXPECT_TRUE(got.extras.secrets.empty());
    expect_one_problem(got, Problem::Kind::note, 28 + 24, "damaged secrets");
}

TEST(Pcapng, F46_captured_length_beyond_its_block) {
    PcapngBuilder file;
    file.section().interface();
    Buffer body;
    for (const std::uint32_t field : {0U, 0U, 0U, 5000U, 5000U}) file.integer(body, field, 4);
    file.block(6, body).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    expect_one_problem(got, Problem::Kind::damaged, 28 + 24, "larger than its block");
}

TEST(Pcapng, F47_snaplen_zero_or_huge_is_unlimited) {
    for (const std::uint32_t snaplen : {0U, 0xffffffffU}) {
        PcapngBuilder file;
        file.section().interface({.snaplen = snaplen}).packet(0, kPacket, kTicks).simple_packet(kPacket);
        const ReadResult got = read_all(file.bytes());
        ASSERT_EQ(got.frames.size(), 2U);
        EXPECT_EQ(got.frames[1].data, kPacket);
    }
}

TEST(Pcapng, F48_wrong_section_length_is_ignored) {
    PcapngBuilder file;
    expect_six(six_packets(file.section({}, 4).interface()));
}

TEST(Pcapng, F49_no_section_header) {
    PcapngBuilder file;
    file.interface().packet(0, kPacket, kTicks);
    expect_one_problem(read_all(file.bytes()), Problem::Kind::unreadable, 0, "not a pcap or pcapng capture");
}

TEST(Pcapng, F50_two_link_types) {
    PcapngBuilder file;
    file.section().interface({.link_type = 1}).interface({.link_type = 101, .fcs_length = 4});
    file.packet(0, kPacket, kTicks).packet(1, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 2U);
    EXPECT_EQ(got.frames[0].frame.link_type, 1);
    EXPECT_EQ(got.frames[1].frame.link_type, 101);
    EXPECT_EQ(got.frames[1].frame.interface, 1U);
    EXPECT_EQ(got.frames[1].frame.fcs_length, 4);
}

TEST(Pcapng, F51_torn_block) {
    PcapngBuilder file;
    six_packets(file.section().interface());
    Buffer torn = file.bytes();
    torn.resize(torn.size() - 5);
    const ReadResult got = read_all(torn);
    EXPECT_EQ(got.frames.size(), 5U);
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, Problem::Kind::damaged);
}

TEST(Pcapng, F52_a_hundred_thousand_interfaces) {
    PcapngBuilder file;
    file.section();
    for (int i = 0; i < 100'000; ++i) file.interface();
    file.packet(1023, kPacket, kTicks).packet(1024, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    ASSERT_EQ(got.problems.size(), 2U);
    EXPECT_THAT(got.problems[0].reason, HasSubstr("more than 1024 interfaces"));
}

TEST(Pcapng, old_packet_block) {
    PcapngBuilder file;
    file.section().interface().interface({.link_type = 101}).old_packet(1, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].data, kPacket);
    EXPECT_EQ(got.frames[0].frame.link_type, 101);
    EXPECT_EQ(got.frames[0].frame.time, kTime);
}

TEST(Pcapng, fcs_length_in_packet_flags) {
    for (const bool big_endian : {false, true}) {
        PcapngBuilder file{big_endian};
        file.section().interface();
        Buffer flags;
        file.integer(flags, 4U << 5, 4);
        file.packet(0, kPacket, kTicks, {}, file.option(2, flags));
        EXPECT_EQ(read_all(file.bytes()).frames.at(0).frame.fcs_length, 4);
    }
}

TEST(Pcapng, interface_numbers_start_again_in_each_section) {
    PcapngBuilder file;
    file.section().interface({.link_type = 101}).section().interface({.link_type = 1}).packet(0, kPacket, kTicks);
    EXPECT_EQ(read_all(file.bytes()).frames.at(0).frame.link_type, 1);
}

TEST(Pcapng, only_undecodable_interfaces) {
    const auto ethernet_only = [](std::uint16_t t) { return t == 1; };
    PcapngBuilder file;
    file.section().interface({.link_type = 147}).packet(0, kPacket, kTicks);
    ReadResult got = read_all(file.bytes(), {.filter = nullptr, .supported_link_type = ethernet_only});
    ASSERT_EQ(got.problems.size(), 2U);
    EXPECT_THAT(got.problems[0].reason, HasSubstr("link type 147 (USER0)"));
    EXPECT_EQ(got.problems[1].kind, Problem::Kind::unreadable);

    file.interface().packet(1, kPacket, kTicks);
    got = read_all(file.bytes(), {.filter = nullptr, .supported_link_type = ethernet_only});
    EXPECT_EQ(got.frames.size(), 2U);
    expect_one_problem(got, Problem::Kind::note, 28, "USER0");
}

TEST(Pcapng, every_cut_gives_the_whole_packets_before_it) {
    PcapngBuilder file;
    file.section().interface({.resolution = 6, .offset = 0}).secrets(0x544c534b, "secret");
    std::vector<std::size_t> ends;
    for (int i = 0; i < 4; ++i) {
        file.packet(0, kPacket, kTicks);
        ends.push_back(file.bytes().size());
        if (i == 1) file.section(true).interface();
    }
    for (std::size_t size = 28; size <= file.bytes().size(); ++size) {
        Buffer cut = file.bytes();
        cut.resize(size);
        const ReadResult got = read_all(cut);
        const auto whole = std::count_if(ends.begin(), ends.end(), [&](std::size_t end) { return end <= size; });
        ASSERT_EQ(got.frames.size(), static_cast<std::size_t>(whole)) << size;
        ASSERT_LE(got.problems.size(), 1U) << size;
    }
}

TEST(Pcapng, every_flipped_byte_is_survived_and_earlier_packets_stay) {
    PcapngBuilder file;
    six_packets(file.section().interface());
    const std::size_t block = 20 + 12 + (kPacket.size() + 3) / 4 * 4;
    const std::size_t first = file.bytes().size() - 6 * block;
    for (std::size_t at = first; at < file.bytes().size(); ++at) {
        Buffer bad = file.bytes();
        bad[at] ^= 0xff;
        const ReadResult got = read_all(bad);
        ASSERT_GE(got.frames.size(), (at - first) / block) << at;
        ASSERT_LE(got.frames.size(), 6U) << at;
    }
}

}  // namespace
}  // namespace tlsscope::capture
