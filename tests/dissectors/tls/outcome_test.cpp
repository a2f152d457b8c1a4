// How connections end, and what is said of it.
#include "dissectors/tls/outcome.h"

#include <gtest/gtest.h>

#include "dissectors/tls/columns.h"
#include "flow/tcp_vocabulary.h"
#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

Play closed(std::string by, std::string kind = "four_way") {
    Play play;
    play.closed_by = std::move(by);
    play.close_kind = std::move(kind);
    return play;
}

Script first(const Script& script, std::size_t n) {
    return {script.begin(), script.begin() + static_cast<std::ptrdiff_t>(n)};
}

/// The first half of a ClientHello that needs two segments, as one with post-quantum shares does.
Act half_a_hello() {
    Blob hello = record(22, client_hello(Hello{}.with(extension(21, fill(400, 0)))), 0x0301);
    hello.resize(hello.size() - 300);
    return client(std::move(hello));
}

TEST(TlsOutcome, AConnectionResetWithinTheClientHello) {
    const Played p{{half_a_hello()}, closed("server", "reset")};
    EXPECT_EQ(p.text("tls_outcome"), "reset_by_server") << p.facts();
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_TRUE(p.anomaly("hs_trunc"));
    EXPECT_FALSE(p.has("ja4")) << "half a hello has another fingerprint";
    EXPECT_EQ(p.record.diagnosis, "The server reset the connection in the middle of the ClientHello.");
}

TEST(TlsOutcome, ACaptureThatEndsWithinTheClientHello) {
    const Played p{{half_a_hello()}};
    EXPECT_EQ(p.text("tls_outcome"), "incomplete") << p.facts();
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_TRUE(p.anomaly("hs_trunc"));
    EXPECT_EQ(p.record.diagnosis, "The capture ends in the middle of the ClientHello.");
}

TEST(TlsOutcome, ACaptureThatEndsWithinTheCertificate) {
    Script script = first(tls12_full(), 3);
    Blob& flight = script.back().bytes;
    flight.resize(flight.size() - 5);
    const Played p{script};
    EXPECT_EQ(p.text("tls_outcome"), "incomplete") << p.facts();
    EXPECT_TRUE(p.has("cert_sha256"));
    EXPECT_TRUE(p.anomaly("hs_trunc"));
}

TEST(TlsOutcome, AWarningIsShownButNoFailure) {
    Script script = tls12_full();
    script.insert(script.begin() + 1, server(alert(1, 112)));
    const Played p{script};
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.text("alert"), "unrecognized_name");
}

TEST(TlsOutcome, AFatalAlertOutranksAWarning) {
    const Played p{{client(record(22, client_hello({}))), server(alert(1, 112) + alert(2, 80)), client(alert(2, 20))}};
    EXPECT_EQ(p.text("alert"), "internal_error");
    EXPECT_EQ(p.text("alert_from"), "server");
}

TEST(TlsAlerts, OfALevelThatDoesNotExist) {
    const Played p{{client(record(22, client_hello({}))), server(alert(77, 40))}};
    EXPECT_TRUE(p.anomaly("alert_bad"));
    EXPECT_FALSE(p.has("alert"));
}

TEST(TlsAlerts, EncryptedOnesAfterTheHandshakeEndIt) {
    Script script = tls12_full();
    script.push_back(client(record(21, fill(26, 0x77))));
    const Played p{script, closed("client")};
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.text("close_notify"), "client");
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TlsOutcome, InTls13AClientThatRefusesSendsAShortRecord) {
    for (const std::size_t length : {19U, 35U}) {
        Script script = first(tls13_full(), 3);
        script.push_back(client(change_cipher_spec() + application(length)));
        const Played p{script, closed("client")};
        EXPECT_EQ(p.text("tls_outcome"), "alert") << length;
        EXPECT_EQ(p.text("alert_from"), "client");
        EXPECT_EQ(p.text("established"), "false");
        EXPECT_NE(p.record.diagnosis.find("certificate"), std::string::npos) << p.record.diagnosis;
    }
}

TEST(TlsOutcome, InTls13AServerThatWantedACertificateSaysSoLast) {
    Script script = first(tls13_full(), 3);
    script.push_back(client(change_cipher_spec() + application(25) + application(53)));
    script.push_back(client(application(100)));
    script.push_back(server(application(19)));
    const Played p{script, closed("server")};
    EXPECT_EQ(p.text("client_auth"), "declined");
    EXPECT_EQ(p.text("tls_outcome"), "alert");
    EXPECT_EQ(p.text("alert_from"), "server");
}

// A forged record in its place would be taken for the refusal.
TEST(TlsOutcome, WhileTheServerMayRefuseTheCertificateItsBytesAreVerified) {
    Script whole = tls13_client_certificate();
    whole.push_back(server(application(8000)));  // no session ticket is that long: the answer
    EXPECT_EQ(Played(first(whole, 6), {.goes_on = true}).verdict, dissect::Verdict::more);
    EXPECT_EQ(Played(whole, {.goes_on = true}).verdict, dissect::Verdict::skim);
    EXPECT_EQ(Played(first(tls13_full(), 4), {.goes_on = true}).verdict, dissect::Verdict::skim);
}

TEST(TlsOutcome, InTls13AnOrdinaryEndIsNoFailure) {
    Script script = tls13_full();
    script.push_back(client(application(19)));
    script.push_back(server(application(19)));
    const Played p{script, closed("client")};
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.text("close_notify"), "both");
}

TEST(TlsOutcome, ClosedOrResetInTheMiddle) {
    const Played fin{first(tls12_full(), 1), closed("server")};
    EXPECT_EQ(fin.text("tls_outcome"), "closed_by_server");
    EXPECT_EQ(fin.record.outcome, "failed");
    EXPECT_NE(fin.record.diagnosis.find("The server closed the connection after the ClientHello"), std::string::npos);
    const Played rst{first(tls12_full(), 4), closed("client", "reset")};
    EXPECT_EQ(rst.text("tls_outcome"), "reset_by_client");
    EXPECT_NE(rst.record.diagnosis.find("The client reset the connection after the server's first flight"),
              std::string::npos)
        << rst.record.diagnosis;
}

TEST(TlsOutcome, ClosedBeforeAnyHello) {
    const Played p{{client(alert(1, 0)), server(alert(1, 0))}, closed("client")};
    EXPECT_EQ(p.text("tls_outcome"), "closed_by_client") << p.facts();
    EXPECT_EQ(p.record.diagnosis, "The client closed the connection before any ClientHello.");
}

TEST(TlsOutcome, AClientThatGaveUpWaiting) {
    const Played p{first(tls12_full(), 1), closed("client")};
    EXPECT_NE(p.record.diagnosis.find("waited 1.5 ms"), std::string::npos) << p.record.diagnosis;
}

TEST(TlsOutcome, AnAnswerThatIsNotTls) {
    const Played p{{client(record(22, client_hello({}))), server(text("HTTP/1.1 400 Bad Request\r\n\r\n"))},
                   closed("server")};
    EXPECT_EQ(p.text("tls_outcome"), "not_tls");
    EXPECT_TRUE(p.anomaly("server_not_tls"));
    EXPECT_EQ(p.record.outcome, "failed");
}

TEST(TlsOutcome, TheCapturesEndIsNobodysFault) {
    for (std::size_t n = 1; n < 6; ++n) {
        const Played p{first(tls12_full(), n)};
        EXPECT_EQ(p.text("tls_outcome"), "incomplete") << n;
        EXPECT_EQ(p.record.outcome, "incomplete");
        EXPECT_LE(p.record.severity, record::Severity::note);
    }
}

TEST(TlsOutcome, OneSidedIsIncomplete) {
    Script client_only;
    for (const Act& act : tls12_full())
        if (act.from == Side::client) client_only.push_back(act);
    Played p{client_only, closed("client")};
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_NE(p.text("tls_outcome"), "alert");
}

// T16.
TEST(TlsOutcome, ApplicationDataOnlyIsNoHandshake) {
    Play play;
    play.midstream = true;
    const Played p{{client(fill(50, 0x42)), client(application(100)), server(application(900))}, play};
    EXPECT_EQ(p.text("tls_outcome"), "no_handshake") << p.facts();
    EXPECT_TRUE(p.anomaly("tls_resync"));
    EXPECT_FALSE(p.has("tls_ms"));
    EXPECT_FALSE(p.has("version"));
}

}  // namespace
}  // namespace tlsscope::tls::testing
