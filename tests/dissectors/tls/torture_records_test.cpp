// Torture cases S9 to S29, S64 and S68: records, their order, and messages that span them.
#include <gtest/gtest.h>

#include "dissectors/tls/stream.h"
#include "support/growth.h"
#include "torture.h"

namespace tlsscope::tls::testing {

namespace {

TEST(TortureRecords, S9_DummyCcsAnywhereBeforeTheFinishedIsIgnored) {
    for (std::size_t n = 1; n <= 3; ++n) {
        for (std::size_t at = 1; at <= 3; ++at) {
            Blob dummies;
            for (std::size_t i = 0; i < n; ++i) dummies = dummies + change_cipher_spec();
            for (const Act& act : {client(dummies), server(dummies)}) {
                // Before its ServerHello a server has no reason to send one; RFC 8446 appendix D.4 lets it after.
                if (act.from == Side::server && at == 1) continue;
                const Played p = in_any_cut(with_act(tls13_full(), at, act));
                EXPECT_EQ(p.text("tls_outcome"), "complete") << n << " before act " << at;
                EXPECT_EQ(p.anomalies(), "") << n << " before act " << at;
            }
        }
    }
}

TEST(TortureRecords, S9_ADummyCcsOfAClientThatGetsTls12AfterAllHidesNothing) {
    const Played p = in_any_cut(with_act(tls12_client_certificate(), 1, client(change_cipher_spec())));
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.text("client_auth"), "sent");
}

TEST(TortureRecords, S10_ACcsOfAnotherLengthOrValueIsNamed) {
    for (const Blob& bad : {record(20, u8(7)), record(20, u8(1) + u8(1)), record(20, {})}) {
        const Played p = in_any_cut(with_act(tls13_full(), 2, client(bad)));
        EXPECT_TRUE(p.anomaly("ccs_bad")) << bad.size();
        EXPECT_EQ(p.text("tls_outcome"), "complete") << bad.size();
    }
    EXPECT_FALSE(Played(tls13_full()).anomaly("ccs_bad"));
}

TEST(TortureRecords, S11_AHelloInTwoRecords) {
    const Played whole = hello_only({});
    const Blob message = client_hello({});
    for (std::size_t cut = 1; cut < message.size(); ++cut) {
        const Played p{{client(record(22, part(message, 0, cut), 0x0301) +
                               record(22, part(message, cut, message.size()), 0x0301))}};
        EXPECT_EQ(p.text("sni"), "www.example.com") << cut;
        EXPECT_EQ(p.text("ja3"), whole.text("ja3")) << cut;
        EXPECT_EQ(p.anomalies(), "") << cut;
    }
}

TEST(TortureRecords, S12_AWholeHandshakeInRecordsOfOneByte) {
    Script script = tls12_full();
    script[0] = client(in_records_of(1, client_hello({}), 0x0301));
    script[1] = server(in_records_of(1, server_hello({})));
    script[2] = server(in_records_of(1, certificate({fill(700, 0x30), fill(900, 0x31)}) + server_key_exchange()));
    script[3] = server(in_records_of(1, server_hello_done()));
    script[4] = client(in_records_of(1, client_key_exchange()) + change_cipher_spec() + encrypted_finished());
    const Played p = in_any_cut(script);
    const Played usual{tls12_full()};
    for (const char* column : {"sni", "ja3", "ja3s", "cipher", "cert_sha256", "chain_len", "group", "tls_outcome"})
        EXPECT_EQ(p.text(column), usual.text(column)) << column;
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TortureRecords, S13_AMessageHeaderCutAtEachByte) {
    const Blob message = client_hello({});
    const std::string expected = hello_only({}).text("ja4");
    for (std::size_t cut = 1; cut <= 4; ++cut) {
        const Blob split =
            record(22, part(message, 0, cut), 0x0301) + record(22, part(message, cut, message.size()), 0x0301);
        EXPECT_EQ(in_any_cut({client(split)}).text("ja4"), expected) << "over records, after byte " << cut;
        const Blob whole = hello_record();
        const Played segments{{client(part(whole, 0, 5 + cut)), client(part(whole, 5 + cut, whole.size()))}};
        EXPECT_EQ(segments.text("ja4"), expected) << "over segments, after byte " << cut;
        EXPECT_EQ(segments.text("ch_frame"), "2");
    }
}

TEST(TortureRecords, S14_ARecordHeaderCutAtEachByte) {
    const Blob whole = hello_record();
    for (std::size_t cut = 1; cut <= 4; ++cut) {
        const Played p{{client(part(whole, 0, cut)), client(part(whole, cut, whole.size()))}};
        EXPECT_EQ(p.text("sni"), "www.example.com") << cut;
        EXPECT_EQ(p.text("ch_frame"), "2") << cut;
        EXPECT_EQ(p.anomalies(), "") << cut;
    }
}

TEST(TortureRecords, S15_TheServersFlightInOneRecord) {
    const Blob flight = server_hello({}) + certificate({fill(700, 0x30), fill(900, 0x31)}) + server_key_exchange() +
                        server_hello_done();
    Script script = tls12_full();
    script.erase(script.begin() + 2, script.begin() + 4);
    script[1] = server(record(22, flight));
    const Played p = in_any_cut(script);
    const Played usual{tls12_full()};
    for (const char* column : {"cipher", "cert_sha256", "chain_len", "group", "signature_scheme", "tls_outcome"})
        EXPECT_EQ(p.text(column), usual.text(column)) << column;
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TortureRecords, S16_ACertificateOverThreeRecords) {
    const Blob message = certificate({fill(700, 0x30), fill(900, 0x31)});
    const Blob three = in_records_of(message.size() / 3 + 1, message);
    const Played p = in_any_cut(with_other(tls12_full(), 2, server(three + record(22, server_key_exchange()))));
    EXPECT_EQ(p.text("cert_sha256"), Played{tls12_full()}.text("cert_sha256"));
    EXPECT_EQ(p.text("chain_len"), "2");
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TortureRecords, S17_AnAlertOrCcsBetweenFragmentsIsNamedAndTheMessageRead) {
    const Blob message = client_hello({});
    for (const std::size_t cut : {2U, 30U}) {
        for (const Blob& between : {alert(1, 90), change_cipher_spec()}) {
            const Blob bytes = record(22, part(message, 0, cut), 0x0301) + between +
                               record(22, part(message, cut, message.size()), 0x0301);
            const Played p = in_any_cut(with_other(tls12_client_certificate(), 0, client(bytes)));
            EXPECT_TRUE(p.anomaly("hs_interleaved"));
            EXPECT_EQ(p.text("sni"), "www.example.com");
            // Keys cannot change in the middle of a message: what follows is as readable as before.
            EXPECT_EQ(p.text("client_auth"), "sent");
            EXPECT_EQ(p.text("tls_outcome"), "complete");
        }
    }
}

TEST(TortureRecords, S17_InTheServersCertificateToo) {
    const Blob message = certificate({fill(700, 0x30), fill(900, 0x31)});
    for (const Blob& between : {alert(1, 90), change_cipher_spec()}) {
        const Played p =
            in_any_cut(with_other(tls12_full(), 2,
                                  server(record(22, part(message, 0, 500)) + between +
                                         record(22, part(message, 500, message.size()) + server_key_exchange()))));
        EXPECT_TRUE(p.anomaly("hs_interleaved"));
        EXPECT_EQ(p.text("cert_sha256"), Played{tls12_full()}.text("cert_sha256"));
        EXPECT_EQ(p.text("group"), "x25519");
        EXPECT_EQ(p.text("tls_outcome"), "complete");
    }
}

TEST(TortureRecords, S18_AnEmptyHandshakeRecordIsSkipped) {
    const Played p = in_any_cut(with_act(tls12_full(), 2, server(record(22, {}))));
    EXPECT_EQ(p.anomalies(), "rec_zero ");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

TEST(TortureRecords, S18_AlsoInTheMiddleOfAMessage) {
    const Blob message = client_hello({});
    const Played p{{client(record(22, part(message, 0, 30)) + record(22, {}) + record(22, part(message, 30, 999)))}};
    EXPECT_EQ(p.anomalies(), "rec_zero ");
    EXPECT_EQ(p.text("sni"), "www.example.com");
}

TEST(TortureRecords, S19_TenThousandEmptyRecordsAreCounted) {
    Blob bytes;
    for (int i = 0; i < 10000; ++i) bytes = std::move(bytes) + record(22, {});
    const Played p = in_any_cut({client(bytes + hello_record())});
    EXPECT_EQ(times(p, "rec_zero"), 10000U);
    EXPECT_EQ(p.record.anomalies.entries().size(), 1U) << "one line in the report, whatever their number";
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("tls_records"), "10001");
}

TEST(TortureRecords, S19_InLinearTime) {
    const auto empty_records = [](std::size_t n) {
        Blob bytes;
        for (std::size_t i = 0; i < n; ++i) bytes = std::move(bytes) + record(22, {});
        return Script{client(bytes + hello_record())};
    };
    const auto play = [](const Script& script) { Played{script, {.cuts = by_bytes}}; };
    EXPECT_LT(support::growth(play, empty_records(1000), empty_records(10000)), support::kLinearForTenfold);
}

TEST(TortureRecords, S20_EmptyApplicationDataIsLegalAndCounted) {
    const Played p = in_any_cut(with_act(tls12_full(), 7, client(record(23, {}))));
    EXPECT_EQ(p.anomalies(), "");
    EXPECT_EQ(p.integer("tls_records"), Played{tls12_full()}.integer("tls_records") + 1);
}

Played with_certificate_record_of(std::size_t length) {
    return Played{
        with_other(tls12_full(), 2,
                   server(record(22, certificate({fill(length - 10, 0x30)})) + record(22, server_key_exchange())))};
}

std::string with_data_record_of(const Script& script, unsigned length) {
    const Blob big = u8(23) + u16(0x0303) + u16(length) + fill(length);
    return Played{with_act(script, script.size(), server(big + application(10)))}.anomalies();
}

TEST(TortureRecords, S21_ARecordOfTheGreatestLengthIsFine) {
    EXPECT_EQ(with_certificate_record_of(1U << 14).anomalies(), "");
}

TEST(TortureRecords, S22_OneByteMoreInTheClearIsNamedAndRead) {
    const Played p = with_certificate_record_of((1U << 14) + 1);
    EXPECT_EQ(p.anomalies(), "rec_len_over ");
    EXPECT_TRUE(p.has("cert_sha256"));
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

TEST(TortureRecords, S23_Tls13CiphertextMayBe256BytesLonger) {
    EXPECT_EQ(with_data_record_of(tls13_full(), (1U << 14) + 256), "");
    EXPECT_EQ(with_data_record_of(tls13_full(), (1U << 14) + 257), "rec_len_over ");
}

TEST(TortureRecords, S24_Tls12CiphertextMayBe2048BytesLonger) {
    EXPECT_EQ(with_data_record_of(tls12_full(), (1U << 14) + 2048), "");
    EXPECT_EQ(with_data_record_of(tls12_full(), (1U << 14) + 2049), "tls_desync ");
}

TEST(TortureRecords, S25_ARecordOf65535BytesIsNoneAndNothingOfItIsKept) {
    EXPECT_EQ(with_data_record_of(tls12_full(), 0xffff), "tls_desync ");
    SharedCaches shared;
    Play play;
    play.shared = &shared;
    const Played p{{client(hello_record()), server(u8(22) + u16(0x0303) + u16(0xffff) + fill(60000))}, play};
    EXPECT_EQ(p.anomalies(), "server_not_tls ") << "the first bytes of an answer that is none";
    EXPECT_EQ(shared.handshakes.used, 0U);
}

TEST(TortureRecords, S26_EveryUsualRecordVersionIsAccepted) {
    for (const unsigned version : {0x0300U, 0x0301U, 0x0302U, 0x0303U, 0x0304U})
        EXPECT_EQ(Played({client(hello_record({}, version))}).anomalies(), "") << version;
}

// 7f17 too: drafts of TLS 1.3 put their version into the hello, never into a record header.
TEST(TortureRecords, S27_OtherRecordVersionsAreNamedAndTheHelloRead) {
    for (const unsigned version : {0x03ffU, 0x7f17U, 0x0000U}) {
        const Played p{{client(hello_record({}, version))}};
        EXPECT_EQ(p.anomalies(), "rec_ver_odd ") << version;
        EXPECT_EQ(p.text("sni"), "www.example.com") << version;
    }
}

TEST(TortureRecords, S28_UnknownRecordTypesAreCounted) {
    for (const unsigned type : {25U, 26U, 99U}) {
        const Played p = in_any_cut(with_act(tls12_full(), 1, client(record(type, fill(5)))));
        EXPECT_EQ(p.anomalies(), "rec_unknown ") << type;
        EXPECT_EQ(p.integer("tls_records"), Played{tls12_full()}.integer("tls_records") + 1) << type;
        EXPECT_EQ(p.text("tls_outcome"), "complete") << type;
    }
    // 24 is no unknown one: a heartbeat (RFC 6520).
    EXPECT_EQ(in_any_cut(with_act(tls12_full(), 1, client(record(24, u8(1) + u16(16) + fill(32))))).anomalies(), "");
}

TEST(TortureRecords, S29_AnEndlessMessageCostsNoMoreThanTheCap) {
    SharedCaches shared;
    Play play;
    play.shared = &shared;
    Script script = tls12_full();
    script.resize(2);
    script.push_back(server(record(22, u8(11) + u24(0xffffff) + fill(1000))));
    for (int i = 0; i < 64; ++i) script.push_back(server(record(22, fill(16000))));
    const Played p{script, play};
    EXPECT_TRUE(p.anomaly("hs_over_cap"));
    EXPECT_EQ(p.verdict, dissect::Verdict::more);
    EXPECT_EQ(p.integer("tls_records"), 67) << "records go on being counted";
    EXPECT_EQ(shared.handshakes.used, 0U) << "what was kept is given back at the cap";
}

TEST(TortureRecords, S29_AnEndlessHelloIsReadAsFarAsItIsKept) {
    const Blob message = client_hello({});
    Blob bytes = u8(1) + u24(0xffffff) + part(message, 4, message.size());
    bytes = in_records_of(16000, bytes + fill(200000, 0));
    const Played p = in_any_cut({client(bytes)});
    EXPECT_TRUE(p.anomaly("hs_over_cap"));
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_FALSE(p.has("ja3")) << "of a hello that was not read to its end";
}

TEST(TortureRecords, S64_DataBeforeTheHandshakeIsNamed) {
    EXPECT_TRUE(Played{with_act(tls12_full(), 4, client(application(100)))}.anomaly("data_before_finish"));
    EXPECT_TRUE(Played{with_act(tls12_full(), 2, server(application(100)))}.anomaly("data_before_finish"));
}

// Its handshake is read all the same: somebody may want to hide it.
TEST(TortureRecords, S64_DataAsTheVeryFirstRecord) {
    const Played p = in_any_cut(with_act(tls12_full(), 0, client(application(100))));
    EXPECT_TRUE(p.anomaly("data_before_finish"));
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

// No failure of anybody's is known of it.
TEST(TortureRecords, S64_NothingButDataIsNoHandshake) {
    Play play;
    play.closed_by = "client";
    play.close_kind = "four_way";
    const Played p{{client(application(100)), server(application(900))}, play};
    EXPECT_TRUE(p.anomaly("data_before_finish"));
    EXPECT_EQ(p.text("tls_outcome"), "no_handshake");
    EXPECT_EQ(p.record.outcome, "incomplete");
}

// One side that sends too early may be at fault. Where the other answers it, both take the handshake to be over.
TEST(TortureRecords, S64_DataOfBothSidesIsTheEndOfAnOddHandshake) {
    Play play;
    play.closed_by = "client";
    play.close_kind = "four_way";
    Script script = tls12_full();
    script.resize(2);
    script.push_back(client(application(100)));
    EXPECT_EQ((Played{script, play}).text("tls_outcome"), "closed_by_client");
    script.push_back(server(application(900)));
    script.push_back(client(record(21, fill(26))));
    const Played p{script, play};
    EXPECT_TRUE(p.anomaly("data_before_finish"));
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.text("close_notify"), "client");
}

TEST(TortureRecords, S68_AServerHelloWithoutAClientHello) {
    const Played p{{client(record(22, client_key_exchange())), server(record(22, server_hello({})))}};
    EXPECT_TRUE(p.anomaly("hs_order"));
    EXPECT_EQ(p.text("cipher"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
}

TEST(TortureRecords, S68_TwoClientHellosWithoutAHelloRetryRequest) {
    const Hello other{.random = fill(32, 0x12), .extensions = {sni_extension("other.example")}};
    for (const Blob& second : {hello_record(other), hello_record()}) {
        const Played p = in_any_cut(with_act(tls12_full(), 1, client(second)));
        EXPECT_EQ(p.anomalies(), "hs_order ");
        EXPECT_EQ(p.text("sni"), "www.example.com") << "the first one stands";
        EXPECT_EQ(p.text("ch_frame"), "1");
        EXPECT_EQ(p.text("tls_outcome"), "complete");
    }
}

TEST(TortureRecords, S68_TwoServerHellos) {
    const Act second = server(record(22, server_hello({.cipher = 0x002f})));
    const Played p = in_any_cut(with_act(tls12_full(), 2, second));
    EXPECT_TRUE(p.anomaly("hs_order"));
    EXPECT_EQ(p.text("cipher"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") << "the first one stands";
    EXPECT_EQ(p.text("sh_frame"), "2");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

}  // namespace
}  // namespace tlsscope::tls::testing
