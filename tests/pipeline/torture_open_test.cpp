// T5 to T18, T31, T32, T58 to T60 of the torture list: how connections begin, and what a capture may miss of it.
#include <gtest/gtest.h>

#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;

constexpr unsigned kSynAck = kTcpSyn | kTcpAck;
const Facts kWhole = {{"sni", "www.example.com"}, {"outcome", "complete"}};

/// These facts, and that the TLS handshake was read whole.
Facts whole(Facts more) {
    more.insert(kWhole.begin(), kWhole.end());
    return more;
}

Part syn(std::uint32_t stamp) { return {.flags = kTcpSyn, .options = option_timestamps(stamp, 0), .forged = true}; }

TEST(TortureOpen, T5_SimultaneousOpenTheFirstSynIsTheClients) {
    Scenario s;
    s.connection(443, 443);
    s.client({.flags = kTcpSyn}).server({.flags = kTcpSyn});
    s.client({.flags = kSynAck, .at = -1}).server({.flags = kSynAck, .at = -1});
    s.client(hello("www.example.com")).answer().close();
    expect(s, whole({{"client_ip", "10.0.0.1"}, {"conn_state", "SF"}}), {"sim_open"});
}

TEST(TortureOpen, T6_SplitHandshakeInFiveSegments) {
    Scenario s;
    s.client({.flags = kTcpSyn}).server(Part{}).server({.flags = kTcpSyn}).client({.flags = kSynAck, .at = -1});
    s.server(Part{}).client(hello("www.example.com")).answer().close();
    expect(s, whole({{"client_port", "40000"}, {"conn_state", "SF"}}), {"split_hs"});
}

// Up to the server's ACK this is a simultaneous open: that it is an ACK and no SYN/ACK tells.
TEST(TortureOpen, T6_SplitHandshakeInFourSegments) {
    Scenario s;
    s.client({.flags = kTcpSyn}).server({.flags = kTcpSyn}).client({.flags = kSynAck, .at = -1}).server(Part{});
    s.client(hello("www.example.com")).answer().close();
    expect(s, whole({{"client_port", "40000"}, {"conn_state", "SF"}}), {"split_hs"});
}

TEST(TortureOpen, T7_ThreeSynsLeaveTheRoundTripEmpty) {
    Scenario s;
    for (int i = 0; i < 2; ++i) s.client({.flags = kTcpSyn, .forged = true});
    s.handshake().client(hello("www.example.com")).answer();
    expect(
        s,
        whole({{"syn_retries", "2"}, {"rtt_server_ms", ""}, {"ambiguous", "rtt_server_ms"}, {"connect_ms", "4.000"}}),
        {"syn_lost"});
}

TEST(TortureOpen, T7_ATimestampEchoTellsWhichSynWasAnswered) {
    Scenario s;
    s.client(syn(100)).client(syn(200)).wait(4 * kMillisecond);
    s.client({.flags = kTcpSyn, .options = option_timestamps(300, 0)});
    s.server({.flags = kSynAck, .after = 9 * kMillisecond, .options = option_timestamps(7, 300)});
    s.client({.options = option_timestamps(301, 7)}).client(hello("www.example.com")).answer();
    expect(s, whole({{"syn_retries", "2"}, {"rtt_server_ms", "9.000"}, {"ambiguous", ""}}), {"syn_lost"});
}

TEST(TortureOpen, T8_TheSynAckDecidesBetweenTwoInitialSequenceNumbers) {
    Scenario s;
    s.client({.flags = kTcpSyn, .at = -700, .forged = true});
    s.handshake().client(hello("www.example.com")).answer();
    expect(s, whole({{"syn_retries", "1"}, {"rtt_server_ms", "1.000"}}), {"syn_diff_seq", "syn_lost"});
    Scenario first;  // and the one sent later was not the one that counted
    first.client({.flags = kTcpSyn}).client({.flags = kTcpSyn, .at = 4000});
    first.server({.flags = kSynAck}).client_ack().client(hello("www.example.com")).answer();
    expect(first, whole({{"syn_retries", "1"}, {"rtt_server_ms", "2.000"}}), {"syn_diff_seq", "syn_lost"});
}

TEST(TortureOpen, T9_TheClientsAckDecidesBetweenTwoSynAcks) {
    for (const bool second : {false, true}) {
        Scenario s;
        s.client({.flags = kTcpSyn});
        if (second) s.server({.flags = kSynAck, .at = 90'000});
        s.server({.flags = kSynAck});
        if (!second) s.server({.flags = kSynAck, .at = 90'000});
        s.client_ack().client(hello("www.example.com")).answer();
        expect(s, whole({{"synack_retries", "1"}, {"missed_bytes", "0"}}));
    }
}

TEST(TortureOpen, T9_NoMoreThanFiveAreKept) {
    Scenario s;
    s.client({.flags = kTcpSyn});
    s.server({.flags = kSynAck});
    for (int i = 1; i <= 20; ++i) s.server({.flags = kSynAck, .at = 90'000 * i});
    s.client_ack().client(hello("www.example.com")).answer();
    expect(s, whole({{"synack_retries", "20"}, {"missed_bytes", "0"}}));
}

TEST(TortureOpen, T10_ASynAckForNoSynIsIgnored) {
    Scenario s;
    s.client({.flags = kTcpSyn}).server({.flags = kSynAck, .at = 70'000, .ack = 4242}).server({.flags = kSynAck});
    s.client_ack().client(hello("www.example.com")).answer();
    expect(s, whole({{"synack_frame", "3"}, {"synack_retries", "0"}, {"missed_bytes", "0"}}), {"bad_synack"});
}

// Those a flood brings beyond the limit are counted by target instead: tests/flow/half_open_test.cpp, flood_test.cpp.
TEST(TortureOpen, T11_ASynThatIsNeverAnsweredHasARow) {
    Scenario s;
    for (int i = 0; i < 4; ++i) s.client({.flags = kTcpSyn, .after = kSecond << i, .forged = true});
    expect(s, {{"outcome", "no_answer"}, {"syn_retries", "3"}, {"conn_state", "S0"}, {"sni", ""}, {"service", ""}},
           {"no_answer"});
}

TEST(TortureOpen, T12_FastOpenDataIsTheBeginningOfTheStream) {
    Scenario s;
    s.client({.bytes = hello("www.example.com"), .flags = kTcpSyn}).server({.flags = kSynAck}).client_ack();
    s.answer();
    expect(s, whole({{"tfo", "true"}, {"retrans_client", "0"}}), {"syn_data"});
}

TEST(TortureOpen, T13_FastOpenDataThatWasNotAcceptedComesAgain) {
    const Buffer h = hello("www.example.com");
    Scenario s;
    s.client({.flags = kTcpSyn}).edit(0, [&](Step& x) { x.bytes = h; });
    s.server({.flags = kSynAck}).client_ack().client(h).answer();
    expect(s, whole({{"tfo", "false"}, {"bytes_client", std::to_string(h.size() + client_finish12().size())}}),
           {"syn_data"});
}

TEST(TortureOpen, T14_DataOfTheSynAckIsUsed) {
    Scenario s;
    s.client({.bytes = hello("www.example.com"), .flags = kTcpSyn}).server({.bytes = flight12(), .flags = kSynAck});
    s.client(client_finish12()).server(server_finish12());
    expect(s, whole({{"tfo", "true"}, {"cipher", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}}), {"syn_data"});
}

TEST(TortureOpen, T15_TheCaptureBeginsAtTheClientHello) {
    Scenario s;
    s.client(hello("www.example.com")).answer().close();
    expect(s, whole({{"connect_ms", ""}, {"closed_by", "client"}}), {"midstream"});
}

// A record border is found, so it is TLS; no handshake was seen and none is invented.
TEST(TortureOpen, T16_TheCaptureBeginsInsideApplicationData) {
    Scenario s;
    for (int i = 0; i < 4; ++i) s.client(tls::testing::application(300)).server(tls::testing::application(900));
    expect(s, {{"sni", ""}, {"version", ""}, {"tls_ms", ""}, {"service", "tls"}}, {"midstream"});
    Scenario inside;  // in the middle of a record
    inside.client(tls::testing::fill(150, 0x99) + tls::testing::application(300));
    for (int i = 0; i < 4; ++i) inside.client(tls::testing::application(300)).server(tls::testing::application(900));
    expect(inside, {{"sni", ""}, {"version", ""}, {"tls_ms", ""}, {"service", "tls"}}, {"midstream"});
}

TEST(TortureOpen, T17_OneDirectionGivesItsSide) {
    Scenario s;
    s.handshake().client(hello("www.example.com")).answer().close();
    Scenario client_only = s, server_only = s;
    client_only.keep(Side::client);
    server_only.keep(Side::server);
    expect(client_only, {{"sni", "www.example.com"}, {"cipher", ""}, {"packets_server", "0"}}, {"one_sided"});
    expect(server_only, {{"sni", ""}, {"version", "TLS 1.2"}, {"packets_client", "0"}}, {"one_sided"});
}

// Nothing but the content says who is the server here: neither port is one of a server.
TEST(TortureOpen, T18_TheFirstPacketIsTheServerHello) {
    Scenario s;
    s.connection(40000, 50000);
    s.client(hello("www.example.com")).drop(0).answer();
    expect(s, {{"client_port", "40000"}, {"server_port", "50000"}, {"version", "TLS 1.2"}, {"sni", ""}}, {"midstream"});
}

// 3 MiB ahead of what was acknowledged: possible with scale 14 only.
TEST(TortureOpen, T31_WindowScale14IsHonouredAnd15IsTakenAs14) {
    const auto far_ahead = [](const Buffer& options) {
        Scenario s;
        s.handshake(options).client({.bytes = tls::testing::application(10), .at = 3 << 20});
        return s;
    };
    expect(far_ahead({}), {{"wscale_server", ""}}, {"oow"});
    expect(far_ahead(option_window_scale(2)), {{"wscale_server", "2"}}, {"oow"});
    expect(far_ahead(option_window_scale(14)), {{"wscale_server", "14"}}, {"gap_open"});
    expect(far_ahead(option_window_scale(15)), {{"wscale_server", "14"}}, {"gap_open", "wscale_bad"});
}

TEST(TortureOpen, T32_WithoutTheScaleTheWindowIsNotJudged) {
    Scenario s;
    s.client(tls::testing::application(10)).server_ack();
    s.client({.bytes = tls::testing::application(10), .at = 3 << 20});
    expect(s, Facts{}, {"midstream", "gap_open", "tls_resync"});
}

TEST(TortureOpen, T58_EqualPortsTheSynTellsTheRoles) {
    for (const std::uint16_t port : {std::uint16_t{443}, std::uint16_t{40000}}) {
        Scenario s;
        s.connection(port, port).handshake().client(hello("www.example.com")).answer().close();
        expect(s, whole({{"client_ip", "10.0.0.1"}, {"server_ip", "10.0.0.2"}}));
        Scenario turned;
        turned.connection(port, port).turned_round().handshake().client(hello("www.example.com")).answer().close();
        expect(turned, whole({{"client_ip", "10.0.0.2"}, {"server_ip", "10.0.0.1"}}));
    }
}

/// All frames between these addresses, whatever the carrier.
Scenario between(const std::string& client, const std::string& server, std::uint16_t client_port = 40000) {
    Scenario s;
    s.connection(client_port, 443).handshake().client(hello("www.example.com")).answer().close();
    s.edit_all([&](Step& x) {
        x.wrap = [=](const Packet& segment, const Wrapping&, Side from) -> std::vector<Packet> {
            const bool up = from == Side::client;
            return {segment.ipv4({.source = up ? client : server, .destination = up ? server : client}).ethernet()};
        };
    });
    return s;
}

TEST(TortureOpen, T59_StrangeAddressesAreHandled) {
    expect(between("0.0.0.0", "10.0.0.2"), whole({{"client_ip", "0.0.0.0"}}));
    expect(between("10.0.0.1", "224.0.0.1"), whole({{"server_ip", "224.0.0.1"}}));
    expect(between("10.0.0.1", "255.255.255.255"), kWhole);
    expect(between("10.0.0.1", "10.0.0.2", 0), whole({{"client_port", "0"}}));
    expect(between("127.0.0.1", "127.0.0.1"), whole({{"client_port", "40000"}}));
}

// The land attack: a SYN to itself. Both ends are one, so nothing can be said of sides.
TEST(TortureOpen, T59_TheSameEndpointOnBothSidesIsFlagged) {
    Scenario s = between("10.0.0.1", "10.0.0.1", 443);
    s.keep_first(1);
    expect(s, {{"outcome", "no_answer"}}, {"land", "no_answer"});
}

TEST(TortureOpen, T60_InitialSequenceNumbersAtTheBorders) {
    for (const std::uint32_t isn : {0U, 0xffffffffU, 0xfffffffeU, 0x7fffffffU, 0x80000000U}) {
        SCOPED_TRACE(isn);
        Scenario s;
        s.isn(isn, isn).handshake().client(hello("www.example.com")).answer().close();
        expect(s,
               whole({{"connect_ms", "2.000"}, {"conn_state", "SF"}, {"retrans_client", "0"}, {"missed_bytes", "0"}}));
    }
}

}  // namespace
}  // namespace tlsscope::pipeline
