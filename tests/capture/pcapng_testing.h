// What the tests of pcapng files share: one packet, its time, and what must be said of it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "capture_testing.h"

namespace tlsscope::capture {

using namespace support;
using testing::HasSubstr;

inline const Buffer kPacket = tcp({.payload = "hello"}).ipv4().ethernet_unpadded();
inline constexpr std::uint64_t kTicks = 1'704'067'200'123'456;  // microseconds: kStart and 123456 us
inline constexpr Nanos kTime = kStart + 123'456'000;
inline constexpr std::uint32_t kPacketBlock = 6;

/// One problem of this kind and offset whose reason has these words in it.
inline void expect_one_problem(const ReadResult& got, Problem::Kind kind, std::uint64_t offset,
                               const std::string& words) {
    ASSERT_EQ(got.problems.size(), 1U);
    EXPECT_EQ(got.problems[0].kind, kind) << got.problems[0].text();
    EXPECT_EQ(got.problems[0].offset, offset) << got.problems[0].text();
    EXPECT_THAT(got.problems[0].reason, HasSubstr(words));
}

inline PcapngBuilder& six_packets(PcapngBuilder& file) {
    for (int i = 0; i < 6; ++i) file.packet(0, kPacket, kTicks);
    return file;
}

inline void expect_six(const PcapngBuilder& file) {
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

/// One packet of this many ticks on an interface of this kind.
inline ReadResult one_packet(const PcapngInterface& interface, std::uint64_t ticks) {
    PcapngBuilder file;
    file.section().interface(interface).packet(0, kPacket, ticks);
    return read_all(file.bytes());
}

}  // namespace tlsscope::capture
