#include "dissectors/tls/fingerprint.h"

#include <gtest/gtest.h>

#include "wire_messages.h"

namespace tlsscope::tls::testing {
namespace {

Wire client_hello(std::uint16_t version, const Wire& ciphers, const Wire& extensions) {
    return Wire{}.u16(version).fill(32, 1).vec8(Wire{}).vec16(ciphers).vec8(Wire{}.u8(0)).vec16(extensions);
}

template <class F>
auto with_hello(const Wire& w, F f, Edge edge = Edge::hard) {
    Reader in{w.view(), edge};
    return f(read_client_hello(in));
}

std::string ja3_of(const Wire& w) {
    return with_hello(w, [](const auto& ch) { return ja3(ch); });
}
std::string ja4_of(const Wire& w) {
    return with_hello(w, [](const auto& ch) { return ja4(ch); });
}

/// The example of JA3's own documentation.
Wire ja3_example() {
    const Wire ciphers = u16s({47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4});
    Wire e = Wire{}.extension(0, host_name("a.example"));
    e.extension(10, Wire{}.vec16(u16s({23, 24, 25}))).extension(11, Wire{}.vec8(Wire{}.u8(0)));
    return client_hello(0x0301, ciphers, e);
}

TEST(Ja3, DocumentedExamples) {
    EXPECT_EQ(with_hello(ja3_example(), [](const auto& ch) { return ja3_text(ch); }),
              "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
    EXPECT_EQ(ja3_of(ja3_example()), "ada70206e40642a3e4461f35503241d5");
    const Wire bare = Wire{}
                          .u16(0x0301)
                          .fill(32, 1)
                          .vec8(Wire{})
                          .vec16(u16s({4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99}))
                          .vec8(Wire{}.u8(0));
    EXPECT_EQ(ja3_of(bare), "de350869b8c85de67a350c8d186f11e6");
}

TEST(Ja3, GreaseDoesNotCount) {  // S46
    const auto text = [](const Wire& w) { return with_hello(w, [](const auto& ch) { return ja3_text(ch); }); };
    const Wire e = Wire{}.extension(10, Wire{}.vec16(u16s({29, 23})));
    Wire greased = Wire{}.extension(0x3a3a, Wire{}).extension(10, Wire{}.vec16(u16s({0xdada, 29, 23})));
    greased.extension(0x4a4a, Wire{}.u8(0));
    EXPECT_EQ(text(client_hello(0x0303, u16s({0x1301, 0xc02f}), e)),
              text(client_hello(0x0303, u16s({0x5a5a, 0x1301, 0xc02f}), greased)));
}

TEST(Ja3, HalfAHelloHasNone) {
    const Wire w = ja3_example();
    Reader in{w.view().first(w.size() - 1), Edge::cut};
    const ClientHelloView ch = read_client_hello(in);
    EXPECT_EQ(ja3(ch), "");
    EXPECT_EQ(ja4(ch), "");
}

TEST(Ja3s, DocumentedExample) {
    Wire e = Wire{}.extension(65281, Wire{}.vec8(Wire{})).extension(0, Wire{}).extension(11, Wire{}.vec8(Wire{}.u8(0)));
    e.extension(35, Wire{}).extension(5, Wire{}).extension(16, Wire{}.vec16(Wire{}.vec8(text("h2"))));
    const Wire w = Wire{}.u16(0x0301).fill(32, 1).vec8(Wire{}).u16(47).u8(0).vec16(e);
    Reader in{w.view()};
    const ServerHelloView sh = read_server_hello(in);
    EXPECT_EQ(ja3s_text(sh), "769,47,65281-0-11-35-5-16");
    EXPECT_EQ(ja3s(sh), "836ce314215654b5b1f85f97c73e506f");
}

/// The example of JA4's own documentation: a browser's hello, GREASE and all.
Wire ja4_example(const Wire& alpn) {
    const Wire ciphers = u16s({0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013,
                               0xc014, 0x009c, 0x009d, 0x002f, 0x0035});
    Wire e =
        Wire{}.extension(0x6a6a, Wire{}).extension(27, Wire{}.vec8(u16s({2}))).extension(0, host_name("a.example"));
    e.extension(51, Wire{}.vec16(Wire{}.u16(29).vec16(zeros(32)))).extension(16, alpn);
    e.extension(0x4469, Wire{}.vec16(Wire{}.vec8(text("h2"))))
        .extension(23, Wire{})
        .extension(65281, Wire{}.vec8(Wire{}));
    e.extension(13, Wire{}.vec16(u16s({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601})));
    e.extension(5, Wire{}.u8(1).u32(0))
        .extension(18, Wire{})
        .extension(43, Wire{}.vec8(u16s({0xbaba, 0x0304, 0x0303})));
    e.extension(45, Wire{}.vec8(Wire{}.u8(1))).extension(35, Wire{}).extension(11, Wire{}.vec8(Wire{}.u8(0)));
    e.extension(10, Wire{}.vec16(u16s({0x1a1a, 29, 23, 24}))).extension(0xeaea, Wire{}.u8(0)).extension(21, zeros(10));
    return client_hello(0x0303, ciphers, e);
}

Wire alpn(const Wire& first) { return Wire{}.vec16(Wire{}.vec8(first).vec8(text("http/1.1"))); }

TEST(Ja4, DocumentedExample) {
    EXPECT_EQ(ja4_of(ja4_example(alpn(text("h2")))), "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(FingerprintCache, GivesWhatTheFunctionsGiveAndNothingForHalfAHello) {
    FingerprintCache cache;
    for (int round = 0; round < 2; ++round) {  // made, then remembered
        for (const Wire& w : {ja3_example(), ja4_example(alpn(text("h2"))), ja4_example(alpn(text("h3")))}) {
            with_hello(w, [&](const ClientHelloView& ch) {
                EXPECT_EQ(cache.of(ch).ja3, ja3(ch));
                EXPECT_EQ(cache.of(ch).ja4, ja4(ch));
            });
            Reader half{w.view().first(w.size() - 1), Edge::cut};
            EXPECT_EQ(cache.of(read_client_hello(half)).ja3, "");
        }
        for (const std::uint16_t cipher : {std::uint16_t{47}, std::uint16_t{53}}) {
            const Wire w = Wire{}.u16(0x0303).fill(32, 1).vec8(Wire{}).u16(cipher).u8(0).vec16(
                Wire{}.extension(65281, Wire{}.vec8(Wire{})));
            Reader in{w.view()};
            const ServerHelloView sh = read_server_hello(in);
            EXPECT_EQ(cache.of(sh), ja3s(sh));
            Reader half{w.view().first(w.size() - 1), Edge::cut};
            EXPECT_EQ(cache.of(read_server_hello(half)), "");
        }
    }
}

TEST(Ja4, FirstAndLastCharacterOfAlpn) {
    const auto code = [](const Wire& first) { return ja4_of(ja4_example(alpn(first))).substr(8, 2); };
    EXPECT_EQ(code(text("http/1.1")), "h1");
    EXPECT_EQ(code(text("x")), "xx");
    EXPECT_EQ(code(Wire{}.u8(0xab)), "ab");
    EXPECT_EQ(code(Wire{}.u16(0xabcd)), "ad");
    EXPECT_EQ(code(Wire{}.u16(0x30ab)), "3b");
    EXPECT_EQ(code(Wire{}.u32(0x3031abcd)), "3d");
    EXPECT_EQ(code(Wire{}.u32(0x30abcd31)), "01");
    EXPECT_EQ(code(Wire{}), "00");
}

TEST(Ja4, NothingButGreaseInAlpn) {
    const Wire grease = Wire{}.extension(16, Wire{}.vec16(Wire{}.vec8(Wire{}.u16(0x8a8a))));
    EXPECT_EQ(ja4_of(client_hello(0x0303, u16s({0x002f}), grease)).substr(0, 10), "t12i010100");
}

TEST(Ja4, VersionOfSsl2AndOfNobody) {
    EXPECT_EQ(ja4_of(client_hello(0x0002, u16s({0x002f}), Wire{})).substr(1, 2), "s2");
    EXPECT_EQ(ja4_of(client_hello(0x0999, u16s({0x002f}), Wire{})).substr(1, 2), "00");
}

TEST(Ja4, NothingToHash) {
    const Wire bare = Wire{}.u16(0x0300).fill(32, 1).vec8(Wire{}).vec16(u16s({0x0a0a})).vec8(Wire{}.u8(0));
    EXPECT_EQ(ja4_of(bare), "ts3i000000_000000000000_000000000000");
    const Wire only_sni = client_hello(0x0302, u16s({0x0a0a}), Wire{}.extension(0, host_name("a.example")));
    EXPECT_EQ(ja4_of(only_sni), "t11d000100_000000000000_000000000000");
}

TEST(Ja4, OrderOfCiphersAndExtensionsDoesNotMatter) {
    const Wire e1 = Wire{}.extension(23, Wire{}).extension(35, Wire{});
    const Wire e2 = Wire{}.extension(35, Wire{}).extension(23, Wire{});
    EXPECT_EQ(ja4_of(client_hello(0x0303, u16s({1, 2}), e1)), ja4_of(client_hello(0x0303, u16s({2, 1}), e2)));
    EXPECT_NE(ja3_of(client_hello(0x0303, u16s({1, 2}), e1)), ja3_of(client_hello(0x0303, u16s({2, 1}), e2)));
}

TEST(Ja4, CountsStopAtNinetyNine) {
    Wire ciphers;
    for (std::uint32_t i = 1; i <= 150; ++i) ciphers.u16(i);
    Wire e;
    for (std::uint32_t i = 100; i < 230; ++i) e.extension(static_cast<std::uint16_t>(i), Wire{});
    EXPECT_EQ(ja4_of(client_hello(0x0303, ciphers, e)).substr(0, 10), "t12i999900");
}

}  // namespace
}  // namespace tlsscope::tls::testing
