// T1 to T4, T33 to T37, T46 to T48 of the torture list: FIN, RST, and ports that are used again.
#include <gtest/gtest.h>

#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;
using tls::testing::application;

constexpr unsigned kFinAck = kTcpFin | kTcpAck;

Facts whole(Facts more = {}) {
    more.insert({{"sni", "www.example.com"}, {"outcome", "complete"}});
    return more;
}

Scenario opened() {
    Scenario s;
    s.handshake();
    return s;
}

Scenario with_handshake() {
    Scenario s = opened();
    s.client(hello("www.example.com")).answer().client_ack();
    return s;
}

/// The rest of a TLS handshake whose ClientHello has this name.
Scenario& then_hello(Scenario& s, const std::string& name = "www.example.com") {
    return s.client(hello(name)).answer();
}

TEST(TortureClose, T1_ThreeWayHandshakeAndFourWayClose) {
    Scenario s;
    s.client({.flags = kTcpSyn}).server({.flags = kTcpSyn | kTcpAck, .after = 40 * kMillisecond});
    s.client({.after = 2 * kMillisecond});
    then_hello(s).close();
    expect(s, whole({{"rtt_server_ms", "40.000"},
                     {"rtt_client_ms", "2.000"},
                     {"close_kind", "four_way"},
                     {"closed_by", "client"},
                     {"client_state", "TIME-WAIT"},
                     {"server_state", "CLOSED"}}));
}

TEST(TortureClose, T2_ThreeSegmentClose) {
    Scenario s = with_handshake();
    s.server({.flags = kFinAck}).client({.flags = kFinAck}).server_ack();
    expect(s, whole({{"close_kind", "three_way"}, {"closed_by", "server"}, {"conn_state", "SF"}}));
}

TEST(TortureClose, T3_SimultaneousClose) {
    Scenario s = with_handshake();
    s.client({.flags = kFinAck}).server({.flags = kFinAck, .ack = -1}).client_ack().server_ack();
    expect(s, whole({{"close_kind", "simultaneous"}, {"client_state", "TIME-WAIT"}, {"server_state", "TIME-WAIT"}}));
}

TEST(TortureClose, T4_HalfCloseTheServerSendsTenMoreRecords) {
    Scenario s = with_handshake();
    s.client({.flags = kFinAck}).server_ack();
    for (int i = 0; i < 10; ++i) s.server(application(1000)).client_ack();
    const std::size_t sent = flight12().size() + server_finish12().size() + 10 * application(1000).size();
    expect(s, whole({{"bytes_server", std::to_string(sent)}, {"close_kind", "half"}, {"conn_state", "S2"}}));
}

TEST(TortureClose, T33_RstAtTheNextByteCloses) {
    Scenario s = with_handshake();
    s.client({.flags = kTcpRst});
    expect(s, whole({{"close_kind", "reset"}, {"closed_by", "client"}, {"conn_state", "RSTO"}, {"end", "reset"}}));
    Scenario before = opened();
    before.client(hello("www.example.com")).server({.flags = kTcpRst | kTcpAck});
    expect(before, {{"sni", "www.example.com"}, {"closed_by", "server"}, {"outcome", "failed"}, {"conn_state", "RSTR"}},
           {"handshake_closed"});
}

// RFC 5961 section 3: the receiver answers with a challenge ACK and goes on.
TEST(TortureClose, T34_RstInsideTheWindowIsOnlyDoubtful) {
    Scenario s = opened();
    s.server_ack().client({.flags = kTcpRst, .at = 500}).server_ack();
    then_hello(s).close();
    expect(s, whole({{"close_kind", "four_way"}}), {"rst_challenge", "rst_suspect"});
}

TEST(TortureClose, T35_RstOutsideTheWindowBeforeTheHelloIsIgnored) {
    for (const std::int64_t away : {900'000'000, 200'000, -1000}) {
        Scenario s = opened();
        s.server_ack().client({.flags = kTcpRst, .at = away}).server({.flags = kTcpRst, .at = away});
        then_hello(s).close();
        expect(s, whole({{"conn_state", "SF"}}), {"rst_oow"});
    }
}

/// A RST that an observer or attacker injected, in the server's name, then the handshake all the same.
Scenario after_rst(const Part& rst) {
    Scenario s = opened();
    s.client(hello("www.example.com")).server(rst).server(flight12()).client(client_finish12());
    return s.server(server_finish12()).close();
}

TEST(TortureClose, T36_RstWithAWrongChecksumIsIgnored) {
    expect(after_rst({.flags = kTcpRst | kTcpAck, .bad_checksum = true}), whole({{"conn_state", "SF"}}), {"bad_cksum"});
}

// At the right place nothing but what follows can tell that it was forged: neither its TTL nor a missing signature
// does, as both differ between honest senders as well. By the rules its ends were closed then, hence tcp_order.
TEST(TortureClose, T36_ARstAfterWhichTheSideGoesOnIsSuspect) {
    const Buffer md5 = from_hex("1312") + Buffer(16, 0xaa);
    expect(after_rst({.flags = kTcpRst | kTcpAck, .ttl = 3}), whole(), {"rst_suspect", "tcp_order"});
    expect(after_rst({.flags = kTcpRst | kTcpAck, .options = md5}), whole(), {"rst_suspect", "tcp_order"});
}

TEST(TortureClose, T37_AFinAboveAHoleWaitsForTheBytes) {
    Scenario s = with_handshake();
    const Buffer last = application(500);
    s.client({.flags = kFinAck, .at = std::int64_t(last.size())}).client({.bytes = last}).server({.ack = 1});
    s.server({.flags = kFinAck, .ack = 1}).client({.at = 1});
    expect(s, whole({{"close_kind", "four_way"}, {"missed_bytes", "0"}, {"client_state", "TIME-WAIT"}}));
    Scenario open = with_handshake();  // and never closes while the hole is there
    open.client({.flags = kFinAck, .at = 500});
    expect(open, whole({{"server_state", "ESTABLISHED"}, {"close_kind", "half"}}), {});
}

TEST(TortureClose, T46_PortsUsedAgainAfterTheClose) {
    for (const bool reset : {false, true}) {
        Scenario s = opened();
        then_hello(s, "one.example");
        if (reset) s.client({.flags = kTcpRst});
        else s.close();
        s.connection().handshake();
        then_hello(s, "two.example").close();
        expect(s, {{{{"sni", "one.example"}, {"conn_state", reset ? "RSTO" : "SF"}}, {}},
                   {{{"sni", "two.example"}, {"conn_state", "SF"}}, {}}});
    }
}

TEST(TortureClose, T47_ANewSynWithoutAClose) {
    Scenario outside = with_handshake();
    outside.connection().handshake();
    then_hello(outside, "two.example");
    expect(outside, {{whole({{"end", "port_reused"}}), {}}, {{{"sni", "two.example"}}, {}}});
    Scenario inside = with_handshake();
    inside.client({.flags = kTcpSyn, .at = 500}).server_ack().client(application(100)).close();
    expect(inside, whole({{"conn_state", "SF"}}), {"syn_resend"});
}

TEST(TortureClose, T48_LateDuplicatesInTimeWaitAreNoNewConnection) {
    Scenario s = with_handshake();
    s.close().client({.bytes = {0x17}, .at = -2, .after = 30 * kSecond}).server({.flags = kTcpRst, .after = kSecond});
    expect(s, whole({{"conn_state", "SF"}, {"client_state", "TIME-WAIT"}, {"end", "closed"}}));
}

// The record is gone by then, and what its connection had sent is still known.
TEST(TortureClose, T48_LateOnesAreCountedAndNoNewConnection) {
    Scenario s = with_handshake();
    s.close()
        .server({.flags = kTcpRst, .after = 7 * kSecond})
        .client({.bytes = {0x17}, .at = -2, .after = 30 * kSecond});
    expect(s, whole({{"conn_state", "SF"}, {"end", "closed"}}));
}

TEST(TortureClose, T48_NewDataOnTheSamePortsIsANewConnection) {
    Scenario s = with_handshake();
    s.close().client({.bytes = application(100), .after = 30 * kSecond});
    expect(s, {{whole(), {}}, {{}, {"midstream", "one_sided"}}});
}

TEST(TortureClose, T48_AMinuteLaterNothingIsKnownAnyMore) {
    Scenario s = with_handshake();
    s.close().server({.flags = kTcpRst, .after = 90 * kSecond});
    expect(s, {{whole(), {}}, {{{"outcome", "reset"}, {"diagnosis", ""}}, {"one_sided"}}});
}

}  // namespace
}  // namespace tlsscope::pipeline
