// Sequence and acknowledgment progress.
#include <gtest/gtest.h>

#include <random>

#include "support/tcp_script.h"

namespace tlsscope::flow {
namespace {

using support::TcpScript;

TEST(Stream, T19_ReorderedSegmentsAreOutOfOrderNotRetransmitted) {
    TcpScript talk;
    talk.handshake().client_data(1004, "def").client_data(1001, "abc").server(kAck, 5001, 1007).finish();
    EXPECT_EQ(talk.text(Side::client), "abcdef");
    EXPECT_EQ(talk.number("out_of_order"), 1);
    EXPECT_EQ(talk.number("retrans_client"), 0);
    EXPECT_EQ(talk.number("missed_bytes"), 0);
}

TEST(Stream, T22_ExactRetransmissionIsDeliveredOnce) {
    TcpScript talk;
    talk.handshake().client_data(1001, "abc").wait(200'000'000).client_data(1001, "abc").finish();
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_EQ(talk.number("retrans_client"), 1);
    EXPECT_NE(talk.word("history").find('T'), std::string::npos);
}

TEST(Stream, T23_FirstBytesStandAgainstALaterCopy) {
    TcpScript talk;
    talk.handshake().client_data(1001, "abc").client_data(1001, "XYZ").finish();
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_TRUE(talk.has(kOverlapConflict));
}

TEST(Stream, T24_ConflictInsideAHoleIsNamed) {
    TcpScript talk;
    talk.handshake().client_data(1002, "bc").client_data(1002, "XX").client_data(1001, "a").finish();
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_TRUE(talk.has(kOverlapConflict));
}

// Found by fuzzing: the account of finish() did not add up.
TEST(Stream, PayloadOfASynAckThatAnswersNothingIsCounted) {
    TcpScript talk;
    talk.client(kSyn | kFin, 1000, 0, "a")
        .client(kSyn | kAck, 9000, 5001, "b")
        .client(kRst | kSyn, 9100, 0, "c")
        .finish();
    EXPECT_EQ(talk.totals().bytes[record::index(Side::client)].payload, 3U);
}

TEST(Stream, T27_T28_WrapAroundWithReordering) {
    TcpScript talk;
    talk.client(kSyn, 0xfffffffd).server(kSyn | kAck, 5000, 0xfffffffe).client(kAck, 0xfffffffe, 5001);
    talk.client(kAck, 2, 5001, "ef").client(kAck, 0xfffffffe, 5001, "abcd").server(kAck, 5001, 4).finish();
    EXPECT_EQ(talk.text(Side::client), "abcdef");
    EXPECT_EQ(talk.number("bytes_client"), 6);
}

TEST(Stream, T29_HalfOldHalfNewIsTrimmed) {
    TcpScript talk;
    talk.handshake().client_data(1001, "abc").client_data(1003, "cde").finish();
    EXPECT_EQ(talk.text(Side::client), "abcde");
}

TEST(Stream, T30_DataFarOutsideTheWindowIsIgnored) {
    TcpScript talk;
    talk.handshake().server(kAck, 5001, 1001).client_data(1001 + (1U << 30), "far").client_data(1001, "abc").finish();
    EXPECT_TRUE(talk.has(kOutOfWindow));
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_EQ(talk.number("bytes_client"), 3);
}

TEST(Stream, T40_AcknowledgedBytesThatWereNeverCapturedAreAGap) {
    TcpScript talk;
    talk.handshake().client_data(1001, "abc").client_data(1014, "xyz").server(kAck, 5001, 1017).wait(60'000'000);
    talk.client_data(1017, "!").finish();
    EXPECT_EQ(talk.text(Side::client), "abc[10]xyz!");
    EXPECT_TRUE(talk.has(kGapAcked));
    EXPECT_EQ(talk.number("missed_bytes"), 10);
}

TEST(Stream, T41_AcknowledgmentCapturedBeforeTheDataIsNoGap) {
    TcpScript talk;
    talk.handshake().server(kAck, 5001, 1004).client_data(1001, "abc").client_data(1004, "def").finish();
    EXPECT_EQ(talk.text(Side::client), "abcdef");
    EXPECT_FALSE(talk.has(kGapAcked));
    EXPECT_EQ(talk.number("missed_bytes"), 0);
}

TEST(Stream, T42_KeepAlivesAreNeitherDataNorRetransmissions) {
    TcpScript talk;
    talk.handshake().client_data(1001, "abc").server(kAck, 5001, 1004);
    talk.client_data(1003, "").server(kAck, 5001, 1004).client_data(1003, "x").server(kAck, 5001, 1004).finish();
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_EQ(talk.number("keep_alives"), 2);
    EXPECT_EQ(talk.number("retrans_client"), 0);
    EXPECT_EQ(talk.number("dup_acks"), 0);
}

TEST(Stream, T43_ZeroWindowsAreCounted) {
    TcpScript talk;
    talk.handshake().client_data(1001, "abc").window(0).server(kAck, 5001, 1004).server(kAck, 5001, 1004).finish();
    EXPECT_EQ(talk.number("zero_windows"), 1);
}

TEST(Stream, DuplicateAcksAskForALostSegment) {
    TcpScript talk;
    talk.handshake()
        .server_data(5001, "abc")
        .client(kAck, 1001, 5004)
        .server_data(5007, "ghi")
        .server_data(5010, "jkl");
    talk.client(kAck, 1001, 5004).client(kAck, 1001, 5004).server_data(5004, "def").client(kAck, 1001, 5013).finish();
    EXPECT_EQ(talk.number("dup_acks"), 2);
    EXPECT_EQ(talk.number("retrans_server"), 1) << "two duplicate ACKs came before it";
    EXPECT_EQ(talk.number("out_of_order"), 0);
    EXPECT_EQ(talk.text(Side::server), "abcdefghijkl");
}

TEST(Stream, T45_OldTimestampsAreRejected) {
    TcpScript talk;
    TcpOptions now;
    now.has_timestamps = true;
    now.ts_value = 1000;
    TcpOptions old = now;
    old.ts_value = 10;
    talk.handshake()
        .with(now)
        .client_data(1001, "abc")
        .with(old)
        .client_data(1004, "BAD")
        .with(now)
        .client_data(1004, "def")
        .finish();
    EXPECT_EQ(talk.text(Side::client), "abcdef");
    EXPECT_TRUE(talk.has(kPaws));
}

TEST(Stream, T51_SnapLengthCutsAreNamed) {
    TcpScript talk;
    talk.handshake().wire_length(100).client_data(1001, "abc").client_data(1101, "next").finish();
    EXPECT_EQ(talk.text(Side::client), "abc[97]next");
    EXPECT_TRUE(talk.has(kSnapTruncated));
}

TEST(Stream, T56_TimeRunningBackwardsIsNamedAndSpansStayEmpty) {
    TcpScript talk;
    talk.client(kSyn, 1000).wait(-3'600'000'000'000).server(kSyn | kAck, 5000, 1001).client(kAck, 1001, 5001).finish();
    EXPECT_TRUE(talk.has(kTimeBack));
    EXPECT_EQ(talk.number("connect_ms"), -1);
}

TEST(Stream, T57_MirroredPacketsAreNotRetransmissions) {
    TcpScript talk;
    talk.handshake().ip_id(7).client_data(1001, "abc").ip_id(7).client_data(1001, "abc").finish();
    EXPECT_TRUE(talk.has(kDuplicateCapture));
    EXPECT_EQ(talk.number("retrans_client"), 0);
}

TEST(Stream, T17_OneSidedCaptureGivesItsSide) {
    TcpScript talk;
    talk.client(kSyn, 1000).client(kAck, 1001, 5001).client_data(1001, "abc").client_data(1004, "def", 9000).finish();
    EXPECT_EQ(talk.text(Side::client), "abcdef");
    EXPECT_TRUE(talk.has(kOneSided));
}

/// Three bytes with a wrong checksum, acknowledged.
std::string doubted(std::uint64_t reassembly_limit) {
    TcpScript talk{{.table = {.reassembly_limit = reassembly_limit}}};
    talk.handshake().checksum(Checksum::good).client_data(1001, "abc");
    talk.checksum(Checksum::bad).client_data(1004, "def");
    EXPECT_EQ(talk.text(Side::client), "abc");
    talk.server(kAck, 5001, 1007).wait(60'000'000).client_data(1007, "ghi").client_data(1010, "jkl").finish();
    EXPECT_TRUE(talk.has(kBadChecksum));
    return talk.text(Side::client);
}

TEST(Stream, ASegmentWithAWrongChecksumCountsOnceItIsAcknowledged) { EXPECT_EQ(doubted(1000), "abcdefghijkl"); }
// It is kept within the limit of reassembly.
TEST(Stream, ButNotWithoutRoomToKeepItThatLong) { EXPECT_EQ(doubted(10), "abc[3]ghijkl"); }

TEST(Stream, AccountingAddsUpUnderRandomConversations) {
    for (unsigned seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 dice{seed};
        TcpScript talk;
        talk.handshake();
        for (int i = 0; i < 200; ++i) {
            const auto at = static_cast<std::uint32_t>(dice() % 3000);
            const std::string payload(dice() % 80, 'x');
            unsigned flags = kAck;
            if (dice() % 50 == 0) flags |= kFin;
            if (dice() % 90 == 0) flags |= kRst;
            if (dice() % 90 == 0) flags |= kSyn;
            if (dice() % 3 == 0) talk.wire_length(static_cast<std::uint32_t>(payload.size() + dice() % 9));
            if (dice() % 2 == 0)
                talk.client(flags, 1001 + at, 5001 + static_cast<std::uint32_t>(dice() % 3000), payload);
            else talk.server(flags, 5001 + at, 1001 + static_cast<std::uint32_t>(dice() % 3000), payload);
            if (dice() % 150 == 0) talk.stop_streams();
        }
        talk.finish();
    }
}

}  // namespace
}  // namespace tlsscope::flow
