// One connection whose two directions are wrapped differently: a VLAN per direction, a tunnel on one side only.
#include <gtest/gtest.h>

#include "support/tcp_script.h"

namespace tlsscope::flow {
namespace {

using support::TcpScript;

TEST(Wrapping, DirectionsInDifferentVlansAreOneConnection) {
    TcpScript talk;
    talk.domain(17).client(kSyn, 1000).domain(16).server(kSyn | kAck, 5000, 1001);
    talk.domain(17)
        .client(kAck, 1001, 5001)
        .client_data(1001, "ask")
        .domain(16)
        .server_data(5001, "answer", 1004)
        .finish();
    EXPECT_EQ(talk.only().stream, 0U);
    EXPECT_EQ(talk.text(Side::client), "ask");
    EXPECT_EQ(talk.text(Side::server), "answer");
}

// No SYN joins them, but the answer acknowledges exactly what was sent.
TEST(Wrapping, AlsoWhenTheCaptureBeganInTheMiddle) {
    TcpScript talk;
    talk.domain(17).client_data(1001, "ask").domain(16).server_data(5001, "answer", 1004);
    talk.domain(17).client_data(1004, "more", 5007).finish();
    EXPECT_EQ(talk.text(Side::client), "askmore");
    EXPECT_EQ(talk.text(Side::server), "answer");
    EXPECT_EQ(talk.number("packets_client"), 2);
    EXPECT_EQ(talk.number("packets_server"), 1);
    EXPECT_EQ(talk.records().size(), 1U);
}

// Two networks may use the same addresses: bytes nobody sent belong to another connection.
TEST(Wrapping, AnAcknowledgmentOfOtherBytesJoinsNothing) {
    TcpScript beyond;
    beyond.domain(17).client_data(1001, "ask").domain(16).server_data(5001, "answer", 1005).finish();
    EXPECT_EQ(beyond.records().size(), 2U);
    TcpScript before;
    before.domain(17).client_data(1001, "ask").domain(16).server_data(5001, "answer", 1001).finish();
    EXPECT_EQ(before.records().size(), 2U);
}

// Somebody may send the same addresses and ports through networks without number: only the newest are asked, or each
// packet would cost as much as there are networks.
TEST(Wrapping, OfVeryManyNetworksTheNewestAreAsked) {
    constexpr std::uint64_t kNetworks = 100;
    constexpr std::uint64_t kElsewhere = 1000;
    const auto records_when_answered = [](std::uint64_t network) {
        TcpScript talk;
        for (std::uint64_t i = 1; i <= kNetworks; ++i)
            talk.domain(i).client(kSyn, static_cast<std::uint32_t>(10'000'000 * i));
        talk.domain(kElsewhere).server(kSyn | kAck, 5000, static_cast<std::uint32_t>(10'000'000 * network + 1));
        return talk.finish().records().size();
    };
    EXPECT_EQ(records_when_answered(kNetworks), kNetworks);
    EXPECT_EQ(records_when_answered(kNetworks - 15), kNetworks);
    EXPECT_EQ(records_when_answered(1), kNetworks + 1);
}

}  // namespace
}  // namespace tlsscope::flow
