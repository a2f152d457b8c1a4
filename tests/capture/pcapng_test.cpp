#include "pcapng_testing.h"

namespace tlsscope::capture {
namespace {

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

TEST(Pcapng, F44_unknown_blocks_are_skipped) {
    PcapngBuilder file;
    file.section().block(0x12, Buffer(12)).interface().block(0x80001234, Buffer(100'000)).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    EXPECT_TRUE(got.problems.empty());
}

TEST(Pcapng, F45_custom_statistics_and_journal_blocks_are_skipped) {
    PcapngBuilder file;
    file.section().block(0x0bad, Buffer(40)).block(0x40000bad, Buffer(40)).interface().block(5, Buffer(12));
    file.block(9, from_hex("61626364")).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
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

/// A file can be nothing but secrets: what is kept has a limit, and the time for it does not grow with the square.
TEST(Pcapng, F45_secrets_and_names_without_end) {
    constexpr std::size_t kMiB = 1 << 20;
    PcapngBuilder file;
    file.section().interface();
    PcapngBuilder empty, large, names;
    empty.secrets(0x544c534b, "");
    large.secrets(0x544c534b, std::string(kMiB, 's'));
    names.name_ipv4(from_hex("0a000001"), std::string(60'000, 'n'));
    for (int i = 0; i < 200'000; ++i) file.append(empty.bytes());
    for (int i = 0; i < 80; ++i) file.append(large.bytes());
    for (int i = 0; i < 400; ++i) file.append(names.bytes());
    const ReadResult got = read_all(file.packet(0, kPacket, kTicks).bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    EXPECT_GT(got.extras.secrets.size(), 200'040U);
    EXPECT_LT(got.extras.secrets.size(), 200'064U);
    EXPECT_GT(got.extras.names.size(), 250U);
    EXPECT_LT(got.extras.names.size() * 60'000, 16 * kMiB);
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

}  // namespace
}  // namespace tlsscope::capture
