// Faults that a comparison with another dissector over a large corpus brought to light, rebuilt by hand.
#include <gtest/gtest.h>

#include <algorithm>

#include "stream_testing.h"

namespace tlsscope::tls::testing {

namespace {

/// The message in handshake records of at most `size` bytes, all in one segment.
Blob in_records_of(std::size_t size, const Blob& message) {
    Blob out;
    for (std::size_t at = 0; at < message.size(); at += size) {
        const auto begin = message.begin() + static_cast<std::ptrdiff_t>(at);
        const auto end = message.begin() + static_cast<std::ptrdiff_t>(std::min(message.size(), at + size));
        out = out + record(22, Blob{begin, end}, 0x0301);
    }
    return out;
}

class FragmentedHello : public ::testing::TestWithParam<std::size_t> {};

// Without the SYN nothing says that the first record begins a message; the hello in it may still be in pieces.
TEST_P(FragmentedHello, IsReadMidstream) {
    const Blob hello = client_hello(Hello{});
    const Played p{{client(in_records_of(GetParam(), hello))}, Play{.midstream = true}};
    EXPECT_EQ(p.text("sni"), "www.example.com") << p.facts();
    EXPECT_EQ(p.text("ch_frame"), "1");
    EXPECT_TRUE(p.has("ja3"));
}

TEST_P(FragmentedHello, OfTheServerIsReadMidstream) {
    const Blob hello = server_hello(ServerChoice{});
    const Played p{{server(in_records_of(GetParam(), hello))}, Play{.midstream = true}};
    EXPECT_EQ(p.text("cipher"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") << p.facts();
    EXPECT_EQ(p.text("sh_frame"), "1");
}

INSTANTIATE_TEST_SUITE_P(RecordSizes, FragmentedHello, ::testing::Values(4, 9, 17, 47, 50));

/// A stream seen from its middle, in the clear, whose borders are lost in a gap; what follows comes in these segments.
Played behind_a_gap(const Script& rest) {
    constexpr std::uint8_t kWarning = 1, kNoRenegotiation = 100;
    Script script{client(record(21, u8(kWarning) + u8(kNoRenegotiation))), lost(Side::client, 100)};
    script.insert(script.end(), rest.begin(), rest.end());
    return Played{script, Play{.midstream = true}};
}

Blob part(const Blob& bytes, std::size_t from, std::size_t to) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

// Where borders are looked for, the first segments need not hold a whole record header.
TEST(CorpusFindings, RecordHeaderOverSeveralSegments) {
    const Blob bytes = record(22, client_hello(Hello{}), 0x0301);
    const Script script{client(part(bytes, 0, 1)), client(part(bytes, 1, 4)), client(part(bytes, 4, bytes.size()))};
    EXPECT_EQ(behind_a_gap(script).text("sni"), "www.example.com") << behind_a_gap(script).facts();
    const Played from_its_middle{script, Play{.midstream = true}};
    EXPECT_EQ(from_its_middle.text("sni"), "www.example.com") << from_its_middle.facts();
    EXPECT_EQ(from_its_middle.text("ch_frame"), "3");
}

// The kept bytes may turn out to be something else; then the next segment is looked at by itself.
TEST(CorpusFindings, RecordAfterAFewBytesThatLookLikeOne) {
    const Blob hello = record(22, client_hello(Hello{}), 0x0301);
    const Played wrong = behind_a_gap({client(u8(23) + u8(3)), client(hello)});
    EXPECT_EQ(wrong.text("sni"), "www.example.com") << wrong.facts();
    const Played cut = behind_a_gap({client(u8(22) + u8(3)), lost(Side::client, 100), client(hello)});
    EXPECT_EQ(cut.text("sni"), "www.example.com") << cut.facts();
}

// Google's experiments of 2017 (0x7e01 and on) are TLS 1.3 in all but the number.
TEST(CorpusFindings, ExperimentalVersionOfTls13) {
    Hello hello;
    hello.session_id = fill(32, 0x55);
    hello.with(extension(43, vec8(u16(0x7e01) + u16(0x0303))));
    ServerChoice choice;
    choice.cipher = 0x1301;
    choice.session_id = fill(32, 0x55);
    choice.extensions = {extension(43, u16(0x7e01)), extension(40, u16(0x001d) + vec16(fill(32, 0x66)))};
    const Played p{{client(record(22, client_hello(hello), 0x0301)),
                    server(record(22, server_hello(choice)) + change_cipher_spec() + application(900)),
                    client(change_cipher_spec() + application(53)), client(application(100)),
                    server(application(500))}};
    EXPECT_EQ(p.text("version_offered"), "TLS 1.3 experiment 1") << p.facts();
    EXPECT_EQ(p.text("version"), "TLS 1.3 experiment 1");
    EXPECT_EQ(p.text("established"), "true");
    EXPECT_EQ(p.text("cert_status"), "hidden_tls13");
}

// What must not happen in return: ciphertext that begins with the type of a hello is no hello.
TEST(CorpusFindings, CiphertextIsNoHelloMidstream) {
    const Blob ciphertext = u8(1) + fill(39, 0xc4);
    const Played p{{client(record(22, ciphertext)), client(application(100))}, Play{.midstream = true}};
    EXPECT_FALSE(p.has("client_random")) << p.facts();
    EXPECT_FALSE(p.has("ch_frame"));
}

// Below: facts that the other dissector does not give, so that no comparison guards them
// (tools/differential/explanations.tsv).

// A record is not waited for when the hello at its beginning is whole.
TEST(CorpusFindings, ServerHelloInARecordCutByTheCapturesEnd) {
    const Blob bytes = record(22, server_hello(ServerChoice{}) + certificate({fill(3000, 0x30)}));
    const Played p{{client(record(22, client_hello(Hello{}), 0x0301)), server(part(bytes, 0, 1300))}};
    EXPECT_EQ(p.text("sh_frame"), "2") << p.facts();
    EXPECT_EQ(p.text("version"), "TLS 1.2");
    EXPECT_EQ(p.text("cipher"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    EXPECT_TRUE(p.has("ja3s"));
    EXPECT_FALSE(p.has("cert_sha256"));
}

// What lies before the hole is stated; what needs the whole message is not.
TEST(CorpusFindings, ClientHelloWithoutItsEnd) {
    Hello hello;
    hello.with(extension(21, fill(400, 0)));
    const Blob bytes = record(22, client_hello(hello), 0x0301);
    const Blob begun = part(bytes, 0, bytes.size() - 100);
    const Played p{{client(begun), lost(Side::client, 100), server(record(22, server_hello(ServerChoice{})))}};
    EXPECT_EQ(p.text("sni"), "www.example.com") << p.facts();
    EXPECT_TRUE(p.has("client_random"));
    EXPECT_EQ(p.text("ciphers_offered"), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;TLS_RSA_WITH_AES_128_CBC_SHA");
    EXPECT_FALSE(p.has("ja3"));
    EXPECT_FALSE(p.has("version_offered"));
    EXPECT_EQ(p.text("sh_frame"), "3");
}

// RFC 5489 section 2: an identity hint, empty here, comes before the curve.
TEST(CorpusFindings, CurveOfAnEcdhePskKeyExchange) {
    ServerChoice choice;
    choice.cipher = 0xccac;
    const Blob keys = handshake(12, vec16({}) + u8(3) + u16(0x001d) + vec8(fill(32, 0x44)));
    const Blob flight = record(22, server_hello(choice)) + record(22, keys) + record(22, server_hello_done());
    const Played p{{client(record(22, client_hello(Hello{}), 0x0301)), server(flight)}};
    EXPECT_EQ(p.text("group"), "x25519") << p.facts();
}

// The version may be lowered or raised by an extension that was not read: it is left open.
TEST(CorpusFindings, MalformedClientHelloStatesNoVersion) {
    const Blob suites = u16(0x0040) + u16(0xc02f) + u16(0x002f);  // 64 bytes are promised
    const Blob hello = handshake(1, u16(0x0301) + fill(32, 0x11) + vec8({}) + suites);
    const Played p{{client(record(22, hello, 0x0301))}};
    EXPECT_TRUE(p.has("client_random")) << p.facts();
    EXPECT_FALSE(p.has("version_offered"));
    EXPECT_FALSE(p.has("ja3"));
}

}  // namespace

}  // namespace tlsscope::tls::testing
