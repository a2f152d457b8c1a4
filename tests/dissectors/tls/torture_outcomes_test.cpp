// Torture cases S1 to S8, S31, S59 to S66 and S69 at the level of the stream: how handshakes go and end.
#include <gtest/gtest.h>

#include "dissectors/tls/probe.h"
#include "torture.h"

namespace tlsscope::tls::testing {

namespace {

using dissect::Probe;

TEST(TortureOutcomes, S3_OldVersionsByTheirName) {
    for (const auto& [version, name] : {std::pair{0x0300U, "SSL 3.0"}, {0x0301U, "TLS 1.0"}, {0x0302U, "TLS 1.1"}}) {
        Script script = tls12_full();
        Hello old;
        old.version = version;
        old.extensions = {};
        script[0] = client(record(22, client_hello(old), version));
        script[1] = server(record(22, server_hello({.version = version, .cipher = 0x002f}), version));
        script[2] = server(record(22, certificate({fill(700, 0x30), fill(900, 0x31)}), version));
        const Played p = in_any_cut(script);
        EXPECT_EQ(p.text("version"), name);
        EXPECT_EQ(p.text("cipher"), "TLS_RSA_WITH_AES_128_CBC_SHA");
        EXPECT_EQ(p.text("chain_len"), "2");
        EXPECT_EQ(p.text("tls_outcome"), "complete");
        EXPECT_EQ(p.anomalies(), "");
    }
}

TEST(TortureOutcomes, S8_EarlyDataBeforeTheServerHelloIsNoError) {
    const Played p = in_any_cut(tls13_early_data());
    EXPECT_EQ(p.text("early_data"), "accepted");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.anomalies(), "");
}

Blob ssl2_record(const Blob& body) { return u16(0x8000U + static_cast<unsigned>(body.size())) + body; }

Blob ssl2_hello(unsigned version, const Blob& suites) {
    return ssl2_record(u8(1) + u16(version) + u16(static_cast<unsigned>(suites.size())) + u16(0) + u16(16) + suites +
                       fill(16, 0x31));
}

TEST(TortureOutcomes, S59_AnSsl2HelloThatAsksForTls) {
    Script script = tls12_full();
    script[0] = client(ssl2_hello(0x0301, u24(0xc02f) + u24(0x002f) + u24(0x010080)));
    script[1] = server(record(22, server_hello({.version = 0x0301})));
    const Played p = in_any_cut(script);
    EXPECT_TRUE(p.anomaly("sslv2"));
    EXPECT_EQ(p.text("ciphers_offered"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;TLS_RSA_WITH_AES_128_CBC_SHA");
    EXPECT_EQ(p.text("version_offered"), "TLS 1.0");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

TEST(TortureOutcomes, S59_Ssl2AllThrough) {
    const Blob answer = u8(4) + u8(0) + u8(1) + u16(2) + u16(4) + u16(3) + u16(16) + text("cert") + u24(0x010080);
    const Script script{client(ssl2_hello(0x0002, u24(0x010080) + u24(0x0700c0))),
                        server(ssl2_record(answer + fill(16)))};
    const Played p = in_any_cut(script);
    EXPECT_TRUE(p.anomaly("sslv2"));
    EXPECT_EQ(p.text("version"), "SSL 2.0");
    EXPECT_EQ(p.text("cipher"), "SSL_CK_RC4_128_WITH_MD5");
    EXPECT_EQ(p.text("chain_len"), "1");
    // Its cipher kinds have 24 bits and the column 16: they are told where the hello is spelt out.
    Play play;
    play.ladder = true;
    const Played told{script, play};
    const auto& fields = told.messages.at(0).fields;
    EXPECT_TRUE(std::any_of(fields.begin(), fields.end(), [](const auto& f) {
        return f.value == "SSL_CK_RC4_128_WITH_MD5, SSL_CK_DES_192_EDE3_CBC_WITH_MD5";
    }));
}

TEST(TortureOutcomes, S60_AFatalAlertInTheClear) {
    const Played p = in_any_cut({client(hello_record()), server(alert(2, 40))});
    EXPECT_EQ(p.text("tls_outcome"), "alert");
    EXPECT_EQ(p.text("alert"), "handshake_failure");
    EXPECT_EQ(p.text("alert_from"), "server");
    EXPECT_EQ(p.text("alert_frame"), "2");
    EXPECT_EQ(p.record.outcome, "failed");
    EXPECT_EQ(p.record.severity, record::Severity::high);
    EXPECT_EQ(p.record.evidence_frames, (std::vector<std::uint64_t>{2, 1}));
    EXPECT_NE(p.record.diagnosis.find("refused the handshake with alert handshake_failure (40)"), std::string::npos)
        << p.record.diagnosis;
}

TEST(TortureOutcomes, S61_TwoAlertsInARecordAreBothRead) {
    const Played p = in_any_cut({client(hello_record()), server(record(21, u8(1) + u8(112) + u8(2) + u8(40)))});
    EXPECT_TRUE(p.anomaly("alert_multi"));
    EXPECT_EQ(p.text("alert"), "handshake_failure") << "the fatal one decides";
    Play play;
    play.ladder = true;
    const Played told{{client(hello_record()), server(record(21, u8(1) + u8(112) + u8(2) + u8(40)))}, play};
    EXPECT_EQ(told.messages.size(), 3U) << "the hello and both alerts";
}

TEST(TortureOutcomes, S62_AnAlertOverTwoRecordsIsJoined) {
    const Played p = in_any_cut({client(hello_record()), server(record(21, u8(2)) + record(21, u8(40)))});
    EXPECT_EQ(p.anomalies(), "alert_split no_common_parameters ");
    EXPECT_EQ(p.text("alert"), "handshake_failure");
    EXPECT_EQ(p.text("tls_outcome"), "alert");
}

TEST(TortureOutcomes, S63_AnEncryptedAlertStaysUnnamed) {
    Script script = tls12_full();
    script.resize(5);
    script.push_back(server(record(21, fill(26, 0x77))));
    const Played p = in_any_cut(script);
    EXPECT_TRUE(p.anomaly("enc_alert"));
    EXPECT_EQ(p.text("tls_outcome"), "alert");
    EXPECT_EQ(p.text("alert_from"), "server");
    EXPECT_FALSE(p.has("alert")) << "which one cannot be known";
}

Probe from_client(const Blob& bytes) { return probe(bytes, Side::client, true).answer; }

TEST(TortureOutcomes, S65_HttpIsNoTls) {
    EXPECT_EQ(from_client(text("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")), Probe::no);
    const Played p{{client(hello_record()), server(text("HTTP/1.1 400 Bad Request\r\n\r\n"))}};
    EXPECT_EQ(p.anomalies(), "server_not_tls ");
    EXPECT_EQ(p.text("tls_outcome"), "not_tls");
}

TEST(TortureOutcomes, S66_ARecordHeaderBeforeNoiseIsNoTls) {
    std::uint32_t state = 1;
    const auto next = [&state] { return static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24); };
    int taken = 0;
    for (int i = 0; i < 20000; ++i) {
        Blob noise = {0x16, 0x03, 0x01};
        for (int n = 0; n < 200; ++n) noise.push_back(next());
        taken += from_client(noise) == Probe::yes ? 1 : 0;
    }
    EXPECT_EQ(taken, 0);
}

TEST(TortureOutcomes, S67_TheHelloIsFoundBehindEveryPreface) {
    const auto found_behind = [](const Blob& preface) {
        const auto r = probe(preface + hello_record(), Side::client, true);
        return r.answer == Probe::yes && r.offset == preface.size();
    };
    for (const char* line :
         {"PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n",
          "CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n", "EHLO x\r\nSTARTTLS\r\n",
          "a1 STARTTLS\r\n", "STLS\r\n", "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"})
        EXPECT_TRUE(found_behind(text(line))) << line;
    const Blob proxy2 = text("\r\n\r\n") + u8(0) + text("\r\nQUIT\n") + u8(0x21) + u8(0x11) + vec16(fill(12));
    EXPECT_TRUE(found_behind(proxy2));
    const Blob postgres{0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f};
    EXPECT_TRUE(found_behind(postgres));
    const Blob mysql = u8(0x20) + u16(0) + u8(1) + fill(32, 0);
    EXPECT_TRUE(found_behind(mysql));
}

}  // namespace
}  // namespace tlsscope::tls::testing
