// Too many connections: who is given up, and what his record says. Half-open ones: half_open_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tcp_script.h"

namespace tlsscope::flow {
namespace {

using support::TcpScript;
using testing::ElementsAre;

constexpr Nanos kSecond = 1'000'000'000;

TcpScript script(std::size_t max_connections) { return TcpScript{{.table = {.max_connections = max_connections}}}; }

/// In the order in which they were over: port of the client, why.
std::vector<std::pair<std::int64_t, std::string>> ends(const TcpScript& talk) {
    std::vector<std::pair<std::int64_t, std::string>> out;
    for (std::size_t i = 0; i < talk.records().size(); ++i)
        out.emplace_back(talk.number("client_port", i), talk.word("end", i));
    return out;
}

TEST(Eviction, WhatWasClosedLongestAgoGoesFirstAndWasNotEvicted) {
    TcpScript talk = script(3);
    talk.ports(1).handshake();
    for (const std::uint16_t port : {std::uint16_t{2}, std::uint16_t{3}})
        talk.ports(port).handshake().client(kRst, 1001);
    talk.ports(4).handshake();
    talk.ports(5).handshake();
    talk.finish();
    EXPECT_THAT(ends(talk), ElementsAre(std::pair{2, "reset"}, std::pair{3, "reset"}, std::pair{1, "capture_end"},
                                        std::pair{4, "capture_end"}, std::pair{5, "capture_end"}));
    EXPECT_EQ(talk.totals().evicted, 2U);
}

TEST(Eviction, OfOpenOnesTheOneIdleLongestGoes) {
    TcpScript talk = script(3);
    talk.ports(1).handshake().ports(2).handshake().ports(3).handshake().wait(kSecond);
    talk.ports(1).client_data(1001, "not idle").ports(3).client_data(1001, "nor this");
    talk.ports(4).handshake();
    talk.finish();
    EXPECT_THAT(ends(talk), ElementsAre(std::pair{2, "evicted"}, std::pair{1, "capture_end"},
                                        std::pair{3, "capture_end"}, std::pair{4, "capture_end"}));
    EXPECT_TRUE(talk.has(kEvicted, 0));
    EXPECT_FALSE(talk.has(kEvicted, 1));
    EXPECT_EQ(talk.totals().evicted, 1U);
}

TEST(Eviction, OnePickedUpInItsMiddleGoesBeforeOneThatWasIdleForLonger) {
    TcpScript talk = script(2);
    talk.ports(1).handshake().wait(kSecond);
    talk.ports(2).client_data(7000, "in the middle", 9000).server_data(9000, "of it", 7013);
    talk.ports(3).handshake();
    talk.finish();
    EXPECT_THAT(ends(talk),
                ElementsAre(std::pair{2, "evicted"}, std::pair{1, "capture_end"}, std::pair{3, "capture_end"}));
}

TEST(Eviction, WhatComesAfterwardsIsAnotherConnection) {
    TcpScript talk = script(1);
    talk.ports(1).handshake().ports(2).handshake();
    talk.ports(1).client_data(1001, "still here");
    talk.finish();
    EXPECT_THAT(ends(talk), ElementsAre(std::pair{1, "evicted"}, std::pair{2, "evicted"}, std::pair{1, "capture_end"}));
    EXPECT_EQ(talk.totals().created, 3U);
}

}  // namespace
}  // namespace tlsscope::flow
