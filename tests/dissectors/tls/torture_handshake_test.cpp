// Torture cases S30 to S35, S46 to S58 and S70 to S72: what stands in the messages of a handshake.
#include <gtest/gtest.h>

#include "support/growth.h"
#include "torture.h"

namespace tlsscope::tls::testing {

namespace {

Played with_chain(const std::vector<Blob>& chain) {
    return Played{with_other(tls12_full(), 2,
                             server(in_records_of(16000, certificate(chain)) + record(22, server_key_exchange())))};
}

TEST(TortureHandshake, S4_ARetryForAnotherServerIsNamed) {
    Hello other;
    other.extensions = {sni_extension("other.example")};
    const Act again = client(change_cipher_spec() + record(22, client_hello(other.tls13())));
    const Played p = in_any_cut(with_other(tls13_retry(), 2, again));
    EXPECT_EQ(p.anomalies(), "hello_retry hrr_sni_mismatch ");
    EXPECT_EQ(p.text("hrr"), "true");
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("sni_alt"), "other.example");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

// RFC 8446 section 4.1.2 lists what a second ClientHello may change. The server name is not among it: none is another.
TEST(TortureHandshake, S4_ARetryWithoutTheNameIsNamed) {
    Hello nameless;
    nameless.extensions = {};
    const Act again = client(change_cipher_spec() + record(22, client_hello(nameless.tls13())));
    const Played p = in_any_cut(with_other(tls13_retry(), 2, again));
    EXPECT_EQ(p.anomalies(), "hello_retry hrr_sni_mismatch ");
    EXPECT_FALSE(p.has("sni_alt"));
}

TEST(TortureHandshake, S30_OfAChainOver128KiBTheLeafIsShown) {
    const Played p = with_chain(std::vector<Blob>(200, fill(1000, 0x30)));
    EXPECT_TRUE(p.anomaly("hs_over_cap"));
    EXPECT_TRUE(p.anomaly("chain_over_cap"));
    EXPECT_EQ(p.text("cert_sha256"), with_chain({fill(1000, 0x30)}).text("cert_sha256"));
    EXPECT_FALSE(p.has("chain_len")) << "not all of them were seen";
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

TEST(TortureHandshake, S31_AHelloWithoutExtensionsIsNoError) {
    const Blob bare = handshake(1, u16(0x0301) + fill(32) + vec8({}) + vec16(u16(0x002f)) + vec8(u8(0)));
    const Played p = in_any_cut(
        {client(record(22, bare, 0x0301)), server(record(22, server_hello({.version = 0x0301, .cipher = 0x002f})))});
    EXPECT_EQ(p.anomalies(), "");
    EXPECT_FALSE(p.has("sni"));
    EXPECT_EQ(p.text("version"), "TLS 1.0");
}

TEST(TortureHandshake, S32_AnExtensionThatOverrunsKeepsThoseBefore) {
    Hello h;
    h.with(u16(16) + u16(500) + text("short"));
    const Played p = hello_only(h);
    EXPECT_EQ(p.anomalies(), "ext_overrun ");
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_FALSE(p.has("alpn_offered"));
    EXPECT_FALSE(p.has("ja3")) << "a fingerprint of half a hello is another one";
}

TEST(TortureHandshake, S46_GreaseIsListedButNoPartOfAFingerprint) {
    const auto alpn = [](const Blob& first) { return extension(16, vec16(first + vec8(text("h2")))); };
    Hello plain = Hello{}.tls13();
    plain.with(alpn({}));
    Hello greased;
    greased.extensions = {extension(0x3a3a, {}), sni_extension("www.example.com")};
    greased.tls13();
    greased.ciphers.insert(greased.ciphers.begin(), 0x0a0a);
    greased.extensions[2] = extension(43, vec8(u16(0x2a2a) + u16(0x0304) + u16(0x0303)));
    greased.extensions[3] = extension(10, vec16(u16(0x4a4a) + u16(0x001d) + u16(0x0017)));
    greased.with(alpn(vec8(u16(0x5a5a)))).with(extension(0x6a6a, u8(0)));
    const Played p = hello_only(greased);
    EXPECT_EQ(p.text("ja3"), hello_only(plain).text("ja3"));
    EXPECT_EQ(p.text("ja4"), hello_only(plain).text("ja4"))
        << "its specification ignores GREASE anywhere: in ALPN, too";
    EXPECT_EQ(p.text("ciphers_offered").substr(0, 15), "GREASE (0x0a0a)");
    EXPECT_EQ(p.text("versions_offered"), "GREASE (0x2a2a);TLS 1.3;TLS 1.2");
    EXPECT_EQ(p.text("groups_offered"), "GREASE (0x4a4a);x25519;secp256r1");
    EXPECT_EQ(p.text("version_offered"), "TLS 1.3");
    EXPECT_EQ(p.text("alpn_offered"), "ZZ;h2");
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TortureHandshake, S47_OnlyADraftOrUnknownVersionIsOffered) {
    const auto offering = [](const Blob& versions) {
        Hello h;
        h.with(extension(43, vec8(versions)));
        return hello_only(h).text("version_offered");
    };
    EXPECT_EQ(offering(u16(0x7f1c)), "TLS 1.3 draft 28");
    EXPECT_EQ(offering(u16(0x1234)), "0x1234");
    EXPECT_EQ(offering(u16(0x9a9a)), "TLS 1.2") << "GREASE alone: the version of the hello stands";
}

TEST(TortureHandshake, S47_ADraftIsChosen) {
    Hello h = Hello{}.tls13();
    h.extensions[1] = extension(43, vec8(u16(0x7f1c)));
    ServerChoice c = ServerChoice{}.tls13();
    c.extensions[0] = extension(43, u16(0x7f1c));
    Script script = tls13_full();
    script[0] = client(hello_record(h));
    script[1] = server(record(22, server_hello(c)) + change_cipher_spec() + application(40));
    const Played p = in_any_cut(script);
    EXPECT_EQ(p.text("version"), "TLS 1.3 draft 28");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TortureHandshake, S48_AChoiceThatWasNotOfferedIsNamed) {
    const auto odd = [](const Hello& h, const ServerChoice& c) { return hellos(h, c).anomaly("sh_not_offered"); };
    EXPECT_FALSE(odd({}, {}));
    EXPECT_FALSE(odd({}, {.version = 0x0302, .cipher = 0x002f}));
    EXPECT_TRUE(odd({}, {.cipher = 0xc030}));
    EXPECT_TRUE(odd({}, {.version = 0x0304}));
    EXPECT_TRUE(odd({}, ServerChoice{}.tls13()));
    EXPECT_TRUE(odd({}, {.compression = 1}));
    EXPECT_FALSE(odd(Hello{}.tls13(), ServerChoice{}.tls13()));
    ServerChoice other_group = ServerChoice{}.tls13();
    other_group.extensions.back() = extension(51, u16(0x0018) + vec16(fill(97, 4)));
    EXPECT_TRUE(odd(Hello{}.tls13(), other_group));
    Hello only_13 = Hello{}.tls13();
    only_13.extensions[1] = extension(43, vec8(u16(0x0304)));
    EXPECT_TRUE(odd(only_13, {})) << "supported_versions is all the client supports, whatever legacy_version says";
}

// RFC 8701 section 4: GREASE is offered to be ignored. A server that takes it at its word chose nothing that was
// offered.
TEST(TortureHandshake, S48_GreaseIsNoOffer) {
    Hello h;
    h.ciphers.push_back(0x0a0a);
    EXPECT_TRUE(hellos(h, {.cipher = 0x0a0a}).anomaly("sh_not_offered"));
}

ServerChoice with_sentinel(unsigned last, unsigned version) {
    return {.version = version, .random = fill(24, 0x22) + text("DOWNGRD") + u8(last)};
}

TEST(TortureHandshake, S49_TheDowngradeSentinelIsNamed) {
    const auto seen = [](const Hello& h, const ServerChoice& c) { return hellos(h, c).anomaly("downgrade_sentinel"); };
    EXPECT_TRUE(seen(Hello{}.tls13(), with_sentinel(1, 0x0303)));
    EXPECT_TRUE(seen(Hello{}.tls13(), with_sentinel(0, 0x0302)));
    EXPECT_TRUE(seen({}, with_sentinel(0, 0x0302))) << "TLS 1.2 was offered, 1.1 chosen";
    EXPECT_FALSE(seen({}, with_sentinel(1, 0x0303))) << "the client cannot do better";
    EXPECT_FALSE(seen(Hello{}.tls13(), {}));
}

TEST(TortureHandshake, S50_ASessionIdOf33BytesIsReadOver) {
    Hello h;
    h.session_id = fill(33);
    const Played p = hello_only(h);
    EXPECT_EQ(p.anomalies(), "vec_overrun ");
    EXPECT_EQ(p.text("sni"), "www.example.com");
    const Played answer = hellos({}, {.session_id = fill(33)});
    EXPECT_EQ(answer.anomalies(), "vec_overrun ");
    EXPECT_EQ(answer.text("version"), "TLS 1.2");
}

TEST(TortureHandshake, S51_CipherListsOfOddLengths) {
    const auto with_list = [](const Blob& list) {
        const Blob body = u16(0x0303) + fill(32) + vec8({}) + list + vec8(u8(0)) + vec16(sni_extension("a.example"));
        return Played{{client(in_records_of(16384, handshake(1, body), 0x0301))}};
    };
    const Played odd = with_list(vec16(u16(0x1301) + u8(0x13)));
    EXPECT_EQ(odd.anomalies(), "vec_odd ");
    EXPECT_EQ(odd.text("ciphers_offered"), "TLS_AES_128_GCM_SHA256");
    EXPECT_EQ(odd.text("sni"), "a.example");
    const Played none = with_list(vec16({}));
    EXPECT_EQ(none.anomalies(), "vec_empty ");
    EXPECT_EQ(none.text("sni"), "a.example");
    const Played all = with_list(vec16(fill(65534, 0x13)));
    EXPECT_EQ(all.anomalies(), "");
    EXPECT_EQ(all.text("sni"), "a.example");
    const Played lie = with_list(u16(65534) + u16(0x1301));
    EXPECT_EQ(lie.anomalies(), "vec_overrun ");
    EXPECT_FALSE(lie.has("ciphers_offered")) << "what the length covers is no list of suites";
    EXPECT_FALSE(lie.has("sni"));
}

TEST(TortureHandshake, S52_CompressionIsNamed) {
    const Blob offer = handshake(1, u16(0x0303) + fill(32) + vec8({}) + vec16(u16(0xc02f)) + vec8(u8(1) + u8(0)));
    const Played offered{{client(record(22, offer)), server(record(22, server_hello({.compression = 1})))}};
    EXPECT_EQ(offered.anomalies(), "compression_offered ");
    EXPECT_EQ(offered.text("compression"), "DEFLATE");
    const Blob only = handshake(1, u16(0x0303) + fill(32) + vec8({}) + vec16(u16(0xc02f)) + vec8(u8(1)));
    EXPECT_EQ(Played({client(record(22, only))}).anomalies(), "compression_no_null compression_offered ");
}

Played offering_alpn(const Blob& protocols) {
    Hello h;
    h.with(extension(16, vec16(protocols)));
    return Played{{client(in_records_of(16384, client_hello(h), 0x0301))}};
}

TEST(TortureHandshake, S53_OddAlpnLists) {
    const Played empty = offering_alpn(vec8({}) + vec8(text("h2")));
    EXPECT_EQ(empty.anomalies(), "alpn_empty_name ");
    EXPECT_EQ(empty.text("alpn_offered"), ";h2");
    const Played overrun = offering_alpn(vec8(text("h2")) + u8(200) + text("x"));
    EXPECT_EQ(overrun.anomalies(), "vec_overrun ");
    EXPECT_EQ(overrun.text("alpn_offered"), "h2");
}

TEST(TortureHandshake, S53_TwoHundredFiftyFiveLongProtocols) {
    Blob many;
    for (int i = 0; i < 255; ++i) many = std::move(many) + vec8(fill(255, 'a'));
    const Played p = offering_alpn(many);
    EXPECT_EQ(p.anomalies(), "");
    const std::string offered = p.text("alpn_offered");
    EXPECT_EQ(std::count(offered.begin(), offered.end(), ';'), 254);
    EXPECT_EQ(p.text("sni"), "www.example.com");
}

TEST(TortureHandshake, S55_AHelloOf64KiBWithPadding) {
    Hello h;
    h.extensions.insert(h.extensions.begin(), extension(21, fill(65000, 0)));
    const Played p{{client(in_records_of(16384, client_hello(h), 0x0301))}};
    EXPECT_EQ(p.anomalies(), "");
    EXPECT_EQ(p.text("sni"), "www.example.com") << "behind the padding";
    EXPECT_GT(p.integer("client_hello_bytes"), 65000);
}

TEST(TortureHandshake, S57_CiphertextThatLooksLikeMessagesIsNotRead) {
    Hello other;
    other.extensions = {sni_extension("inner.example")};
    Script script = tls12_full();
    script[4] = client(record(22, client_key_exchange()) + change_cipher_spec() + record(22, client_hello(other)));
    script[5] = server(change_cipher_spec() + record(22, certificate({fill(300, 0x39)})));
    const Played p = in_any_cut(script);
    EXPECT_EQ(p.text("sni"), "www.example.com");
    EXPECT_EQ(p.text("chain_len"), "2");
    EXPECT_EQ(p.text("cert_sha256"), Played{tls12_full()}.text("cert_sha256"));
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TortureHandshake, S58_RenegotiationIsCountedAndNoSecondHandshake) {
    Script script = tls12_full();
    script.push_back(server(encrypted_finished()));  // a HelloRequest
    script.push_back(client(record(22, fill(230, 0x5b))));
    script.push_back(server(record(22, fill(900, 0x5c))));
    script.push_back(client(record(22, fill(120, 0x5d)) + record(20, fill(25, 0x5e)) + encrypted_finished()));
    script.push_back(server(record(20, fill(25, 0x5f)) + encrypted_finished()));
    const Played p = in_any_cut(script);
    EXPECT_EQ(p.text("renegotiations"), "1");
    EXPECT_EQ(p.text("tls_ms"), Played{tls12_full()}.text("tls_ms"));
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TortureHandshake, S58_AHelloRequestInTheClearChangesNothing) {
    for (const std::size_t at : {0U, 1U}) {
        const Played p = in_any_cut(with_act(tls12_full(), at, server(record(22, handshake(0, {})))));
        EXPECT_EQ(p.anomalies(), "") << at;
        EXPECT_EQ(p.text("tls_outcome"), "complete") << at;
    }
}

TEST(TortureHandshake, S69_TheClientsChainIsKeptApart) {
    const Played p = in_any_cut(tls12_client_certificate());
    EXPECT_EQ(p.text("client_auth"), "sent");
    EXPECT_EQ(p.text("chain_len"), "1");
    EXPECT_NE(p.text("client_cert_sha256"), p.text("cert_sha256"));
    EXPECT_EQ(p.text("cert_sha256"), with_chain({fill(700, 0x30)}).text("cert_sha256"));
}

// RFC 5246 section 7.4.2: a client may send an empty list, a server must not.
TEST(TortureHandshake, S70_AnEmptyCertificateList) {
    const Played server_side = with_chain({});
    EXPECT_EQ(server_side.anomalies(), "vec_empty ");
    EXPECT_EQ(server_side.text("chain_len"), "0");
    EXPECT_EQ(server_side.text("cert_status"), "none");
    Script script = tls12_client_certificate();
    script[2] = client(record(22, certificate({}) + client_key_exchange()));
    const Played client_side = in_any_cut(script);
    EXPECT_EQ(client_side.anomalies(), "");
    EXPECT_EQ(client_side.text("client_auth"), "declined");
}

TEST(TortureHandshake, S70_AnEmptySecondCertificate) {
    const Played p = with_chain({fill(700, 0x30), {}});
    EXPECT_EQ(p.anomalies(), "vec_empty ");
    EXPECT_EQ(p.text("chain_len"), "2");
    EXPECT_EQ(p.text("cert_sha256"), with_chain({fill(700, 0x30)}).text("cert_sha256"));
}

// All are counted; only the leaf becomes columns, and at most 16 become lines of the ladder.
TEST(TortureHandshake, S71_AThousandCertificates) {
    const Blob chain = in_records_of(16000, certificate(std::vector<Blob>(1000, fill(100, 0x30))));
    Play play;
    play.ladder = true;
    const Played p{with_other(tls12_full(), 2, server(chain + record(22, server_key_exchange()))), play};
    EXPECT_EQ(p.anomalies(), "chain_long ");
    EXPECT_EQ(p.text("chain_len"), "1000");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
    const auto shown = [](const record::Message& m) {
        return std::count_if(m.fields.begin(), m.fields.end(), [](const auto& f) { return f.name == "certificate"; });
    };
    for (const record::Message& m : p.messages) EXPECT_LE(shown(m), 16) << m.name;
}

TEST(TortureHandshake, S71_InLinearTime) {
    const auto with_certificates = [](std::size_t n) {
        const Blob chain = in_records_of(16000, certificate(std::vector<Blob>(n, fill(10, 0x30))));
        return with_other(tls12_full(), 2, server(chain + record(22, server_key_exchange())));
    };
    const auto play = [](const Script& script) { Played{script, {.ladder = true}}; };
    EXPECT_LT(support::growth(play, with_certificates(200), with_certificates(2000)), support::kLinearForTenfold);
}

TEST(TortureHandshake, S72_ACertificateStatusWithoutAResponseIsNoStaple) {
    const auto with_status = [](const Blob& body) {
        const Blob messages = certificate({fill(700, 0x30)}) + handshake(22, body) + server_key_exchange();
        return Played{with_other(tls12_full(), 2, server(record(22, messages)))};
    };
    EXPECT_EQ(with_status(u8(1) + vec24(fill(500, 0x30))).text("ocsp_stapled"), "true");
    for (const Blob& empty : {Blob{}, u8(1) + vec24({})}) {
        const Played p = with_status(empty);
        EXPECT_FALSE(p.has("ocsp_stapled")) << empty.size();
        EXPECT_EQ(p.text("tls_outcome"), "complete") << empty.size();
    }
}

// RFC 5077 section 3.3 allows one.
TEST(TortureHandshake, S72_AHundredNewSessionTickets) {
    Blob tickets;
    for (int i = 0; i < 100; ++i) tickets = std::move(tickets) + handshake(4, fill(4, 0) + vec16(fill(160, 0x61)));
    const Act flight = server(in_records_of(16000, tickets) + change_cipher_spec() + encrypted_finished());
    const Played p = in_any_cut(with_other(tls12_full(), 5, flight));
    EXPECT_EQ(p.anomalies(), "hs_order ");
    EXPECT_EQ(times(p, "hs_order"), 99U);
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

TEST(TortureHandshake, S72_AnUnknownMessageIsSkippedByItsLength) {
    const Act flight = server(record(22, server_hello({}) + handshake(200, fill(77))));
    const Played p = in_any_cut(with_other(tls12_full(), 1, flight));
    EXPECT_EQ(p.anomalies(), "hs_unknown ");
    EXPECT_EQ(p.text("tls_outcome"), "complete");
}

}  // namespace
}  // namespace tlsscope::tls::testing
