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

// Nor need the first segments hold a whole record header.
TEST(CorpusFindings, RecordHeaderOverSeveralSegmentsMidstream) {
    const Blob bytes = record(22, client_hello(Hello{}), 0x0301);
    const auto part = [&](std::size_t from, std::size_t to) {
        return client(
            Blob{bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.begin() + static_cast<std::ptrdiff_t>(to)});
    };
    const Played p{{part(0, 1), part(1, 4), part(4, bytes.size())}, Play{.midstream = true}};
    EXPECT_EQ(p.text("sni"), "www.example.com") << p.facts();
    EXPECT_EQ(p.text("hello_ms"), "3000000");
    EXPECT_EQ(p.text("ch_frame"), "3");
}

// The kept bytes may turn out to be something else; then the next segment is looked at by itself.
TEST(CorpusFindings, RecordAfterAFewBytesThatLookLikeOne) {
    const Blob hello = record(22, client_hello(Hello{}), 0x0301);
    const Played p{{client(u8(23) + u8(3)), client(hello)}, Play{.midstream = true}};
    EXPECT_EQ(p.text("sni"), "www.example.com") << p.facts();
    const Played behind_a_gap{{client(u8(22) + u8(3)), lost(Side::client, 100), client(hello)},
                              Play{.midstream = true}};
    EXPECT_EQ(behind_a_gap.text("sni"), "www.example.com") << behind_a_gap.facts();
}

// What must not happen in return: ciphertext that begins with the type of a hello is no hello.
TEST(CorpusFindings, CiphertextIsNoHelloMidstream) {
    const Blob ciphertext = u8(1) + fill(39, 0xc4);
    const Played p{{client(record(22, ciphertext)), client(application(100))}, Play{.midstream = true}};
    EXPECT_FALSE(p.has("client_random")) << p.facts();
    EXPECT_FALSE(p.has("ch_frame"));
}

}  // namespace

}  // namespace tlsscope::tls::testing
