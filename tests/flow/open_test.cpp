// The three-way handshake and its variants.
#include <gtest/gtest.h>

#include "support/tcp_script.h"

namespace tlsscope::flow {
namespace {

using support::TcpScript;

TcpOptions stamps(std::uint32_t value, std::uint32_t echo) {
    TcpOptions o;
    o.has_timestamps = true;
    o.ts_value = value;
    o.ts_echo = echo;
    return o;
}

TEST(Open, TextbookHandshakeIsTimedAndBothEndsAreEstablished) {
    TcpScript talk;
    talk.client(kSyn, 1000)
        .wait(39'000'000)
        .server(kSyn | kAck, 5000, 1001)
        .wait(1'000'000)
        .client(kAck, 1001, 5001)
        .finish();
    EXPECT_EQ(talk.number("rtt_server_ms"), 40'000'000);
    EXPECT_EQ(talk.number("rtt_client_ms"), 2'000'000);
    EXPECT_EQ(talk.number("connect_ms"), 42'000'000);
    EXPECT_EQ(talk.number("syn_frame"), 1);
    EXPECT_EQ(talk.number("synack_frame"), 2);
    EXPECT_EQ(talk.number("connect_frame"), 3);
    EXPECT_EQ(talk.word("client_state"), "ESTABLISHED");
    EXPECT_EQ(talk.word("server_state"), "ESTABLISHED");
    EXPECT_EQ(talk.word("conn_state"), "S1");
    EXPECT_EQ(talk.word("history"), "ShA");
}

// T7: which of three equal SYNs was answered cannot be told.
TEST(Open, T7_RetriedSynMakesTheRoundTripAmbiguousButConnectCountsFromTheFirst) {
    TcpScript talk;
    talk.client(kSyn, 1000)
        .client(kSyn, 1000)
        .client(kSyn, 1000)
        .server(kSyn | kAck, 5000, 1001)
        .client(kAck, 1001, 5001)
        .finish();
    EXPECT_EQ(talk.number("syn_retries"), 2);
    EXPECT_EQ(talk.number("rtt_server_ms"), -1);
    EXPECT_EQ(talk.number("connect_ms"), 4'000'000);
    EXPECT_EQ(talk.only().row.get(tcp_column("ambiguous")).text_at(0), "rtt_server_ms");
    EXPECT_EQ(talk.number("stall_ms"), 2'000'000);
}

TEST(Open, T7_TimestampEchoTellsWhichSynWasAnswered) {
    TcpScript talk;
    talk.with(stamps(100, 0)).client(kSyn, 1000).with(stamps(200, 0)).client(kSyn, 1000);
    talk.with(stamps(9, 200)).server(kSyn | kAck, 5000, 1001).with(stamps(201, 9)).client(kAck, 1001, 5001).finish();
    EXPECT_EQ(talk.number("rtt_server_ms"), 1'000'000);
}

/// The first answer may have been lost, and its repetition echoes the first SYN all the same.
TEST(Open, T7_TheEchoOfTheFirstSynTellsNothing) {
    TcpScript talk;
    talk.with(stamps(100, 0)).client(kSyn, 1000).with(stamps(200, 0)).client(kSyn, 1000);
    talk.with(stamps(9, 100)).server(kSyn | kAck, 5000, 1001).with(stamps(201, 9)).client(kAck, 1001, 5001).finish();
    EXPECT_EQ(talk.number("rtt_server_ms"), -1);
    EXPECT_EQ(talk.only().row.get(tcp_column("ambiguous")).text_at(0), "rtt_server_ms");
}

TEST(Open, T8_SynWithAnotherIsnIsTheSameAttemptAndTheSynAckDecides) {
    TcpScript talk;
    talk.client(kSyn, 1000).client(kSyn, 9000).server(kSyn | kAck, 5000, 9001).client(kAck, 9001, 5001);
    talk.client_data(9001, "hi").finish();
    EXPECT_TRUE(talk.has(kSynDifferentSeq));
    EXPECT_EQ(talk.number("rtt_server_ms"), 1'000'000);
    EXPECT_EQ(talk.text(Side::client), "hi");
}

TEST(Open, T9_FinalAckDecidesBetweenTwoSynAcks) {
    TcpScript talk;
    talk.client(kSyn, 1000).server(kSyn | kAck, 5000, 1001).server(kSyn | kAck, 7000, 1001).client(kAck, 1001, 7001);
    talk.server_data(7001, "yes").finish();
    EXPECT_EQ(talk.text(Side::server), "yes");
    EXPECT_EQ(talk.number("synack_retries"), 1);
}

/// Too late to decide anything: the client repeats its ACK of the first one, and the server goes on from there.
TEST(Open, T9_ASecondSynAckAfterTheHandshakeChangesNothing) {
    TcpScript talk;
    talk.handshake().client_data(1001, "hello").server(kSyn | kAck, 99'000, 1001).client(kAck, 1006, 5001);
    talk.server(kAck, 5001, 1001).client_data(1001, "hello").server_data(5001, "yes", 1006).finish();
    EXPECT_EQ(talk.text(Side::client), "hello");
    EXPECT_EQ(talk.text(Side::server), "yes");
    EXPECT_EQ(talk.records().size(), 1U);
}

TEST(Open, T10_SynAckForNoSynIsIgnored) {
    TcpScript talk;
    talk.client(kSyn, 1000)
        .server(kSyn | kAck, 7000, 4242)
        .server(kSyn | kAck, 5000, 1001)
        .client(kAck, 1001, 5001)
        .finish();
    EXPECT_TRUE(talk.has(kBadSynAck));
    EXPECT_EQ(talk.number("synack_frame"), 3);
}

TEST(Open, T11_UnansweredSynMakesARow) {
    TcpScript talk;
    talk.client(kSyn, 1000).client(kSyn, 1000).finish();
    EXPECT_EQ(talk.word("outcome"), "no_answer");
    EXPECT_EQ(talk.word("conn_state"), "S0");
    EXPECT_EQ(talk.number("syn_retries"), 1);
}

TEST(Open, RefusedPort) {
    TcpScript talk;
    talk.client(kSyn, 1000).server(kRst | kAck, 0, 1001).finish();
    EXPECT_EQ(talk.word("outcome"), "refused");
    EXPECT_EQ(talk.word("conn_state"), "REJ");
    EXPECT_EQ(talk.word("history"), "Sr");
    EXPECT_EQ(talk.word("closed_by"), "server");
    EXPECT_NE(talk.word("diagnosis").find("refused"), std::string::npos);
}

TEST(Open, T12_FastOpenDataCountsFromIsnPlusOne) {
    TcpScript talk;
    talk.client(kSyn, 1000, 0, "hello").server(kSyn | kAck, 5000, 1006).client(kAck, 1006, 5001).finish();
    EXPECT_EQ(talk.text(Side::client), "hello");
    EXPECT_TRUE(talk.has(kSynData));
    EXPECT_EQ(talk.number("tfo"), 1);
}

TEST(Open, T13_FastOpenDataThatWasNotAcceptedIsDeliveredOnce) {
    TcpScript talk;
    talk.client(kSyn, 1000, 0, "hello")
        .server(kSyn | kAck, 5000, 1001)
        .client(kAck, 1001, 5001)
        .client_data(1001, "hello")
        .finish();
    EXPECT_EQ(talk.text(Side::client), "hello");
    EXPECT_EQ(talk.number("tfo"), 0);
}

TEST(Open, T5_SimultaneousOpen) {
    TcpScript talk;
    talk.client(kSyn, 1000).server(kSyn, 5000).client(kSyn | kAck, 1000, 5001).server(kSyn | kAck, 5000, 1001);
    talk.client(kAck, 1001, 5001).client_data(1001, "x").finish();
    EXPECT_TRUE(talk.has(kSimultaneousOpen));
    EXPECT_EQ(talk.word("client_state"), "ESTABLISHED");
    EXPECT_EQ(talk.word("server_state"), "ESTABLISHED");
    EXPECT_EQ(talk.text(Side::client), "x");
}

TEST(Open, T15_MidstreamPickUpIsNamed) {
    TcpScript talk;
    talk.client_data(777, "abc").server(kAck, 888, 780).finish();
    EXPECT_TRUE(talk.has(kMidstream));
    EXPECT_EQ(talk.text(Side::client), "abc");
    EXPECT_EQ(talk.number("connect_ms"), -1);
    EXPECT_EQ(talk.word("conn_state"), "OTH");
}

TEST(Open, T31_WindowScaleAbove14IsClamped) {
    TcpScript talk;
    TcpOptions o;
    o.has_window_scale = true;
    o.window_scale = 15;
    talk.with(o).client(kSyn, 1000).finish();
    EXPECT_TRUE(talk.has(kWindowScaleBad));
    EXPECT_EQ(talk.number("wscale_client"), 14);
}

TEST(Open, T46_PortReuseAfterCloseIsANewConnection) {
    TcpScript talk;
    talk.handshake().client(kFin | kAck, 1001, 5001).server(kFin | kAck, 5001, 1002).client(kAck, 1002, 5002);
    talk.client(kSyn, 77000).server(kSyn | kAck, 88000, 77001).client(kAck, 77001, 88001).finish();
    ASSERT_EQ(talk.records().size(), 2U);
    EXPECT_EQ(talk.word("conn_state", 0), "SF");
    EXPECT_EQ(talk.word("conn_state", 1), "S1");
    EXPECT_EQ(talk.records()[1].stream, 1U);
}

TEST(Open, T47_NewSynOutsideTheWindowIsANewConnectionInsideItIsNot) {
    TcpScript outside;
    outside.handshake().client_data(1001, "x").client(kSyn, 900'000'000).finish();
    EXPECT_EQ(outside.records().size(), 2U);
    EXPECT_EQ(outside.word("end", 0), "port_reused");
    TcpScript inside;
    inside.handshake().client_data(1001, "x").client(kSyn, 1500).finish();
    EXPECT_TRUE(inside.only().anomalies.has(kSynResend));
}

TEST(Open, T49_SenselessFlagsChangeNothing) {
    TcpScript talk;
    talk.client(kSyn | kFin, 1).client(kSyn | kRst, 1).client(0, 1).handshake().finish();
    EXPECT_TRUE(talk.has(kBadFlags));
    EXPECT_EQ(talk.word("client_state"), "ESTABLISHED");
}

TEST(Open, T60_IsnAtTheBordersOfSequenceSpace) {
    for (const std::uint32_t isn : {0U, 0xffffffffU, 0xfffffffeU}) {
        TcpScript talk;
        talk.client(kSyn, isn).server(kSyn | kAck, isn, isn + 1).client(kAck, isn + 1, isn + 1);
        talk.client(kAck, isn + 1, isn + 1, "hello").server(kAck, isn + 1, isn + 6).finish();
        EXPECT_EQ(talk.text(Side::client), "hello");
        EXPECT_EQ(talk.number("connect_ms"), 2'000'000);
        EXPECT_EQ(talk.number("retrans_client"), 0);
    }
}

}  // namespace
}  // namespace tlsscope::flow
