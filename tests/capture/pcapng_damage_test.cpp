#include "pcapng_testing.h"

namespace tlsscope::capture {
namespace {

TEST(PcapngDamage, F36_simple_packet_before_any_interface) {
    PcapngBuilder file;
    file.section().simple_packet(kPacket).interface().packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    expect_one_problem(got, Problem::Kind::damaged, 28, "before any interface");
}

TEST(PcapngDamage, F37_packet_of_an_unknown_interface_is_skipped_and_counted) {
    PcapngBuilder file;
    file.section().interface().packet(7, kPacket, kTicks).packet(8, kPacket, kTicks).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].frame.interface, 0U);
    expect_one_problem(got, Problem::Kind::damaged, 28 + 24, "(the first of 2)");
}

/// Two packets around a block of this length: the first one stays, nothing is guessed behind.
void expect_stop_at_length(std::uint32_t length) {
    PcapngBuilder file;
    file.section().interface().packet(0, kPacket, kTicks);
    const std::size_t at = file.bytes().size();
    file.block(kPacketBlock, kPacket, length).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U) << length;
    expect_one_problem(got, Problem::Kind::damaged, at, "block length " + std::to_string(length));
}

TEST(PcapngDamage, F38_block_length_of_4_GiB) { expect_stop_at_length(0xfffffffc); }
TEST(PcapngDamage, F39_block_length_0) { expect_stop_at_length(0); }
TEST(PcapngDamage, F40_block_length_8) {
    expect_stop_at_length(8);
    expect_stop_at_length(4);
}
TEST(PcapngDamage, F41_block_length_not_a_multiple_of_4) { expect_stop_at_length(13); }

TEST(PcapngDamage, F41_section_header_length) {
    for (const std::uint32_t length : {0U, 24U, 30U}) {
        PcapngBuilder file;
        file.section().interface().packet(0, kPacket, kTicks);
        const std::size_t at = file.bytes().size();
        Buffer body;
        for (const std::uint32_t field : {0x1a2b3c4dU, 1U, 0xffffffffU, 0xffffffffU}) file.integer(body, field, 4);
        file.block(0x0a0d0d0a, body, length).interface().packet(0, kPacket, kTicks);
        const ReadResult got = read_all(file.bytes());
        EXPECT_EQ(got.frames.size(), 1U) << length;
        expect_one_problem(got, Problem::Kind::damaged, at, "section header length " + std::to_string(length));
    }
}

/// A block that is stepped over may be as long as it likes; the file ends before it does.
TEST(PcapngDamage, F38_unknown_block_of_4_GiB) {
    PcapngBuilder file;
    file.section().interface().packet(0, kPacket, kTicks);
    const std::size_t at = file.bytes().size();
    file.block(0x80001234, Buffer(1000), 0xfffffffc);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    expect_one_problem(got, Problem::Kind::damaged, at, "the file ends after 1012 of 4294967292 bytes");
}

TEST(PcapngDamage, F42_wrong_trailer_before_a_plausible_block) {
    PcapngBuilder file;
    file.section().interface();
    Buffer body;
    for (const std::uint32_t field : {0U, 0U, 0U, 4U, 4U}) file.integer(body, field, 4);
    put(body, from_hex("01020304"));
    file.block(kPacketBlock, body, {}, 4711).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 2U);
    expect_one_problem(got, Problem::Kind::note, 28 + 24, "both ends");
}

TEST(PcapngDamage, F42_wrong_trailer_before_nonsense) {
    PcapngBuilder file;
    file.section().interface().packet(0, kPacket, kTicks);
    const std::size_t at = file.bytes().size();
    file.block(kPacketBlock, Buffer(24), {}, 4711).append(Buffer(64));
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    expect_one_problem(got, Problem::Kind::damaged, at, "both ends");
}

/// Blocks that are not looked into lead to the next one just as well.
TEST(PcapngDamage, F42_wrong_trailer_of_a_block_that_is_stepped_over) {
    for (const bool followed : {true, false}) {
        PcapngBuilder file;
        file.section().interface().packet(0, kPacket, kTicks);
        const std::size_t at = file.bytes().size();
        file.block(5, Buffer(12), {}, 4711);
        if (followed) file.packet(0, kPacket, kTicks);
        else file.append(Buffer(64));
        const ReadResult got = read_all(file.bytes());
        EXPECT_EQ(got.frames.size(), followed ? 2U : 1U);
        expect_one_problem(got, followed ? Problem::Kind::note : Problem::Kind::damaged, at, "both ends");
    }
}

TEST(PcapngDamage, F43_options_beyond_their_block) {
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

TEST(PcapngDamage, damaged_secrets_are_dropped) {
    PcapngBuilder file;
    file.section().interface().block(10, from_hex("4b534c54 ff000000 61626364")).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    EXPECT_TRUE(got.extras.secrets.empty());
    expect_one_problem(got, Problem::Kind::note, 28 + 24, "damaged secrets");
}

TEST(PcapngDamage, F46_captured_length_beyond_its_block) {
    PcapngBuilder file;
    file.section().interface();
    Buffer body;
    for (const std::uint32_t field : {0U, 0U, 0U, 5000U, 5000U}) file.integer(body, field, 4);
    file.block(kPacketBlock, body).packet(0, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    expect_one_problem(got, Problem::Kind::damaged, 28 + 24, "larger than its block");
}

TEST(PcapngDamage, F49_no_section_header) {
    PcapngBuilder file;
    file.interface().packet(0, kPacket, kTicks);
    expect_one_problem(read_all(file.bytes()), Problem::Kind::unreadable, 0, "not a pcap or pcapng capture");
}

TEST(PcapngDamage, F51_torn_block) {
    PcapngBuilder file;
    six_packets(file.section().interface());
    Buffer torn = file.bytes();
    torn.resize(torn.size() - 5);
    const ReadResult got = read_all(torn);
    EXPECT_EQ(got.frames.size(), 5U);
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, Problem::Kind::damaged);
}

TEST(PcapngDamage, F52_a_hundred_thousand_interfaces) {
    PcapngBuilder file;
    file.section();
    for (int i = 0; i < 100'000; ++i) file.interface();
    file.packet(1023, kPacket, kTicks).packet(1024, kPacket, kTicks);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    ASSERT_EQ(got.problems.size(), 2U);
    EXPECT_THAT(got.problems[0].reason, HasSubstr("more than 1024 interfaces"));
}

TEST(PcapngDamage, every_flipped_byte_is_survived_and_earlier_packets_stay) {
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
