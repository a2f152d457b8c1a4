// Whole handshakes, told and checked.
#include <gtest/gtest.h>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

TEST(TlsDissector, ReadsAFullTls12Handshake) {
    const Played p{tls12_full()};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.record.outcome, "complete");
    EXPECT_EQ(p.text("established"), "true");
    EXPECT_EQ(p.text("inferred"), "false");
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("version"), "TLS 1.2");
    EXPECT_EQ(p.text("cipher"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    EXPECT_EQ(p.text("group"), "x25519");
    EXPECT_EQ(p.text("resumed"), "false");
    EXPECT_EQ(p.text("client_auth"), "none");
    EXPECT_EQ(p.text("chain_len"), "2");
    EXPECT_EQ(p.text("cert_status"), "bad_der");
    EXPECT_EQ(p.text("tls_rtts"), "2");
    EXPECT_EQ(p.text("ch_frame"), "1");
    EXPECT_EQ(p.text("sh_frame"), "2");
    EXPECT_EQ(p.text("server_flight_frame"), "4");
    EXPECT_EQ(p.text("client_finished_frame"), "5");
    EXPECT_EQ(p.text("server_finished_frame"), "6");
    EXPECT_EQ(p.text("request_frame"), "7");
    EXPECT_EQ(p.text("answer_frame"), "8");
    EXPECT_EQ(p.text("tls_ms"), "7500000");
    EXPECT_EQ(p.text("ttfb_ms"), "1500000");
    EXPECT_EQ(p.text("client_wait_ms"), "1000000");
    EXPECT_EQ(p.text("server_think_ms"), "0");
    EXPECT_EQ(p.text("client_think_ms"), "1000000");
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TlsDissector, TellsAnAbbreviatedHandshake) {
    const Played p{tls12_resumed()};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("resumed"), "true");
    EXPECT_EQ(p.text("resumption_kind"), "session_id");
    EXPECT_EQ(p.text("resumption_offered"), "session_id");
    EXPECT_EQ(p.text("cert_status"), "none");
    EXPECT_EQ(p.text("tls_rtts"), "1");
    EXPECT_EQ(p.text("server_flight_frame"), "2");
    EXPECT_EQ(p.text("server_finished_frame"), "2");
    EXPECT_EQ(p.text("client_finished_frame"), "3");
    EXPECT_FALSE(p.has("server_finish_ms"));
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TlsDissector, KeepsTheClientsCertificateApart) {
    const Played p{tls12_client_certificate()};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("client_auth"), "sent");
    EXPECT_TRUE(p.has("client_cert_sha256"));
    EXPECT_NE(p.text("client_cert_sha256"), p.text("cert_sha256"));
    EXPECT_EQ(p.text("chain_len"), "1");
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TlsDissector, InfersTheRestOfATls13Handshake) {
    const Played p{tls13_full()};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("inferred"), "true");
    EXPECT_EQ(p.text("version"), "TLS 1.3");
    EXPECT_EQ(p.text("cipher"), "TLS_AES_128_GCM_SHA256");
    EXPECT_EQ(p.text("group"), "x25519");
    EXPECT_EQ(p.text("resumed"), "false");
    EXPECT_EQ(p.text("cert_status"), "hidden_tls13");
    EXPECT_EQ(p.text("client_auth"), "none");
    EXPECT_EQ(p.text("tls_rtts"), "1");
    EXPECT_EQ(p.text("sh_frame"), "2");
    EXPECT_EQ(p.text("server_flight_frame"), "3");
    EXPECT_EQ(p.text("client_finished_frame"), "4");
    EXPECT_EQ(p.text("tls_complete_frame"), "4");
    EXPECT_EQ(p.text("request_frame"), "5");
    EXPECT_EQ(p.text("answer_frame"), "7") << "two tickets of one size are no answer";
    EXPECT_FALSE(p.has("server_finish_ms"));
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TlsDissector, CountsARetryAsOneHandshake) {
    const Played p{tls13_retry()};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("hrr"), "true");
    EXPECT_EQ(p.text("ch_frame"), "1");
    EXPECT_EQ(p.text("hrr_frame"), "2");
    EXPECT_EQ(p.text("ch2_frame"), "3");
    EXPECT_EQ(p.text("sh_frame"), "4");
    EXPECT_EQ(p.text("server_hello_ms"), "4500000");
    EXPECT_EQ(p.text("tls_rtts"), "2");
    EXPECT_EQ(p.text("server_random"), "2222222222222222222222222222222222222222222222222222222222222222");
    EXPECT_EQ(p.anomalies(), "hello_retry ");
}

/// Until draft 21 it was a message of its own, without the random that tells it from a ServerHello.
TEST(TlsDissector, CountsARetryOfTheDraftsAsOneHandshake) {
    constexpr unsigned kDraft21 = 0x7f15, kDraftKeyShare = 40;
    const auto hello = [&](const Blob& share) {
        return client_hello(Hello{.ciphers = {0x1301, 0xc02f}}
                                .with(extension(43, vec8(u16(kDraft21) + u16(0x0303))))
                                .with(extension(10, vec16(u16(29) + u16(23))))
                                .with(extension(kDraftKeyShare, vec16(share))));
    };
    Script script = tls13_retry();
    script[0] = client(record(22, hello(u16(29) + vec16(fill(32))), 0x0301));
    script[1] =
        server(record(22, handshake(6, u16(kDraft21) + u16(0x1301) + vec16(extension(kDraftKeyShare, u16(23))))));
    script[2] = client(record(22, hello(u16(23) + vec16(fill(65)))));
    script[3] = server(record(22, handshake(2, u16(kDraft21) + fill(32, 0x22) + u16(0x1301) +
                                                   vec16(extension(kDraftKeyShare, u16(23) + vec16(fill(65)))))) +
                       application(40));
    const Played p{script};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("hrr"), "true");
    EXPECT_EQ(p.text("hrr_frame"), "2");
    EXPECT_EQ(p.text("ch2_frame"), "3");
    EXPECT_EQ(p.text("tls_rtts"), "2");
    EXPECT_EQ(p.anomalies(), "hello_retry ");
}

TEST(TlsDissector, TakesTheRareMessagesOfTls12WhereTheyBelong) {
    constexpr unsigned kCertificateUrl = 21, kSupplementalData = 23;
    Script script = tls12_full();
    script.insert(script.begin() + 4,
                  client(record(22, handshake(kSupplementalData, fill(8)) + handshake(kCertificateUrl, fill(40)))));
    script.insert(script.begin() + 2, server(record(22, handshake(kSupplementalData, fill(8)))));
    const Played p{script};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TlsDissector, InfersACertificateOfATls13Client) {
    const Played p{tls13_client_certificate()};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("client_auth"), "sent");
    EXPECT_EQ(p.text("server_flight_frame"), "3");
    EXPECT_EQ(p.text("client_finished_frame"), "5");
    EXPECT_EQ(p.text("request_frame"), "6");
}

TEST(TlsDissector, InfersAcceptedEarlyData) {
    const Played p{tls13_early_data()};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("early_data"), "accepted");
    EXPECT_EQ(p.text("resumed"), "true");
    EXPECT_EQ(p.text("resumption_kind"), "psk");
    EXPECT_EQ(p.text("client_finished_frame"), "3");
    EXPECT_EQ(p.anomalies(), "");
}

// It waits for nobody, so its place among the server's records makes no round trip.
TEST(TlsDissector, EarlyDataInTheMiddleOfTheServersFlightIsNoRoundTrip) {
    Script script = tls13_early_data();
    const Blob flight = script[1].bytes;
    const auto finished = flight.end() - 5 - 53;
    script[1] = server({flight.begin(), finished});
    script.insert(script.begin() + 2, {client(application(300)), server({finished, flight.end()})});
    const Played p{script};
    EXPECT_EQ(p.text("tls_outcome"), "complete") << p.facts();
    EXPECT_EQ(p.text("tls_rtts"), "1");
}

}  // namespace
}  // namespace tlsscope::tls::testing
