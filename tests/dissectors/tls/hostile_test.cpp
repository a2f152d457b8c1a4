// Records and messages as nobody should send them: what is flagged, and that the rest is still read.
#include <gtest/gtest.h>

#include "dissectors/tls/stream.h"
#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

Blob hello_record(unsigned version = 0x0301) { return record(22, client_hello({}), version); }

/// The full TLS 1.2 story with something put before its act `at`.
Played full_with(std::size_t at, Act act) {
    Script script = tls12_full();
    script.insert(script.begin() + static_cast<std::ptrdiff_t>(at), std::move(act));
    return Played{script};
}

TEST(TlsHostile, Heartbleed) {
    EXPECT_TRUE(full_with(1, client(record(24, u8(1) + u16(0x4000) + fill(3)))).anomaly("heartbleed"));
    EXPECT_FALSE(full_with(1, client(record(24, u8(1) + u16(16) + fill(32)))).anomaly("heartbleed"));
}

TEST(TlsHostile, MessagesOfTheWrongSideOrVersionAreOutOfOrderAndNotUnknown) {
    EXPECT_EQ(full_with(2, server(hello_record())).anomalies(), "hs_order ");
    EXPECT_EQ(full_with(2, client(record(22, server_hello({})))).anomalies(), "hs_order ");
    constexpr unsigned kEndOfEarlyData = 5, kKeyUpdate = 24, kCompressedCertificate = 25;
    for (const unsigned type : {kEndOfEarlyData, kKeyUpdate, kCompressedCertificate})
        EXPECT_EQ(full_with(2, server(record(22, handshake(type, u8(0))))).anomalies(), "hs_order ") << type;
    EXPECT_EQ(full_with(2, server(record(22, handshake(99, u8(0))))).anomalies(), "hs_unknown ");
}

std::vector<std::size_t> in_tens(std::size_t size) {
    std::vector<std::size_t> out(size / 10, 10);
    out.push_back(size % 10);
    return out;
}

TEST(TlsHostile, PartialMessagesOfAllStreamsHaveALimit) {
    SharedCaches shared;
    shared.handshakes.limit = 4000;
    Script begun = tls12_full();
    begun.resize(1);
    begun.front().bytes.resize(begun.front().bytes.size() - 1);
    std::vector<std::unique_ptr<Played>> waiting;
    while (waiting.empty() || !waiting.back()->anomaly("hs_over_budget")) {
        waiting.push_back(std::make_unique<Played>(begun, Play{.shared = &shared, .goes_on = true, .cuts = in_tens}));
        ASSERT_LE(shared.handshakes.used, 4000U);
        ASSERT_LT(waiting.size(), 100U);
    }
    const Played late{tls12_full(), {.shared = &shared, .cuts = in_tens}};
    EXPECT_TRUE(late.anomaly("hs_over_budget"));
    EXPECT_EQ(late.text("tls_outcome"), "complete") << "borders of messages are known all the same";
    const Played whole{tls12_full(), {.shared = &shared}};
    EXPECT_EQ(whole.anomalies(), "") << "a message that comes in one piece needs no room";
    waiting.clear();
    EXPECT_EQ(shared.handshakes.used, 0U);
    EXPECT_EQ(Played(tls12_full(), {.shared = &shared, .cuts = in_tens}).anomalies(), "");
}

TEST(TlsHostile, NothingIsHeldAfterTheHandshake) {
    SharedCaches shared;
    for (const auto& [name, story] : all_stories()) {
        const Played p{story, {.shared = &shared, .cuts = in_tens}};
        EXPECT_EQ(shared.handshakes.used, 0U) << name;
    }
}

// A record of an unknown type may begin like an SSLv2 header: the bytes that waited for the verdict are read as well.
TEST(TlsHostile, BytesThatAreNoSsl2HelloAfterAllAreNotLost) {
    const Blob bytes = record(1, fill(0x0301)) + hello_record();
    const Played whole{{client(bytes)}};
    EXPECT_EQ(whole.text("sni"), "www.example.com");
    EXPECT_EQ(whole.anomalies(), "rec_unknown ");
    Play by_bytes;
    by_bytes.cuts = [](std::size_t n) { return std::vector<std::size_t>(n, 1); };
    EXPECT_EQ(Played({client(bytes)}, by_bytes).facts(), whole.facts());

    const auto part = [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        return Blob(bytes.begin() + from, bytes.begin() + to);
    };
    const auto size = static_cast<std::ptrdiff_t>(bytes.size());
    const Played frames{{server(alert(1, 0)), client(part(0, 1)), client(part(1, 3)), client(part(3, size))}};
    EXPECT_EQ(frames.text("sni"), "www.example.com");
    ASSERT_EQ(frames.record.anomalies.entries().size(), 1U);
    EXPECT_EQ(frames.record.anomalies.entries()[0].first_frame, 2U) << "the segment that brought the first byte";
}

TEST(TlsHostile, HoleInASsl2HelloEndsIt) {
    const Blob body =
        u8(1) + u16(0x0301) + u16(6) + u16(0) + u16(16) + u8(0) + u16(0xc02f) + u8(0) + u16(0x002f) + fill(16, 0x31);
    const Blob hello = u16(0x8000U + static_cast<unsigned>(body.size())) + body;
    const Blob begin{hello.begin(), hello.begin() + 20};
    const Blob end{hello.begin() + 25, hello.end()};
    const Played p{{client(begin), lost(Side::client, 5), client(end), client(fill(64, 0x32))}};
    EXPECT_FALSE(p.has("client_random")) << "made of bytes that are not neighbours";
    EXPECT_FALSE(p.anomaly("sslv2"));
}

TEST(TlsHostile, ASsl2HelloIsHeldWithinTheSameLimit) {
    const Blob body = u8(1) + u16(2) + u16(30) + u16(0) + u16(16) + fill(30, 1) + fill(16, 0x31);
    const Script script{client(u16(0x8000U + static_cast<unsigned>(body.size())) + body)};
    SharedCaches shared;
    shared.handshakes.limit = 20;
    const Played p{script, {.shared = &shared, .cuts = in_tens}};
    EXPECT_EQ(p.anomalies(), "hs_over_budget tls_desync ") << "where the next record begins, nobody knows";
    EXPECT_FALSE(p.has("client_random"));
    EXPECT_EQ(shared.handshakes.used, 0U);
    EXPECT_EQ(Played(script, {.cuts = in_tens}).anomalies(), "sslv2 ");
}

TEST(TlsHostile, NothingIsReadBehindASsl2ServerHello) {
    const Blob ask = u8(1) + u16(2) + u16(3) + u16(0) + u16(16) + u24(0x010080) + fill(16, 0x31);
    const Blob answer =
        u8(4) + u8(0) + u8(1) + u16(2) + u16(4) + u16(3) + u16(16) + text("cert") + u24(0x010080) + fill(16);
    const auto framed = [](const Blob& body) { return u16(0x8000U + static_cast<unsigned>(body.size())) + body; };
    const Played p{{client(framed(ask)), server(framed(answer) + record(21, u8(2) + u8(40)))}};
    EXPECT_EQ(p.verdict, dissect::Verdict::done);
    EXPECT_EQ(p.integer("tls_records"), 2);
    EXPECT_FALSE(p.has("alert")) << "the record layer of SSL 2.0 knows no such record";
}

// What ends the handshake may stand in the middle of a record: what is read must not depend on where segments end.
TEST(TlsHostile, MessagesAreReadUpToTheEndOfTheHandshake) {
    const Blob finished = handshake(20, fill(32));
    const Blob flight = server_hello(ServerChoice{}.tls13()) + handshake(8, u16(0)) + finished;
    const Script script{client(record(22, client_hello(Hello{}.tls13()))), server(record(22, flight)),
                        client(record(22, finished + handshake(99, fill(4)) + handshake(99, fill(4))) + record(22, {}) +
                               record(24, u8(1) + u16(0x4000)))};
    const Played whole{script};
    EXPECT_EQ(whole.text("tls_outcome"), "complete");
    EXPECT_FALSE(whole.anomaly("hs_unknown"));
    Play by_bytes;
    by_bytes.cuts = [](std::size_t n) { return std::vector<std::size_t>(n, 1); };
    EXPECT_EQ(Played(script, by_bytes).facts(), whole.facts());
}

TEST(TlsHostile, NothingOfItIsTls) {
    Play play;
    play.midstream = true;
    const Played p{{server(application(40)), server(fill(50, 0x20))}, play};
    EXPECT_EQ(p.verdict, dissect::Verdict::not_mine);
}

}  // namespace
}  // namespace tlsscope::tls::testing
