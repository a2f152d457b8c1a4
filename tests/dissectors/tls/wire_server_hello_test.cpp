#include "dissectors/tls/wire/server_hello.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bytes/hex.h"
#include "wire_messages.h"

namespace tlsscope::tls::testing {
namespace {

struct Parsed {
    Wire wire;
    ServerHelloView view;
    Fault fault = Fault::none;
};

Parsed parse(Wire wire, Edge edge = Edge::hard) {
    Parsed p;
    p.wire = std::move(wire);
    Reader in{p.wire.view(), edge};
    p.view = read_server_hello(in);
    p.fault = in.finish();
    return p;
}

Wire plain(std::uint16_t version, const Wire& random, const Wire& extensions) {
    return Wire{}.u16(version).bytes(random).vec8(Wire{}.fill(32, 5)).u16(0xc02f).u8(0).vec16(extensions);
}

TEST(ServerHello, Rfc8448SimpleHandshake) {
    const Parsed p = parse(rfc8448_server_hello());
    EXPECT_EQ(p.fault, Fault::none);
    EXPECT_EQ(p.view.legacy_version, 0x0303);
    EXPECT_EQ(p.view.version(), version::kTls13);
    EXPECT_EQ(p.view.cipher, 0x1301);
    EXPECT_EQ(p.view.key_share->group, 0x1d);
    EXPECT_EQ(p.view.key_share->key.size(), 32U);
    EXPECT_FALSE(p.view.hello_retry_request);
    EXPECT_EQ(p.view.downgrade, Downgrade::none);
    EXPECT_TRUE(p.view.whole);
}

TEST(ServerHello, EveryExtension) {
    const Parsed p = parse(rich_server_hello());
    const ServerHelloView& sh = p.view;
    EXPECT_EQ(str(sh.alpn.value()), "h2");
    EXPECT_EQ(sh.pre_shared_key, 1);
    EXPECT_EQ(sh.record_size_limit, 0x4000);
    EXPECT_EQ(sh.max_fragment_length, 2);
    EXPECT_EQ(sh.next_protocols->count(), 2U);
    EXPECT_EQ(str(sh.renegotiated_connection.value()), "verify data");
    EXPECT_TRUE(sh.server_name && sh.session_ticket && sh.status_request && sh.extended_master_secret);
    EXPECT_TRUE(sh.encrypt_then_mac && sh.channel_id);
    EXPECT_EQ(sh.downgrade, Downgrade::to_tls12);  // S49
    EXPECT_FALSE(sh.oddities.any());
}

TEST(ServerHello, HelloRetryRequest) {  // S4
    const Parsed p = parse(hello_retry_request());
    EXPECT_TRUE(p.view.hello_retry_request);
    EXPECT_EQ(p.view.key_share->group, 24);
    EXPECT_TRUE(p.view.key_share->key.empty());
    EXPECT_EQ(str(p.view.cookie.value()), "come back with this");
    EXPECT_EQ(p.view.ech_confirmation->size(), 8U);
    EXPECT_FALSE(p.view.oddities.any());
}

TEST(ServerHello, DowngradeSentinels) {  // S49
    const auto sentinel = [](const char* last) {
        return parse(plain(0x0303, Wire{}.fill(24, 9).hex(last), Wire{})).view.downgrade;
    };
    EXPECT_EQ(sentinel("444f574e47524401"), Downgrade::to_tls12);
    EXPECT_EQ(sentinel("444f574e47524400"), Downgrade::to_tls11);
    EXPECT_EQ(sentinel("444f574e47524402"), Downgrade::none);
    EXPECT_EQ(sentinel("544f574e47524401"), Downgrade::none);
}

TEST(ServerHello, DraftsWithoutSessionId) {
    const Wire share = Wire{}.extension(40, Wire{}.u16(29).vec16(zeros(32)));
    const Parsed p = parse(Wire{}.u16(0x7f12).fill(32, 7).u16(0x1301).vec16(share));
    EXPECT_EQ(p.fault, Fault::none);
    EXPECT_EQ(p.view.cipher, 0x1301);
    EXPECT_EQ(p.view.key_share->group, 29);
    // Draft 22 on has the shape of TLS 1.2 again.
    const Parsed later = parse(plain(0x0303, zeros(32), Wire{}.extension(43, Wire{}.u16(0x7f1c))));
    EXPECT_EQ(later.view.version(), 0x7f1c);
}

TEST(ServerHello, RetryMessageOfTheDrafts) {
    const Wire share = Wire{}.extension(40, Wire{}.u16(23));
    const Wire with_cipher = Wire{}.u16(0x7f14).u16(0x1301).vec16(share);
    Reader in{with_cipher.view()};
    const ServerHelloView draft20 = read_hello_retry_request(in);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_TRUE(draft20.hello_retry_request);
    EXPECT_EQ(draft20.cipher, 0x1301);
    EXPECT_EQ(draft20.key_share->group, 23);
    const Wire without = Wire{}.u16(0x7f12).vec16(share);
    Reader old{without.view()};
    EXPECT_EQ(read_hello_retry_request(old).key_share->group, 23);
    EXPECT_EQ(old.finish(), Fault::none);
}

TEST(ServerHello, VersionIsNotKnownBeforeTheExtensions) {
    const Wire whole = rfc8448_server_hello();
    Reader in{whole.view().first(45), Edge::cut};
    const ServerHelloView sh = read_server_hello(in);
    EXPECT_EQ(sh.cipher, 0x1301);
    EXPECT_TRUE(sh.fixed_part_whole);
    EXPECT_FALSE(sh.version_known());  // or a TLS 1.3 connection would be called TLS 1.2
}

TEST(ServerHello, WithoutExtensions) {
    const Parsed p = parse(Wire{}.u16(0x0301).fill(32, 1).vec8(Wire{}).u16(0x0035).u8(1));
    EXPECT_EQ(p.fault, Fault::none);
    EXPECT_EQ(p.view.version(), version::kTls10);
    EXPECT_TRUE(p.view.version_known());
    EXPECT_TRUE(p.view.oddities.has(Oddity::compression_used));
}

TEST(ServerHello, LyingExtension) {
    Wire e = Wire{}.extension(16, Wire{}.vec16(Wire{}.vec8(text("h2"))));
    e.u16(23).u16(9);
    const Parsed p = parse(plain(0x0303, zeros(32), e));
    EXPECT_EQ(p.fault, Fault::malformed);
    EXPECT_TRUE(p.view.oddities.has(Oddity::ext_overrun));
    EXPECT_EQ(str(p.view.alpn.value()), "h2");
}

}  // namespace
}  // namespace tlsscope::tls::testing
