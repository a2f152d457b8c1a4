// Every rule for slow handshakes: a cause it must name, in these words, and a near miss that it must leave alone.
#include <gtest/gtest.h>

#include "support/memory_source.h"
#include "support/samples.h"
#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;
using tls::testing::certificate;
using tls::testing::fill;
using tls::testing::server_hello_done;
using tls::testing::server_key_exchange;

constexpr Nanos kMs = kMillisecond;

/// Client and server are 1 ms away from the capture point: SYN, SYN/ACK and ACK, 1 ms each.
Scenario connected() {
    Scenario s;
    s.handshake();
    return s;
}

/// The server is 100 ms away.
Scenario from_afar() {
    Scenario s = connected();
    s.edit_at(1, [](Step& step) { step.after = 100 * kMs; });
    return s;
}

Part after(Nanos ms, Buffer bytes = {}) { return {.bytes = std::move(bytes), .after = ms * kMs}; }

/// A flight of the server that takes six segments.
Buffer long_flight12() {
    return tls_record(22, tls::testing::server_hello({})) + tls_record(22, certificate({fill(7000, 0x30)})) +
           tls_record(22, server_key_exchange() + server_hello_done());
}

Scenario& rest_of_handshake(Scenario& s) { return s.client(client_finish12()).server(server_finish12()).close(); }

Buffer head(const Buffer& bytes, std::size_t n) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n)};
}
Buffer tail(const Buffer& bytes, std::size_t n) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(n), bytes.end()};
}

TEST(Slow, NothingToSayOfAQuickHandshake) {
    Scenario s = connected();
    s.client(hello("www.example.com")).server(flight12());
    expect(rest_of_handshake(s), {{"setup_network_ms", "5.000"},
                                  {"setup_server_ms", "0.000"},
                                  {"setup_client_ms", "0.000"},
                                  {"setup_ack_wait_ms", "0.000"},
                                  {"stall_ms", "0.000"},
                                  {"diagnosis", ""}});
}

TEST(Slow, NagleAndDelayedAck) {
    const Buffer flight = flight12();
    const std::size_t most = flight.size() - 100;
    Scenario s = connected();
    s.client(hello("www.example.com")).server(head(flight, most)).client(after(41)).server(tail(flight, most));
    expect(
        rest_of_handshake(s),
        {{"diagnosis",
          "One round trip more: the server held frame 7 back until the ACK in frame 6, 42.0 ms; Nagle's algorithm and "
          "delayed ACK (40.0 ms); set TCP_NODELAY on the server."},
         {"severity", "low"},
         {"evidence_frames", "5, 6, 7"},
         {"setup_ack_wait_ms", "40.000"}},
        {"nagle_delayed_ack"});
}

TEST(Slow, NagleNearMissTheServerWasBusyAndTheAckOnlyPassed) {
    const Buffer flight = flight12();
    const std::size_t most = flight.size() - 100;
    Scenario s = connected();
    s.client(hello("www.example.com"))
        .server(head(flight, most))
        .client(after(41))
        .server(after(30, tail(flight, most)));
    expect(rest_of_handshake(s), {{"setup_server_ms", "71.000"}, {"setup_ack_wait_ms", "0.000"}, {"diagnosis", ""}});
}

TEST(Slow, AFlightLargerThanTheWindow) {
    const Buffer flight = long_flight12();
    Scenario s = connected();
    s.client(hello("www.example.com")).server(head(flight, 3900)).each(1300);
    s.client(after(25)).server(tail(flight, 3900)).each(1300);
    expect(
        rest_of_handshake(s),
        {{"diagnosis",
          "One round trip more: the server held frame 9 back until the ACK in frame 8, 26.0 ms; after 3900 bytes of "
          "its flight the congestion window was full; send a shorter certificate chain, or raise the initial window."},
         {"evidence_frames", "7, 8, 9"}},
        {"flight_held"});
}

TEST(Slow, AFlightLargerThanTheWindowNearMissTheAckCameInTime) {
    const Buffer flight = long_flight12();
    Scenario s = connected();
    s.client(hello("www.example.com")).server(head(flight, 3900)).each(1300);
    s.client(after(1)).server(tail(flight, 3900)).each(1300);
    expect(rest_of_handshake(s), {{"diagnosis", ""}});
}

TEST(Slow, ALostFlight) {
    Scenario s = connected();
    s.client(hello("www.example.com")).server(flight12()).repeat(0, 205 * kMs);
    expect(rest_of_handshake(s),
           {{"diagnosis",
             "A segment of the server's handshake was lost behind the capture point (frame 5) and sent again after a "
             "timeout: frame 6, 205.0 ms lost."},
            {"stall_ms", "205.000"}},
           {"handshake_loss"});
}

TEST(Slow, ALostFlightNearMissItCostNothing) {
    Scenario s = connected();
    s.client(hello("www.example.com")).server(flight12()).repeat(0, 5 * kMs);
    expect(rest_of_handshake(s), {{"stall_ms", "5.000"}, {"diagnosis", ""}});
}

TEST(Slow, AnOvertakenSegment) {
    Scenario s = from_afar();
    s.client(hello("www.example.com")).server(flight12()).each(flight12().size() / 2 + 1).order({1, 0});
    s.edit(1, [](Step& step) { step.after = 25 * kMs; });
    expect(
        rest_of_handshake(s),
        {{"diagnosis",
          "A segment of the server's handshake was overtaken: frame 5 came before frame 6, which held it up for 25.0 "
          "ms."},
         {"evidence_frames", "5, 6"},
         {"severity", "note"}},
        {"handshake_reordered"});
}

TEST(Slow, AnOvertakenSegmentNearMissItHeldNothingUp) {
    Scenario s = from_afar();
    s.client(hello("www.example.com")).server(flight12()).each(flight12().size() / 2 + 1).order({1, 0});
    expect(rest_of_handshake(s), {{"out_of_order", "1"}, {"diagnosis", ""}});
}

TEST(Slow, AClosedWindow) {
    const Buffer flight = flight12();
    Scenario s = connected();
    s.client(hello("www.example.com")).server(head(flight, 400)).client({.window = 0});
    s.client({.after = 48 * kMs}).server(tail(flight, 400));
    expect(rest_of_handshake(s),
           {{"diagnosis",
             "The client had no room for more of the handshake (a window of zero in frame 6); the server went on after "
             "49.0 ms, in frame 8."},
            {"evidence_frames", "6, 8"}},
           {"window_closed"});
}

TEST(Slow, AClosedWindowNearMissItOpenedAtOnce) {
    const Buffer flight = flight12();
    Scenario s = connected();
    s.client(hello("www.example.com")).server(head(flight, 400)).client({.window = 0});
    s.client({.after = 3 * kMs}).server(tail(flight, 400));
    expect(rest_of_handshake(s), {{"zero_windows", "1"}, {"diagnosis", ""}});
}

TEST(Slow, ASlowServer) {
    Scenario s = connected();
    s.client(hello("www.example.com")).server(after(401, flight12()));
    expect(
        rest_of_handshake(s),
        {{"diagnosis",
          "The server needed 400.0 ms of the 405.0 ms it took to set up the connection for itself: between frame 4 and "
          "frame 5."},
         {"evidence_frames", "4, 5"}},
        {"slow_server"});
}

TEST(Slow, ASlowServerNearMissLessThan300MsInAll) {
    Scenario s = connected();
    s.client(hello("www.example.com")).server(after(290, flight12()));
    expect(rest_of_handshake(s), {{"setup_server_ms", "289.000"}, {"diagnosis", ""}});
}

TEST(Slow, AClientThatWaitsBeforeItBeginsIsNotSlow) {
    Scenario s = connected();
    s.client(after(5000, hello("www.example.com"))).server(flight12());
    expect(rest_of_handshake(s), {{"client_wait_ms", "5000.000"}, {"diagnosis", ""}});
}

TEST(Slow, ASlowClient) {
    Scenario s = connected();
    s.client(hello("www.example.com")).server(flight12()).client(after(501, client_finish12()));
    s.server(server_finish12()).close();
    expect(
        s,
        {{"diagnosis",
          "The client needed 500.0 ms of the 505.0 ms it took to set up the connection for itself: between frame 5 and "
          "frame 6."}},
        {"slow_client"});
}

TEST(Slow, ASlowNetwork) {
    Scenario s = connected();
    s.edit_at(1, [](Step& step) { step.after = 200 * kMs; });
    s.client(hello("www.example.com")).server(after(200, flight12())).client(client_finish12());
    s.server(after(200, server_finish12())).close();
    expect(
        s,
        {{"diagnosis",
          "602.0 ms of the 602.0 ms it took to set up the connection were round trips on the network; one takes 201.0 "
          "ms."},
         {"severity", "note"}},
        {"slow_network"});
}

TEST(Slow, ASlowTransfer) {
    Scenario s = connected();
    s.client(hello("www.example.com")).server(long_flight12()).each(1300);
    for (std::size_t i = 1; i < 6; ++i) s.edit(i, [](Step& step) { step.after = 80 * kMs; });
    expect(
        rest_of_handshake(s),
        {{"diagnosis",
          "The flights took 400.0 ms of the 405.0 ms it took to set up the connection to pass: the bandwidth is low."}},
        {"slow_transfer"});
}

/// Nanoseconds; a cell that is empty is no part.
std::int64_t duration(const record::ConnectionRecord& r, std::string_view name) {
    for (std::size_t i = 0; i < r.row.size(); ++i)
        if (r.row.column_at(i).name == name) return r.row.at(i).integer();
    return 0;
}

TEST(Slow, ThePartsAddUpInEverySample) {
    std::size_t judged = 0;
    for (const std::string& name : sample_names()) {
        for (const record::ConnectionRecord& r : analyze_frames(read_frames(sample_path(name))).records) {
            if (cell(r, "setup_network_ms").empty()) continue;
            ++judged;
            std::int64_t sum = 0;
            for (const char* part :
                 {"setup_network_ms", "setup_server_ms", "setup_client_ms", "setup_ack_wait_ms", "stall_ms"}) {
                EXPECT_GE(duration(r, part), 0) << name << ' ' << part;
                sum += duration(r, part);
            }
            EXPECT_EQ(sum, duration(r, "connect_ms") + duration(r, "tls_ms")) << name << ", stream " << r.stream;
        }
    }
    EXPECT_GT(judged, 100U);
}

}  // namespace
}  // namespace tlsscope::pipeline
