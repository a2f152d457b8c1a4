// The four-way close and its variants, and RST.
#include <gtest/gtest.h>

#include "flow/narrate.h"
#include "flow/tcp_state.h"
#include "support/tcp_script.h"

namespace tlsscope::flow {
namespace {

using support::TcpScript;

TEST(Close, T1_FourWay) {
    TcpScript talk;
    talk.handshake()
        .client(kFin | kAck, 1001, 5001)
        .server(kAck, 5001, 1002)
        .server(kFin | kAck, 5001, 1002)
        .client(kAck, 1002, 5002)
        .finish();
    EXPECT_EQ(talk.word("close_kind"), "four_way");
    EXPECT_EQ(talk.word("closed_by"), "client");
    EXPECT_EQ(talk.word("client_state"), "TIME-WAIT");
    EXPECT_EQ(talk.word("server_state"), "CLOSED");
    EXPECT_EQ(talk.word("conn_state"), "SF");
    EXPECT_EQ(talk.word("history"), "ShAFaf");
    EXPECT_EQ(talk.number("close_ms"), 3'000'000);
    EXPECT_EQ(talk.word("end"), "closed");
}

TEST(Close, T2_ThreeSegments) {
    TcpScript talk;
    talk.handshake().server(kFin | kAck, 5001, 1001).client(kFin | kAck, 1001, 5002).server(kAck, 5002, 1002).finish();
    EXPECT_EQ(talk.word("close_kind"), "three_way");
    EXPECT_EQ(talk.word("closed_by"), "server");
    EXPECT_EQ(talk.word("server_state"), "TIME-WAIT");
}

TEST(Close, T3_Simultaneous) {
    TcpScript talk;
    talk.handshake()
        .client(kFin | kAck, 1001, 5001)
        .server(kFin | kAck, 5001, 1001)
        .client(kAck, 1002, 5002)
        .server(kAck, 5002, 1002)
        .finish();
    EXPECT_EQ(talk.word("close_kind"), "simultaneous");
    EXPECT_EQ(talk.word("client_state"), "TIME-WAIT");
    EXPECT_EQ(talk.word("server_state"), "TIME-WAIT");
}

TEST(Close, T4_HalfCloseTheServerGoesOnSending) {
    TcpScript talk;
    talk.handshake().client(kFin | kAck, 1001, 5001).server(kAck, 5001, 1002);
    for (std::uint32_t i = 0; i < 10; ++i) talk.server_data(5001 + i, "x", 1002).client(kAck, 1002, 5002 + i);
    talk.finish();
    EXPECT_EQ(talk.text(Side::server), "xxxxxxxxxx");
    EXPECT_FALSE(talk.has(kDataAfterClose));
    EXPECT_EQ(talk.word("close_kind"), "half");
    EXPECT_EQ(talk.word("client_state"), "FIN-WAIT-2");
    EXPECT_EQ(talk.word("server_state"), "CLOSE-WAIT");
    EXPECT_EQ(talk.word("conn_state"), "S2");
}

TEST(Close, T37_FinAboveAHoleWaitsForTheBytesBeforeIt) {
    TcpScript talk;
    talk.handshake().client(kFin | kAck, 1004, 5001).client_data(1001, "abc").server(kAck, 5001, 1005).finish();
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_EQ(talk.number("missed_bytes"), 0);
}

TEST(Close, T33_RstAtTheNextSequenceNumberCloses) {
    TcpScript talk;
    talk.handshake().client_data(1001, "abc").server(kAck, 5001, 1004).client(kRst, 1004).finish();
    EXPECT_EQ(talk.word("close_kind"), "reset");
    EXPECT_EQ(talk.word("closed_by"), "client");
    EXPECT_EQ(talk.word("conn_state"), "RSTO");
}

TEST(Close, T34_RstInTheWindowButNotExactIsDoubtful) {
    TcpScript talk;
    talk.handshake()
        .server(kAck, 5001, 1001)
        .client(kRst, 1500)
        .client_data(1001, "abc")
        .server(kAck, 5001, 1004)
        .finish();
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_TRUE(talk.has(kRstChallenge));
    EXPECT_TRUE(talk.has(kRstSuspect));
    EXPECT_EQ(talk.word("close_kind"), "");
}

TEST(Close, T35_RstOutsideTheWindowIsIgnored) {
    TcpScript talk;
    talk.handshake().server(kAck, 5001, 1001).client(kRst, 1001 + 900'000'000).client_data(1001, "abc").finish();
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_TRUE(talk.has(kRstOutOfWindow));
}

TEST(Close, T48_LateDuplicatesAfterTheCloseAreNoNewConnection) {
    TcpScript talk;
    talk.handshake()
        .client_data(1001, "abc")
        .client(kFin | kAck, 1004, 5001)
        .server(kFin | kAck, 5001, 1005)
        .client(kAck, 1005, 5002);
    talk.client_data(1001, "abc").server(kRst, 5002).finish();
    EXPECT_EQ(talk.records().size(), 1U);
    EXPECT_EQ(talk.word("conn_state"), "SF");
}

// A client that is gone answers the server's last segments with RST: the close was orderly all the same (Zeek: SF).
TEST(Close, RstBehindBothFinsLeavesTheCloseOrderly) {
    TcpScript talk;
    talk.handshake()
        .server(kFin | kAck, 5001, 1001)
        .client(kAck, 1001, 5002)
        .client(kFin | kAck, 1001, 5002)
        .server(kRst, 5002)
        .finish();
    EXPECT_EQ(talk.word("conn_state"), "SF");
    EXPECT_EQ(talk.word("close_kind"), "reset_after_fin");
    TcpScript half;
    half.handshake().server(kFin | kAck, 5001, 1001).client(kRst, 1001).finish();
    EXPECT_EQ(half.word("conn_state"), "RSTO");
}

TEST(Close, FinIsRetransmitted) {
    TcpScript talk;
    talk.handshake().client(kFin | kAck, 1001, 5001).client(kFin | kAck, 1001, 5001).finish();
    EXPECT_EQ(talk.number("retrans_client"), 1);
    EXPECT_EQ(talk.number("fin_frame"), 4);
}

TEST(Close, LadderTellsTheStory) {
    TcpScript talk{{.ladders = true}};
    talk.handshake()
        .client(kFin | kAck, 1001, 5001)
        .server(kAck, 5001, 1002)
        .server(kFin | kAck, 5001, 1002)
        .client(kAck, 1002, 5002)
        .finish();
    const auto& steps = talk.only().ladder->steps;
    ASSERT_EQ(steps.size(), 7U);
    const char* client[] = {"SYN-SENT",   "ESTABLISHED", "ESTABLISHED", "FIN-WAIT-1",
                            "FIN-WAIT-2", "TIME-WAIT",   "TIME-WAIT"};
    const char* server[] = {"LISTEN", "SYN-RECEIVED", "ESTABLISHED", "CLOSE-WAIT", "CLOSE-WAIT", "LAST-ACK", "CLOSED"};
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_EQ(steps[i].segment.client_state, client[i]) << i;
        EXPECT_EQ(steps[i].segment.server_state, server[i]) << i;
        EXPECT_FALSE(steps[i].segment.sentence.empty());
    }
    EXPECT_EQ(steps[0].segment.relative_seq, 0);
    EXPECT_EQ(steps[1].segment.relative_ack, 1);
    EXPECT_EQ(steps[2].segment.relative_seq, 1);
}

TEST(Ladder, SegmentsBeyondItsStepsAreCounted) {
    record::Ladder ladder;
    ladder.max_steps = 2;
    for (std::uint32_t i = 0; i < 5; ++i) {
        record::SegmentStep step;
        step.at.frame = i + 1;
        step.from = i % 2 == 0 ? Side::client : Side::server;
        step.flags = kFin;
        step.length = i;
        append_step(ladder, std::move(step));
    }
    EXPECT_EQ(ladder.steps.size(), 2U);
    EXPECT_EQ(ladder.after.segments, 3U);
    EXPECT_EQ(ladder.after.bytes_client, 6U);
    EXPECT_EQ(ladder.after.bytes_server, 3U);
}

TEST(TcpState, EveryEdgeIsWalkedByStepAndTheRestStays) {
    for (const TcpEdge& e : tcp_edges()) {
        EXPECT_EQ(step(e.from, e.event).state, e.to);
        EXPECT_TRUE(step(e.from, e.event).expected);
    }
    EXPECT_EQ(step(TcpState::closed, TcpEvent::rcv_fin).state, TcpState::closed);
    EXPECT_FALSE(step(TcpState::closed, TcpEvent::rcv_fin).expected);
}

}  // namespace
}  // namespace tlsscope::flow
