// The scenario builder itself: that it makes what it says, and that it notices.
#include "support/scenario.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace tlsscope::pipeline {

namespace {

using namespace support;

TEST(Scenario, WholeHandshakesOfBothVersions) {
    Scenario old;
    old.handshake().client(hello("a.example")).server(flight12()).client(client_finish12()).server(server_finish12());
    old.close();
    expect(old, {{"sni", "a.example"},
                 {"version", "TLS 1.2"},
                 {"outcome", "complete"},
                 {"conn_state", "SF"},
                 {"close_kind", "four_way"},
                 {"connect_ms", "2.000"}});
    Scenario now;
    now.handshake().client(hello13("b.example")).server(flight13()).client(client_finish13()).close();
    expect(now, {{"sni", "b.example"}, {"version", "TLS 1.3"}, {"outcome", "complete"}});
}

TEST(Scenario, SegmentsAreCutMovedDroppedAndRepeated) {
    Scenario s;
    s.client(tls::testing::text("abcdef")).split({1, 2}).order({2, 0, 1}).drop(1).repeat(0, kSecond);
    ASSERT_EQ(s.steps().size(), 3U);
    EXPECT_EQ(s.steps()[0].seq, 1003U);
    EXPECT_EQ(s.steps()[1].seq, 1001U);
    EXPECT_EQ(s.steps()[2].seq, 1003U);
    EXPECT_EQ(s.frames()[2].time - s.frames()[1].time, kSecond);
}

TEST(Scenario, AFalseExpectationFails) {
    const auto wrong_cell = [] {
        Scenario s;
        s.handshake();
        expect(s, {{"sni", "www.example.com"}});
    };
    const auto missing_anomaly = [] {
        Scenario s;
        s.handshake();
        expect(s, Facts{}, {"urg"});
    };
    EXPECT_NONFATAL_FAILURE(wrong_cell(), "sni");
    EXPECT_NONFATAL_FAILURE(missing_anomaly(), "urg");
}

}  // namespace
}  // namespace tlsscope::pipeline
