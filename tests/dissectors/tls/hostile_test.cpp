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

// S9: dummy ChangeCipherSpec records anywhere before the Finished.
TEST(TlsHostile, CompatibilityCcsIsIgnored) {
    Script script = tls13_full();
    script.insert(script.begin() + 1, client(change_cipher_spec()));
    script.insert(script.begin() + 3, client(change_cipher_spec() + change_cipher_spec()));
    const Played p{script};
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.anomalies(), "");
}

// S10.
TEST(TlsHostile, BadCcs) {
    EXPECT_TRUE(full_with(1, client(record(20, u8(7)))).anomaly("ccs_bad"));
    EXPECT_TRUE(full_with(1, client(record(20, u8(1) + u8(1)))).anomaly("ccs_bad"));
    EXPECT_FALSE(full_with(5, client({})).anomaly("ccs_bad"));
}

// S11, S12, S16: messages over records.
TEST(TlsHostile, MessagesInTinyRecords) {
    const std::string whole = Played{{client(hello_record())}}.facts();
    for (const std::size_t size : {1U, 2U, 3U, 50U}) {
        const Blob message = client_hello({});
        Blob bytes;
        for (std::size_t at = 0; at < message.size(); at += size)
            bytes = bytes + record(22,
                                   {message.begin() + static_cast<std::ptrdiff_t>(at),
                                    message.begin() + static_cast<std::ptrdiff_t>(std::min(message.size(), at + size))},
                                   0x0301);
        const Played p{{client(bytes)}};
        EXPECT_EQ(p.text("sni"), "www.example.com") << size;
        EXPECT_EQ(p.text("ja3"), Played({client(hello_record())}).text("ja3")) << size;
        EXPECT_EQ(p.anomalies(), "") << size;
    }
}

// S17.
TEST(TlsHostile, AlertBetweenFragments) {
    const Blob message = client_hello({});
    const Blob head{message.begin(), message.begin() + 30};
    const Blob tail{message.begin() + 30, message.end()};
    const Played p{{client(record(22, head) + alert(1, 90) + record(22, tail))}};
    EXPECT_TRUE(p.anomaly("hs_interleaved"));
    EXPECT_EQ(p.text("sni"), "www.example.com");
}

// S18, S19.
TEST(TlsHostile, EmptyHandshakeRecords) {
    Blob bytes;
    for (int i = 0; i < 10000; ++i) bytes = std::move(bytes) + record(22, {});
    const Played p{{client(bytes + hello_record())}};
    EXPECT_TRUE(p.anomaly("rec_zero"));
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("tls_records"), "10001");
}

// S20.
TEST(TlsHostile, EmptyApplicationDataIsLegal) {
    Script script = tls12_full();
    script.push_back(client(record(23, {})));
    EXPECT_EQ(Played{script}.anomalies(), "");
}

// S21 to S25.
TEST(TlsHostile, RecordLengths) {
    const auto with_certificate_of = [](std::size_t record_length) {
        Script script = tls12_full();
        script[2] =
            server(record(22, certificate({fill(record_length - 10, 0x30)})) + record(22, server_key_exchange()));
        return Played{script};
    };
    EXPECT_EQ(with_certificate_of(16384).anomalies(), "");
    const Played over = with_certificate_of(16385);
    EXPECT_EQ(over.anomalies(), "rec_len_over ");
    EXPECT_TRUE(over.has("cert_sha256"));

    const auto with_data_of = [](Script script, unsigned length) {
        script.push_back(server(u8(23) + u16(0x0303) + u16(length) + fill(length) + application(10)));
        return Played{script}.anomalies();
    };
    EXPECT_EQ(with_data_of(tls13_full(), 16384 + 256), "");
    EXPECT_EQ(with_data_of(tls13_full(), 16384 + 257), "rec_len_over ");
    EXPECT_EQ(with_data_of(tls12_full(), 16384 + 2048), "");
    EXPECT_EQ(with_data_of(tls12_full(), 16384 + 2049), "tls_desync ");
    EXPECT_EQ(with_data_of(tls12_full(), 65535), "tls_desync ");
}

// S26, S27.
TEST(TlsHostile, RecordVersions) {
    for (const unsigned version : {0x0300U, 0x0301U, 0x0302U, 0x0303U, 0x0304U})
        EXPECT_EQ(Played({client(hello_record(version))}).anomalies(), "") << version;
    for (const unsigned version : {0x03ffU, 0x0000U}) {
        const Played p{{client(hello_record(version))}};
        EXPECT_EQ(p.anomalies(), "rec_ver_odd ") << version;
        EXPECT_EQ(p.text("sni"), "www.example.com") << version;
    }
}

// S28.
TEST(TlsHostile, UnknownRecordTypesAreCounted) {
    const Played p = full_with(1, client(record(99, fill(5)) + record(25, fill(9))));
    EXPECT_EQ(p.anomalies(), "rec_unknown ");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

TEST(TlsHostile, Heartbleed) {
    EXPECT_TRUE(full_with(1, client(record(24, u8(1) + u16(0x4000) + fill(3)))).anomaly("heartbleed"));
    EXPECT_FALSE(full_with(1, client(record(24, u8(1) + u16(16) + fill(32)))).anomaly("heartbleed"));
}

// S29, S30.
TEST(TlsHostile, AChainOverTheCapStillShowsTheLeaf) {
    Blob bytes;
    const Blob message = certificate(std::vector<Blob>(200, fill(1000, 0x30)));
    for (std::size_t at = 0; at < message.size(); at += 16000)
        bytes =
            bytes + record(22, {message.begin() + static_cast<std::ptrdiff_t>(at),
                                message.begin() + static_cast<std::ptrdiff_t>(std::min(message.size(), at + 16000))});
    Script script = tls12_full();
    script[2] = server(bytes + record(22, server_key_exchange()));
    const Played p{script};
    EXPECT_TRUE(p.anomaly("hs_over_cap"));
    EXPECT_TRUE(p.anomaly("chain_over_cap"));
    EXPECT_TRUE(p.has("cert_sha256"));
    EXPECT_FALSE(p.has("chain_len")) << "not all of them were seen";
    EXPECT_EQ(p.text("tls_outcome"), "complete");
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
        waiting.push_back(std::make_unique<Played>(begun, Play{.shared = &shared, .cuts = in_tens}));
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

// S48.
TEST(TlsHostile, TheServerChoosesWhatWasNotOffered) {
    const auto answer = [](const ServerChoice& c, const Hello& h = {}) {
        return Played{{client(record(22, client_hello(h))), server(record(22, server_hello(c)))}}.anomaly(
            "sh_not_offered");
    };
    EXPECT_FALSE(answer({}));
    EXPECT_FALSE(answer({.version = 0x0302, .cipher = 0x002f}));
    EXPECT_TRUE(answer({.cipher = 0xc030}));
    EXPECT_TRUE(answer(ServerChoice{}.tls13()));
    EXPECT_TRUE(answer({.compression = 1}));
    EXPECT_FALSE(answer(ServerChoice{}.tls13(), Hello{}.tls13()));
    ServerChoice other_group = ServerChoice{}.tls13();
    other_group.extensions.back() = extension(51, u16(0x0018) + vec16(fill(97, 4)));
    EXPECT_TRUE(answer(other_group, Hello{}.tls13()));
}

// S49.
TEST(TlsHostile, DowngradeSentinel) {
    ServerChoice choice;
    choice.random = fill(24, 0x22) + Blob{0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x01};
    const auto seen_by = [&](const Hello& h) {
        return Played{{client(record(22, client_hello(h))), server(record(22, server_hello(choice)))}}.anomaly(
            "downgrade_sentinel");
    };
    EXPECT_TRUE(seen_by(Hello{}.tls13()));
    EXPECT_FALSE(seen_by({})) << "the client cannot do better";
}

// S4.
TEST(TlsHostile, ARetryForAnotherServer) {
    Script script = tls13_retry();
    Hello other;
    other.extensions = {sni_extension("other.example")};
    script[2] = client(change_cipher_spec() + record(22, client_hello(other.tls13())));
    const Played p{script};
    EXPECT_TRUE(p.anomaly("hrr_sni_mismatch"));
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("sni_alt"), "other.example");
}

// S57: ciphertext that looks like messages.
TEST(TlsHostile, CiphertextThatLooksLikeMessages) {
    Script script = tls12_full();
    Hello other;
    other.extensions = {sni_extension("inner.example")};
    script[4] = client(record(22, client_key_exchange()) + change_cipher_spec() + record(22, client_hello(other)));
    script[5] = server(change_cipher_spec() + record(22, certificate({fill(300, 0x39)})));
    const Played p{script};
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("chain_len"), "2");
    EXPECT_EQ(p.text("cert_sha256"), Played{tls12_full()}.text("cert_sha256"));
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.anomalies(), "");
}

// S58.
TEST(TlsHostile, RenegotiationIsCountedOnly) {
    Script script = tls12_full();
    script.push_back(server(encrypted_finished()));
    script.push_back(client(encrypted_finished()));
    script.push_back(server(record(22, fill(900, 0x5c))));
    script.push_back(client(record(22, fill(120, 0x5d)) + record(20, fill(25, 0x5e)) + encrypted_finished()));
    script.push_back(server(record(20, fill(25, 0x5f)) + encrypted_finished()));
    const Played p{script};
    EXPECT_EQ(p.text("renegotiations"), "1");
    EXPECT_EQ(p.text("tls_ms"), Played{tls12_full()}.text("tls_ms"));
    EXPECT_EQ(p.anomalies(), "");
}

// S59.
TEST(TlsHostile, Ssl2HelloForTls) {
    const Blob body = u8(1) + u16(0x0301) + u16(9) + u16(0) + u16(16) + u8(0) + u16(0xc02f) + u8(0) + u16(0x002f) +
                      u24(0x010080) + fill(16, 0x31);
    Script script = tls12_full();
    script[0] = client(u16(0x8000U + static_cast<unsigned>(body.size())) + body);
    script[1] = server(record(22, server_hello({.version = 0x0301})));
    const Played p{script};
    EXPECT_TRUE(p.anomaly("sslv2"));
    EXPECT_EQ(p.text("ciphers_offered"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;TLS_RSA_WITH_AES_128_CBC_SHA");
    EXPECT_EQ(p.text("version_offered"), "TLS 1.0");
    EXPECT_EQ(p.text("client_random"), std::string(32, '0') + "31313131313131313131313131313131");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    const auto ones = [](std::size_t n) { return std::vector<std::size_t>(n, 1); };
    Play by_bytes;
    by_bytes.cuts = ones;
    EXPECT_EQ(Played(script, by_bytes).facts(), p.facts());
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

// S64.
TEST(TlsHostile, DataBeforeTheHandshakeIsOver) {
    EXPECT_TRUE(full_with(4, client(application(100))).anomaly("data_before_finish"));
}

// S70, S71.
TEST(TlsHostile, ChainsOfAnyLength) {
    const auto with_chain = [](const std::vector<Blob>& chain) {
        Script script = tls12_full();
        script[2] = server(record(22, certificate(chain)) + record(22, server_key_exchange()));
        return Played{script};
    };
    EXPECT_EQ(with_chain({}).text("chain_len"), "0");
    EXPECT_EQ(with_chain(std::vector<Blob>(40, fill(10, 0x30))).text("chain_len"), "40");
    EXPECT_TRUE(with_chain(std::vector<Blob>(40, fill(10, 0x30))).anomaly("chain_long"));
}

// S72.
TEST(TlsHostile, UnknownMessagesAreSkippedByLength) {
    Script script = tls12_full();
    script[1] = server(record(22, server_hello({}) + handshake(200, fill(77))));
    const Played p{script};
    EXPECT_EQ(p.anomalies(), "hs_unknown ");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

// S42: a name of any length is kept to 255 bytes, and its length is told.
TEST(TlsHostile, LongNames) {
    Hello h;
    h.extensions = {sni_extension(std::string(15000, 'a'))};
    const Played p{{client(record(22, client_hello(h)))}};
    EXPECT_EQ(p.text("sni"), std::string(255, 'a'));
    EXPECT_EQ(p.text("sni_length"), "15000");
    EXPECT_FALSE(Played({client(hello_record())}).has("sni_length"));
}

TEST(TlsHostile, NothingOfItIsTls) {
    Play play;
    play.midstream = true;
    const Played p{{server(application(40)), server(fill(50, 0x20))}, play};
    EXPECT_EQ(p.verdict, dissect::Verdict::not_mine);
}

}  // namespace
}  // namespace tlsscope::tls::testing
