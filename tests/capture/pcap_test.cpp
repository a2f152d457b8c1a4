#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "capture_testing.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using testing::HasSubstr;

const Buffer kPacket = tcp({.payload = "hello"}).ipv4().ethernet_unpadded();

PcapBuilder six_packets(const PcapOptions& options) {
    PcapBuilder file{options};
    for (int i = 0; i < 6; ++i) file.packet(kPacket, kStart + i * kMillisecond + 123'000);
    return file;
}

void expect_six(const Buffer& file) {
    const ReadResult got = read_all(file);
    ASSERT_EQ(got.frames.size(), 6U);
    EXPECT_THAT(got.problems, testing::IsEmpty());
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(got.frames[i].data, kPacket);
        EXPECT_EQ(got.frames[i].frame.number, i + 1);
        EXPECT_EQ(got.frames[i].frame.time, kStart + static_cast<Nanos>(i) * kMillisecond + 123'000);
        EXPECT_EQ(got.frames[i].frame.wire_length, kPacket.size());
        EXPECT_EQ(got.frames[i].frame.link_type, 1);
        EXPECT_EQ(got.frames[i].frame.fcs_length, 0);
    }
}

/// One problem of this kind and offset whose reason has these words in it.
void expect_problem(const ReadResult& got, Problem::Kind kind, std::uint64_t offset, const std::string& words) {
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, kind) << got.problems[0].text();
    EXPECT_EQ(got.problems[0].offset, offset) << got.problems[0].text();
    EXPECT_THAT(got.problems[0].reason, HasSubstr(words));
}

TEST(Pcap, F1_little_endian_microseconds) { expect_six(six_packets({}).bytes()); }
TEST(Pcap, F2_big_endian_microseconds) { expect_six(six_packets({.big_endian = true}).bytes()); }
TEST(Pcap, F3_little_endian_nanoseconds) { expect_six(six_packets({.nanoseconds = true}).bytes()); }
TEST(Pcap, F4_big_endian_nanoseconds) { expect_six(six_packets({.big_endian = true, .nanoseconds = true}).bytes()); }

TEST(Pcap, nanoseconds_are_kept) {
    PcapBuilder file{{.nanoseconds = true}};
    file.packet(kPacket, kStart + 123'456'789);
    EXPECT_EQ(read_all(file.bytes()).frames.at(0).frame.time, kStart + 123'456'789);
}

TEST(Pcap, F5_modified_record_headers) {
    expect_six(six_packets({.modified = true}).bytes());
    expect_six(six_packets({.big_endian = true, .modified = true}).bytes());
}

TEST(Pcap, F6_file_header_cut_short) {
    Buffer file = six_packets({}).bytes();
    file.resize(20);
    const ReadResult got = read_all(file);
    EXPECT_TRUE(got.frames.empty());
    expect_problem(got, Problem::Kind::unreadable, 0, "20 of 24 bytes");
}

TEST(Pcap, F7_torn_record_header) {
    Buffer file = six_packets({}).bytes();
    file.resize(24 + 2 * (16 + kPacket.size()) + 7);
    const ReadResult got = read_all(file);
    EXPECT_EQ(got.frames.size(), 2U);
    expect_problem(got, Problem::Kind::damaged, 24 + 2 * (16 + kPacket.size()), "record header cut short");
}

TEST(Pcap, F8_torn_record) {
    Buffer file = six_packets({}).bytes();
    file.pop_back();
    const ReadResult got = read_all(file);
    EXPECT_EQ(got.frames.size(), 5U);
    expect_problem(got, Problem::Kind::damaged, 24 + 5 * (16 + kPacket.size()), "packet cut short");
}

TEST(Pcap, F9_empty_file) { expect_problem(read_all(Buffer{}), Problem::Kind::unreadable, 0, "empty"); }

TEST(Pcap, F10_header_only) {
    const ReadResult got = read_all(PcapBuilder{}.bytes());
    EXPECT_TRUE(got.frames.empty());
    EXPECT_TRUE(got.problems.empty());
}

TEST(Pcap, F11_longer_than_snaplen) {
    PcapBuilder file{{.snaplen = 40}};
    file.packet(kPacket).packet(kPacket);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 2U);
    EXPECT_EQ(got.frames[1].data, kPacket);
    expect_problem(got, Problem::Kind::note, 24, "(the first of 2)");
}

TEST(Pcap, F12_impossible_length_stops) {
    PcapBuilder file;
    file.packet(kPacket).record(1, 0, 0xffffffff, 60, kPacket).packet(kPacket);
    const ReadResult got = read_all(file.bytes());
    EXPECT_EQ(got.frames.size(), 1U);
    expect_problem(got, Problem::Kind::damaged, 24 + 16 + kPacket.size(), "4294967295");
}

TEST(Pcap, largest_packet_is_accepted_and_one_byte_more_is_not) {
    const Buffer largest(kMaxPacket);
    PcapBuilder file;
    file.packet(largest).packet(kPacket).packet(Buffer(kMaxPacket + 1));
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 2U);
    EXPECT_EQ(got.frames[0].data, largest);
    EXPECT_EQ(got.frames[1].data, kPacket);
    EXPECT_THAT(got.problems.at(0).reason, HasSubstr("262145"));
}

TEST(Pcap, F13_captured_more_than_there_was) {
    PcapBuilder file;
    file.packet(kPacket, kStart, 10);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].frame.wire_length, kPacket.size());
    EXPECT_TRUE(got.problems.empty());
}

TEST(Pcap, F14_snaplen_zero_is_no_limit) { expect_six(six_packets({.snaplen = 0}).bytes()); }

TEST(Pcap, F15_version_3_is_refused) {
    expect_problem(read_all(six_packets({.major = 3, .minor = 0}).bytes()), Problem::Kind::unreadable, 0, "3.0");
}

TEST(Pcap, digital_unix_version_is_2_4) { expect_six(six_packets({.major = 543, .minor = 0}).bytes()); }

TEST(Pcap, F16_old_versions_swap_the_lengths) {
    const auto size = static_cast<std::uint32_t>(kPacket.size());
    PcapBuilder old{{.minor = 2}};
    old.record(1, 0, 1500, size, kPacket);
    ReadResult got = read_all(old.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].data, kPacket);
    EXPECT_EQ(got.frames[0].frame.wire_length, 1500U);

    PcapBuilder mixed{{.minor = 3}};
    mixed.record(1, 0, 1500, size, kPacket).record(1, 0, size, 1500, kPacket);
    got = read_all(mixed.bytes());
    ASSERT_EQ(got.frames.size(), 2U);
    for (const OwnedFrame& f : got.frames) {
        EXPECT_EQ(f.data, kPacket);
        EXPECT_EQ(f.frame.wire_length, 1500U);
    }
}

TEST(Pcap, F17_frame_check_sequence_in_link_type) {
    PcapBuilder file{{.link_type = 0x24000001}};
    file.packet(kPacket);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 1U);
    EXPECT_EQ(got.frames[0].frame.link_type, 1);
    EXPECT_EQ(got.frames[0].frame.fcs_length, 4);
}

TEST(Pcap, F18_fraction_out_of_range_is_carried) {
    PcapBuilder micro;
    micro.record(10, 1'000'001, static_cast<std::uint32_t>(kPacket.size()), 60, kPacket);
    ReadResult got = read_all(micro.bytes());
    EXPECT_EQ(got.frames.at(0).frame.time, 11 * kSecond + 1000);
    expect_problem(got, Problem::Kind::note, 24, "ts_bad");

    PcapBuilder nano{{.nanoseconds = true}};
    nano.record(10, 4'294'967'295, static_cast<std::uint32_t>(kPacket.size()), 60, kPacket);
    got = read_all(nano.bytes());
    EXPECT_EQ(got.frames.at(0).frame.time, 10 * kSecond + 4'294'967'295);
    expect_problem(got, Problem::Kind::note, 24, "ts_bad");
}

TEST(Pcap, F19_unknown_link_type_is_named) {
    PcapBuilder file{{.link_type = 147}};
    file.packet(kPacket);
    const ReadResult got =
        read_all(file.bytes(), {.filter = nullptr, .supported_link_type = [](std::uint16_t t) { return t == 1; }});
    EXPECT_TRUE(got.frames.empty());
    expect_problem(got, Problem::Kind::unreadable, 0, "link type 147 (USER0)");
}

TEST(Pcap, F20_other_variants_are_refused_by_name) {
    for (const std::uint32_t magic : {0xa1b2c3cbU, 0xa12b3c4dU, 0xa1b234cdU})
        for (const bool big_endian : {false, true})
            expect_problem(read_all(six_packets({.big_endian = big_endian, .magic = magic}).bytes()),
                           Problem::Kind::unreadable, 0, "patched variant of pcap");
}

TEST(Pcap, F21_empty_packet_counts) {
    PcapBuilder file;
    file.packet({}, kStart, 60).packet(kPacket);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 2U);
    EXPECT_TRUE(got.frames[0].data.empty());
    EXPECT_EQ(got.frames[0].frame.wire_length, 60U);
    EXPECT_EQ(got.frames[1].frame.number, 2U);
}

TEST(Pcap, F22_time_going_back_is_passed_on) {
    PcapBuilder file;
    file.packet(kPacket, kStart).packet(kPacket, kStart - 3600 * kSecond);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 2U);
    EXPECT_EQ(got.frames[1].frame.time, kStart - 3600 * kSecond);
}

TEST(Pcap, F23_first_and_last_second) {
    PcapBuilder file;
    file.packet(kPacket, 0).packet(kPacket, 4'294'967'295 * kSecond);
    const ReadResult got = read_all(file.bytes());
    ASSERT_EQ(got.frames.size(), 2U);
    EXPECT_EQ(got.frames[0].frame.time, 0);
    EXPECT_EQ(got.frames[1].frame.time, 4'294'967'295 * kSecond);
}

TEST(Pcap, F24_two_files_joined_by_cat) {
    for (const bool second_big_endian : {false, true}) {
        PcapBuilder file = six_packets({});
        const std::size_t border = file.bytes().size();
        file.append(six_packets({.big_endian = second_big_endian}).bytes());
        const ReadResult got = read_all(file.bytes());
        EXPECT_EQ(got.frames.size(), 6U);
        expect_problem(got, Problem::Kind::damaged, border, "mergecap");
    }
}

/// Six packets and then a hole to the end of a sparse file, which reads as empty packets of 1970: the size says nothing
/// about the memory needed.
TEST(Pcap, F25_fifteen_terabytes_are_streamed) {
    const TempFile file{six_packets({}).bytes()};
    std::error_code error;
    std::filesystem::resize_file(file.path(), std::uintmax_t{15} << 40, error);
    if (error) GTEST_SKIP() << "no file of that size here: " << error.message();
    const auto source = open_source({file.path()});
    EXPECT_EQ(source->bytes_total(), std::uint64_t{15} << 40);
    Frame frame;
    for (std::uint64_t n = 1; n <= 1'000'000; ++n) {
        ASSERT_TRUE(source->next(frame));
        ASSERT_EQ(frame.number, n);
        ASSERT_EQ(frame.data.size(), n <= 6 ? kPacket.size() : 0U);
    }
    EXPECT_LT(source->bytes_read(), 20U << 20);
    EXPECT_TRUE(source->problems().empty());
}

TEST(Pcap, not_a_capture) {
    expect_problem(read_all(from_hex("7f454c46020101")), Problem::Kind::unreadable, 0,
                   "not a pcap or pcapng capture (it begins with 7f454c46)");
    expect_problem(read_all(from_hex("d4")), Problem::Kind::unreadable, 0, "begins with d4)");
}

TEST(Pcap, every_flipped_byte_is_survived_and_earlier_packets_stay) {
    const Buffer file = six_packets({}).bytes();
    const std::size_t record = 16 + kPacket.size();
    for (std::size_t at = 24; at < file.size(); ++at) {
        Buffer bad = file;
        bad[at] ^= 0xff;
        const ReadResult got = read_all(bad);
        const std::size_t before = (at - 24) / record;
        ASSERT_GE(got.frames.size(), before) << at;
        for (std::size_t i = 0; i < before; ++i) ASSERT_EQ(got.frames[i].data, kPacket) << at;
    }
}

}  // namespace
}  // namespace tlsscope::capture
