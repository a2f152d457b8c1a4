// Every rule for handshakes that got no further, by what passed on the wire: a cause it must name, in these words, and
// a near miss that it must leave alone.
#include <gtest/gtest.h>

#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;
using tls::testing::certificate;
using tls::testing::fill;
using tls::testing::server_hello_done;
using tls::testing::server_key_exchange;

constexpr Nanos kMs = kMillisecond;
constexpr unsigned kReset = kTcpRst | kTcpAck;

constexpr const char* kResetCure =
    "; look for a firewall, filter or inspecting proxy on the way, and what it has against this name or these ciphers.";
constexpr const char* kHoleCure =
    ": the path's MTU is smaller, and nobody says so; let ICMP \"fragmentation needed\" and \"packet too big\" pass, "
    "or "
    "clamp the MSS to the path's MTU on the router or VPN in between.";

/// SYN, SYN/ACK and ACK, 1 ms each, and a ClientHello in frame 4.
Scenario asked() {
    Scenario s;
    s.handshake().client(hello("www.example.com"));
    return s;
}

/// The same with a server that is `ms` away.
Scenario asked_from_afar(Nanos ms) {
    Scenario s = asked();
    s.edit_at(1, [&](Step& step) { step.after = ms * kMs; });
    return s;
}

/// A flight of the server that takes six segments of up to 1300 bytes, the last one small.
Buffer long_flight12() {
    return tls_record(22, tls::testing::server_hello({})) + tls_record(22, certificate({fill(6000, 0x30)})) +
           tls_record(22, server_key_exchange() + server_hello_done());
}

std::int64_t length_of(const Buffer& b) { return static_cast<std::int64_t>(b.size()); }

TEST(Failure, AResetFromElsewhere) {
    Scenario s = asked();
    s.server({.flags = kReset, .ttl = 57});
    expect(s,
           {{"outcome", "failed"},
            {"tls_outcome", "reset_by_server"},
            {"diagnosis",
             std::string{"The RST in frame 5 ended the handshake in the name of the server, but something on the way "
                         "sent it: its TTL 57 tells 7 routers, the 64 of the server's other segments 0"} +
                 kResetCure},
            {"severity", "high"},
            {"evidence_frames", "5"}},
           {"reset_injected"});
}

TEST(Failure, AResetFromElsewhereNearMissesOneRouterMoreAndAnotherFirstTtl) {
    for (const std::uint8_t ttl : {std::uint8_t{62}, std::uint8_t{255}, std::uint8_t{127}}) {
        Scenario s = asked();
        s.server({.flags = kReset, .ttl = ttl});
        expect(s, {{"diagnosis", "The server reset the connection after the ClientHello, before any answer."}},
               {"handshake_closed"});
    }
}

TEST(Failure, AResetThatKnowsTooMuch) {
    Scenario s = asked_from_afar(200);
    s.server({.flags = kReset, .after = 20 * kMs});
    expect(s,
           {{"diagnosis",
             std::string{"The RST in frame 5 ended the handshake in the name of the server, but something on the way "
                         "sent it: it acknowledges frame 4 after 20.0 ms, and half a round trip takes 100.0 ms"} +
                 kResetCure},
            {"evidence_frames", "5, 4"}},
           {"reset_injected"});
}

TEST(Failure, AResetThatKnowsTooMuchNearMissesItCameLaterOrKnewNothing) {
    Scenario later = asked_from_afar(200);
    later.server({.flags = kReset, .after = 120 * kMs});
    expect(later, {}, {"handshake_closed"});

    Scenario ignorant = asked_from_afar(200);
    ignorant.server({.flags = kReset, .ack = -length_of(hello("www.example.com")), .after = 20 * kMs});
    expect(ignorant, {}, {"handshake_closed"});
}

TEST(Failure, ADroppedHello) {
    Scenario s = asked();
    s.repeat(0, 1000 * kMs).repeat(0, 2000 * kMs);
    const std::string bytes = std::to_string(hello("www.example.com").size());
    expect(s,
           {{"outcome", "failed"},
            {"diagnosis",
             "The ClientHello (" + bytes +
                 " bytes) was sent 3 times in 3000.0 ms and never acknowledged, though the connection had opened: "
                 "something on the way drops it; look for a firewall that filters by name, or cannot read a "
                 "ClientHello of more than one segment; try it without post-quantum key shares, and with a smaller "
                 "MTU."},
            {"severity", "high"},
            {"evidence_frames", "4, 6"}},
           {"hello_dropped"});
}

TEST(Failure, ADroppedHelloNearMissesOneRepetitionAndAnAnswerAtLast) {
    Scenario once = asked();
    once.repeat(0, 1000 * kMs);
    expect(once, {{"diagnosis", "The capture ends after the ClientHello, before any answer."}, {"severity", "note"}});

    Scenario answered = asked();
    answered.repeat(0, 1000 * kMs).repeat(0, 2000 * kMs).server(flight12());
    expect(answered, {{"outcome", "incomplete"}, {"severity", "note"}});
}

TEST(Failure, FullSegmentsThatAreNeverAcknowledged) {
    Scenario s = asked();
    const Buffer flight = long_flight12();
    s.server(flight).each(1300).repeat(0, 1000 * kMs).repeat(0, 2000 * kMs);
    const std::size_t sent = s.last_segments() - 2;
    ASSERT_EQ(sent, 5U);
    s.client({.ack = -length_of(flight)});
    expect(s,
           {{"diagnosis",
             std::string{"A full segment of the server (1300 bytes, frame 5) was sent 3 times in 3004.0 ms and never "
                         "acknowledged, while smaller ones got through (ACK in frame 12)"} +
                 kHoleCure},
            {"evidence_frames", "5, 12, 11"}},
           {"mtu_black_hole"});
}

TEST(Failure, FullSegmentsNearMissAnAlertSaysWhy) {
    Scenario s = asked();
    const Buffer flight = long_flight12();
    s.server(flight).each(1300).repeat(0, 1000 * kMs).repeat(0, 2000 * kMs);
    s.client({.ack = -length_of(flight)}).client({.bytes = tls::testing::alert(2, 80), .ack = -length_of(flight)});
    expect(s, {{"tls_outcome", "alert"}, {"alert_from", "client"}}, {"handshake_alert"});
}

TEST(Failure, FullSegmentsThatNeverArrive) {
    Scenario s = asked();
    const Buffer flight = long_flight12();
    s.server(flight).each(1300);
    for (int i = 0; i < 4; ++i) s.drop(0);
    s.client({.ack = -length_of(flight)}).client({.ack = -length_of(flight), .after = 1500 * kMs});
    expect(s,
           {{"diagnosis",
             std::string{"5200 bytes of the server never arrived in 1501.0 ms, while a smaller segment behind them did "
                         "(frame 5), and not one full segment ever"} +
                 kHoleCure},
            {"evidence_frames", "5, 7"}},
           {"mtu_black_hole", "gap_open"});
}

TEST(Failure, AServerThatSaysNothing) {
    Scenario s = asked();
    s.server_ack().client({.flags = kTcpFin | kTcpAck, .after = 3000 * kMs});
    expect(
        s,
        {{"tls_outcome", "closed_by_client"},
         {"diagnosis",
          "The client waited 3001.0 ms for an answer to frame 4, its ClientHello, and gave up in frame 6: the server "
          "had received it and said nothing; look at its load, its log, and what it asks others."},
         {"evidence_frames", "4, 6"}},
        {"peer_silent"});
}

TEST(Failure, AServerThatSaysNothingNearMissesImpatienceAndNoAcknowledgment) {
    Scenario impatient = asked();
    impatient.server_ack().client({.flags = kTcpFin | kTcpAck, .after = 900 * kMs});
    expect(
        impatient,
        {{"diagnosis",
          "The client closed the connection after the ClientHello, before any answer: it had waited 901.0 ms for the "
          "server."}},
        {"handshake_closed"});

    Scenario unheard = asked();
    unheard.client({.flags = kTcpFin | kTcpAck, .after = 3000 * kMs});
    expect(unheard, {}, {"handshake_closed"});
}

TEST(Failure, AClientThatStopsInTheMiddleKeepsTheServerWaiting) {
    Scenario s = asked();
    s.server(flight12()).client_ack().server({.flags = kTcpFin | kTcpAck, .after = 10'000 * kMs});
    expect(s,
           {{"diagnosis",
             "The server waited 10001.0 ms for an answer to frame 5 and gave up in frame 7: the client had received it "
             "and said nothing; look at its load, its log, and what it asks others."}},
           {"peer_silent"});
}

Buffer text(std::string_view t) { return {t.begin(), t.end()}; }

TEST(Failure, PlainTextOnATlsPort) {
    Scenario s;
    s.handshake().client(text("GET / HTTP/1.1\r\n\r\n")).server(text("HTTP/1.1 400 Bad Request\r\n\r\n")).close();
    expect(s,
           {{"outcome", "closed"},
            {"service", ""},
            {"diagnosis",
             "Port 443 is for TLS, but plain text is spoken here; speak TLS there, or use the port for plain text (80 "
             "instead of 443)."},
            {"severity", "medium"},
            {"evidence_frames", "3"}},
           {"plaintext_on_tls_port"});
}

TEST(Failure, PlainTextOnATlsPortNearMissesAnotherPortAnotherProtocolAndNoAnswer) {
    Scenario port;
    port.connection(40000, 80)
        .handshake()
        .client(text("GET / HTTP/1.1\r\n\r\n"))
        .server(text("HTTP/1.1 200 OK\r\n\r\n"));
    expect(port.close(), {{"diagnosis", ""}});
    Scenario ssh;
    ssh.handshake().server(text("SSH-2.0-OpenSSH_9.2\r\n")).client(text("SSH-2.0-OpenSSH_9.2\r\n"));
    expect(ssh.close(), {{"diagnosis", ""}});
    Scenario binary;
    binary.handshake().client(from_hex("00 2a 38 a1 b2 c3 d4 e5 f6")).server(from_hex("00 1a 40 a1 b2 c3 d4 e5 f6"));
    expect(binary.close(), {{"diagnosis", ""}});
    Scenario unanswered;
    unanswered.handshake().client(text("GET / HTTP/1.1\r\n\r\n"));
    expect(unanswered.close(), {{"diagnosis", ""}});
}

TEST(Failure, AClientThatSpeaksNoTlsIsRefusedWithAnAlert) {
    Scenario s;
    s.handshake().client(text("GET / HTTP/1.1\r\n\r\n")).server(tls::testing::alert(2, 10)).close();
    expect(s,
           {{"outcome", "failed"},
            {"diagnosis",
             "The client sent something that is not TLS, and the server refused it with alert unexpected_message; let "
             "the client speak TLS (https instead of http), or give it the port for plain text."}},
           {"client_not_tls"});
}

}  // namespace
}  // namespace tlsscope::pipeline
