#include "dissectors/tls/wire/client_hello.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bytes/hex.h"
#include "wire_messages.h"
#include "wire_testing.h"

namespace tlsscope::tls::testing {
namespace {

using ::testing::ElementsAre;

/// A plain TLS 1.2 ClientHello around these extensions.
Wire hello_with(const Wire& extensions) {
    return Wire{}.u16(0x0303).fill(32, 1).vec8(Wire{}).vec16(u16s({0xc02f})).vec8(Wire{}.u8(0)).vec16(extensions);
}

struct Parsed {
    Wire wire;
    ClientHelloView view;
    Fault fault = Fault::none;
    bool odd(Oddity o) const { return view.oddities.has(o); }
};

Parsed parse(Wire wire, Edge edge = Edge::hard) {
    Parsed p;
    p.wire = std::move(wire);
    Reader in{p.wire.view(), edge};
    p.view = read_client_hello(in);
    p.fault = in.finish();
    return p;
}

TEST(ClientHello, Rfc8448SimpleHandshake) {
    const Parsed p = parse(rfc8448_client_hello());
    EXPECT_EQ(p.fault, Fault::none);
    EXPECT_EQ(p.view.version, 0x0303);
    EXPECT_EQ(bytes::hex(p.view.random), "cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7");
    EXPECT_TRUE(p.view.session_id.empty());
    EXPECT_THAT(p.view.ciphers, ElementsAre(0x1301, 0x1303, 0x1302));
    EXPECT_EQ(str(*p.view.sni), "server");
    EXPECT_THAT(*p.view.supported_groups, ElementsAre(0x1d, 0x17, 0x18, 0x19, 0x100, 0x101, 0x102, 0x103, 0x104));
    EXPECT_EQ(p.view.key_share->begin()->group, 0x1d);
    EXPECT_EQ(p.view.key_share->begin()->key.size(), 32U);
    EXPECT_THAT(*p.view.supported_versions, ElementsAre(0x0304));
    EXPECT_EQ(p.view.signature_algorithms->size(), 15U);
    EXPECT_EQ(p.view.record_size_limit, 0x4001);
    EXPECT_TRUE(p.view.session_ticket && p.view.session_ticket->empty());
    EXPECT_EQ(p.view.highest_version(), version::kTls13);
    EXPECT_TRUE(p.view.whole);
    EXPECT_FALSE(p.view.oddities.any());
    std::vector<std::uint16_t> types;
    for (const Extension& e : p.view.extensions) types.push_back(e.type);
    EXPECT_THAT(types, ElementsAre(0, 65281, 10, 35, 51, 43, 13, 45, 28));
}

TEST(ClientHello, EveryExtension) {
    const Parsed p = parse(rich_client_hello());
    const ClientHelloView& ch = p.view;
    EXPECT_EQ(p.fault, Fault::none);
    EXPECT_EQ(str(*ch.sni), "www.example.org");
    EXPECT_EQ(ch.max_fragment_length, 2);
    EXPECT_EQ(ch.status_request->type, 1);
    EXPECT_EQ(str(ch.status_request->responder_ids), "responder");
    EXPECT_THAT(*ch.supported_groups, ElementsAre(0x0a0a, 0x11ec, 29, 23, 24));
    EXPECT_EQ(ch.ec_point_formats->size(), 2U);
    EXPECT_THAT(*ch.signature_algorithms, ElementsAre(0x0403, 0x0804, 0x0401));
    EXPECT_THAT(*ch.signature_algorithms_cert, ElementsAre(0x0806));
    std::vector<std::string> alpn;
    for (const Opaque8& a : *ch.alpn) alpn.push_back(str(a.value));
    EXPECT_THAT(alpn, ElementsAre("h2", "http/1.1"));
    std::vector<std::size_t> shares;
    for (const KeyShareEntry& s : *ch.key_share) shares.insert(shares.end(), {s.group, s.key.size()});
    EXPECT_THAT(shares, ElementsAre(0x0a0a, 1, 0x11ec, 1216, 29, 32));
    EXPECT_TRUE(ch.has_key_share(0x11ec));
    EXPECT_FALSE(ch.has_key_share(23));
    EXPECT_THAT(*ch.compress_certificate, ElementsAre(2, 1));
    EXPECT_EQ(ch.padding, 77);
    EXPECT_EQ(str(*ch.session_ticket), "a session ticket");
    EXPECT_EQ(str(*ch.cookie), "cookie");
    EXPECT_EQ(ch.psk_key_exchange_modes->size(), 1U);
    EXPECT_EQ(ch.pre_shared_key->identities.count(), 2U);
    EXPECT_EQ(str(ch.pre_shared_key->identities.begin()->identity), "ticket-one");
    EXPECT_EQ(ch.pre_shared_key->identities.begin()->obfuscated_ticket_age, 7U);
    EXPECT_EQ(ch.pre_shared_key->binders.count(), 2U);
    EXPECT_EQ(ch.ech->type, 0);
    EXPECT_EQ(ch.ech->config_id, 42);
    EXPECT_EQ(ch.ech->enc.size(), 32U);
    EXPECT_EQ(ch.ech->payload.size(), 208U);
    EXPECT_TRUE(ch.renegotiated_connection && ch.renegotiated_connection->empty());
    EXPECT_EQ(str(ch.application_settings->begin()->value), "h2");
    EXPECT_TRUE(ch.early_data && ch.sct && ch.extended_master_secret && ch.encrypt_then_mac);
    EXPECT_TRUE(ch.post_handshake_auth && ch.next_protocol_negotiation && ch.channel_id);
    EXPECT_TRUE(ch.renegotiation_scsv && ch.fallback_scsv);
    EXPECT_EQ(ch.extensions.count(), 34U);
    EXPECT_EQ(ch.highest_version(), version::kTls13);
    EXPECT_FALSE(ch.oddities.any());
}

TEST(ClientHello, CutAfterTheServerNameStillHasIt) {  // the snaplen promise of DESIGN section 3
    const Wire whole = rfc8448_client_hello();
    const Bytes until_sni = whole.view().first(63);
    Reader in{until_sni, Edge::cut};
    const ClientHelloView ch = read_client_hello(in);
    EXPECT_EQ(in.finish(), Fault::truncated);
    EXPECT_EQ(str(ch.sni.value()), "server");
    EXPECT_FALSE(ch.whole);
    EXPECT_FALSE(ch.extensions_whole);
    EXPECT_FALSE(ch.supported_groups.has_value());
}

TEST(ClientHello, WithoutExtensions) {  // S31
    const Parsed p = parse(Wire{}.u16(0x0300).fill(32, 1).vec8(Wire{}).vec16(u16s({0x000a})).vec8(Wire{}.u8(0)));
    EXPECT_EQ(p.fault, Fault::none);
    EXPECT_FALSE(p.view.sni.has_value());
    EXPECT_FALSE(p.view.has_extensions);
    EXPECT_TRUE(p.view.whole);
    EXPECT_FALSE(p.view.oddities.any());
}

TEST(ClientHello, ExtensionOverrunKeepsEarlierFields) {  // S32
    Wire e = Wire{}.extension(0, host_name("kept.example"));
    e.u16(16).u16(500).text("short");
    const Parsed p = parse(hello_with(e));
    EXPECT_EQ(p.fault, Fault::malformed);
    EXPECT_TRUE(p.odd(Oddity::ext_overrun));
    EXPECT_EQ(str(p.view.sni.value()), "kept.example");
    EXPECT_FALSE(p.view.alpn.has_value());
    EXPECT_FALSE(p.view.whole);
}

TEST(ClientHello, ExtensionListOverrunKeepsWhatIsThere) {
    Wire w = Wire{}.u16(0x0303).fill(32, 1).vec8(Wire{}).vec16(u16s({0xc02f})).vec8(Wire{}.u8(0));
    const Wire e = Wire{}.extension(0, host_name("kept.example"));
    w.u16(e.size() + 100).bytes(e);
    const Parsed p = parse(w);
    EXPECT_EQ(p.fault, Fault::malformed);
    EXPECT_TRUE(p.odd(Oddity::ext_overrun));
    EXPECT_EQ(str(p.view.sni.value()), "kept.example");
}

TEST(ClientHello, BadExtensionDoesNotLoseTheOthers) {
    Wire e = Wire{}.extension(10, Wire{}.u16(40).u16(29));  // list longer than the extension
    e.extension(0, host_name("after.example"));
    const Parsed p = parse(hello_with(e));
    EXPECT_EQ(p.fault, Fault::none);
    EXPECT_TRUE(p.odd(Oddity::ext_malformed));
    EXPECT_FALSE(p.view.supported_groups.has_value());
    EXPECT_EQ(str(p.view.sni.value()), "after.example");
}

TEST(ClientHello, ServerNameInnerLengthTooLong) {  // S33
    const Parsed p = parse(hello_with(Wire{}.extension(0, Wire{}.vec16(Wire{}.u8(0).u16(0xffff).text("a.example")))));
    EXPECT_FALSE(p.view.sni.has_value());
    EXPECT_TRUE(p.odd(Oddity::vec_overrun));
    const Parsed list = parse(hello_with(Wire{}.extension(0, Wire{}.u16(0xffff).u8(0).vec16(text("a.example")))));
    EXPECT_FALSE(list.view.sni.has_value());
    EXPECT_TRUE(list.odd(Oddity::vec_overrun));
}

TEST(ClientHello, TwoHostNames) {  // S34
    const Wire names = Wire{}.u8(0).vec16(text("first.example")).u8(0).vec16(text("second.example"));
    const Parsed p = parse(hello_with(Wire{}.extension(0, Wire{}.vec16(names))));
    EXPECT_EQ(str(p.view.sni.value()), "first.example");
    EXPECT_EQ(str(p.view.sni_alt.value()), "second.example");
    EXPECT_TRUE(p.odd(Oddity::sni_multi));
    EXPECT_EQ(p.view.server_names.count(), 2U);
}

TEST(ClientHello, TwoServerNameExtensions) {  // S35
    const Wire e = Wire{}.extension(0, host_name("first.example")).extension(0, host_name("second.example"));
    const Parsed p = parse(hello_with(e));
    EXPECT_EQ(str(p.view.sni.value()), "first.example");
    EXPECT_EQ(str(p.view.sni_alt.value()), "second.example");
    EXPECT_TRUE(p.odd(Oddity::ext_dup));
    EXPECT_FALSE(p.odd(Oddity::sni_multi));
    const Parsed same =
        parse(hello_with(Wire{}.extension(0, host_name("a.example")).extension(0, host_name("a.example"))));
    EXPECT_FALSE(same.view.sni_alt.has_value());
    EXPECT_TRUE(same.odd(Oddity::ext_dup));
}

TEST(ClientHello, RepeatedExtensionOfAnotherTypeCountsOnce) {
    const Wire e = Wire{}.extension(10, Wire{}.vec16(u16s({29}))).extension(10, Wire{}.vec16(u16s({23})));
    const Parsed p = parse(hello_with(e));
    EXPECT_THAT(*p.view.supported_groups, ElementsAre(29));
    EXPECT_TRUE(p.odd(Oddity::ext_dup));
}

struct NameCase {
    std::string name;
    Oddity oddity;
};

TEST(ClientHello, OddServerNames) {  // S36 S37 S38 S41 S42 S43
    const NameCase cases[] = {
        {"", Oddity::sni_invalid},
        {std::string("good.example\0.evil.example", 26), Oddity::sni_nul},
        {"\x1b[2Jcleared.example", Oddity::sni_invalid},
        {"=cmd|' /C calc'!A0", Oddity::sni_invalid},
        {"<script>alert(1)</script>", Oddity::sni_invalid},
        {"\xff\xfe.example", Oddity::sni_invalid},
        {std::string(256, 'a'), Oddity::sni_invalid},
        {"192.0.2.1", Oddity::sni_ip},
        {"2001:db8::1", Oddity::sni_ip},
        {"[2001:db8::1]", Oddity::sni_ip},
    };
    for (const NameCase& c : cases) {
        const Parsed p = parse(hello_with(Wire{}.extension(0, host_name(c.name))));
        EXPECT_EQ(str(p.view.sni.value()), c.name);  // raw: escaping is the reporters' business
        EXPECT_TRUE(p.odd(c.oddity)) << c.name;
    }
    const std::string good[] = {
        "a.example", "A.Example.", "_dmarc.a-b.example", "xn--bcher-kva.example", "1.2.3.example",
        "1.2.3.256", "1.2.3",      std::string(255, 'a')};
    for (const std::string& name : good) {
        const Parsed p = parse(hello_with(Wire{}.extension(0, host_name(name))));
        EXPECT_FALSE(p.view.oddities.any()) << name;
    }
}

TEST(ClientHello, OtherNameTypeIsNotAServerName) {  // S45
    const Wire names = Wire{}.u8(7).vec16(text("other")).u8(0).vec16(text("real.example"));
    const Parsed p = parse(hello_with(Wire{}.extension(0, Wire{}.vec16(names))));
    EXPECT_EQ(str(p.view.sni.value()), "real.example");
    EXPECT_TRUE(p.odd(Oddity::sni_type));
    EXPECT_FALSE(p.odd(Oddity::sni_multi));
}

TEST(ClientHello, VersionsWithDraftsAndGrease) {  // S46 S47
    const auto highest = [](std::initializer_list<std::uint16_t> versions) {
        return parse(hello_with(Wire{}.extension(43, Wire{}.vec8(u16s(versions))))).view.highest_version();
    };
    EXPECT_EQ(highest({0x2a2a, 0x0303, 0x0304}), 0x0304);
    EXPECT_EQ(highest({0x7f1c}), 0x7f1c);
    EXPECT_EQ(highest({0x7f1c, 0x0304, 0x0303}), 0x0304);
    EXPECT_EQ(highest({0x7f12, 0x7f1c, 0x0303}), 0x7f1c);
    EXPECT_EQ(highest({0xfb1a, 0x0303}), 0xfb1a);
    EXPECT_EQ(highest({0x9a9a}), 0x0303);  // nothing but GREASE: legacy_version stands
    EXPECT_EQ(highest({0x1234}), 0x1234);
    EXPECT_EQ(highest({0x1234, 0x0002, 0x0300}), 0x0300);
    EXPECT_EQ(highest({0x1234, 0x0002}), 0x0002);
}

TEST(ClientHello, LongSessionIdIsNotedAndReadOver) {  // S50
    const Wire w = Wire{}
                       .u16(0x0303)
                       .fill(32, 1)
                       .vec8(Wire{}.fill(33, 2))
                       .vec16(u16s({0xc02f}))
                       .vec8(Wire{}.u8(0))
                       .vec16(Wire{}.extension(0, host_name("a.example")));
    const Parsed p = parse(w);
    EXPECT_TRUE(p.odd(Oddity::vec_overrun));
    EXPECT_EQ(p.view.session_id.size(), 33U);
    EXPECT_EQ(str(p.view.sni.value()), "a.example");
}

TEST(ClientHello, OddCipherLists) {  // S51
    const auto with_ciphers = [](const Wire& list) {
        return parse(Wire{}.u16(0x0303).fill(32, 1).vec8(Wire{}).bytes(list).vec8(Wire{}.u8(0)));
    };
    const Parsed odd = with_ciphers(Wire{}.vec16(Wire{}.u16(0x1301).u8(0x13)));
    EXPECT_TRUE(odd.odd(Oddity::vec_odd));
    EXPECT_THAT(odd.view.ciphers, ElementsAre(0x1301));
    const Parsed empty = with_ciphers(Wire{}.vec16(Wire{}));
    EXPECT_TRUE(empty.odd(Oddity::vec_empty));
    EXPECT_EQ(empty.fault, Fault::none);
    const Parsed all = with_ciphers(Wire{}.vec16(Wire{}.fill(65534, 0x13)));
    EXPECT_EQ(all.view.ciphers.size(), 32767U);
    const Parsed beyond = with_ciphers(Wire{}.u16(65534).u16(0x1301));
    EXPECT_TRUE(beyond.odd(Oddity::vec_overrun));
    EXPECT_TRUE(beyond.view.ciphers.empty());
    EXPECT_EQ(beyond.fault, Fault::malformed);
}

TEST(ClientHello, CompressionMethods) {  // S52
    const auto with_methods = [](const Wire& methods) {
        return parse(Wire{}.u16(0x0303).fill(32, 1).vec8(Wire{}).vec16(u16s({0xc02f})).vec8(methods));
    };
    const Parsed deflate = with_methods(Wire{}.u8(1).u8(0));
    EXPECT_TRUE(deflate.odd(Oddity::compression_used));
    EXPECT_FALSE(deflate.odd(Oddity::compression_no_null));
    EXPECT_TRUE(with_methods(Wire{}.u8(1)).odd(Oddity::compression_no_null));
    EXPECT_TRUE(with_methods(Wire{}).odd(Oddity::vec_empty));
}

TEST(ClientHello, OddAlpnLists) {  // S53
    const Parsed empty_name =
        parse(hello_with(Wire{}.extension(16, Wire{}.vec16(Wire{}.vec8(Wire{}).vec8(text("h2"))))));
    EXPECT_TRUE(empty_name.odd(Oddity::alpn_empty_name));
    const Parsed overrun =
        parse(hello_with(Wire{}.extension(16, Wire{}.vec16(Wire{}.vec8(text("h2")).u8(200).text("x")))));
    EXPECT_TRUE(overrun.odd(Oddity::vec_overrun));
    EXPECT_EQ(overrun.view.alpn->count(), 1U);
    Wire many;
    for (int i = 0; i < 255; ++i) many.vec8(Wire{}.fill(255, 'a'));
    EXPECT_EQ(parse(hello_with(Wire{}.extension(16, Wire{}.vec16(many)))).view.alpn->count(), 255U);
}

TEST(ClientHello, SixtyFourKibibytesWithPadding) {  // S55
    const Parsed p = parse(hello_with(Wire{}.extension(0, host_name("big.example")).extension(21, zeros(65000))));
    EXPECT_EQ(p.fault, Fault::none);
    EXPECT_EQ(p.view.padding, 65000);
    EXPECT_EQ(str(p.view.sni.value()), "big.example");
}

TEST(ClientHello, InnerEncryptedHello) {
    const Parsed p = parse(hello_with(Wire{}.extension(65037, Wire{}.u8(1))));
    EXPECT_EQ(p.view.ech->type, 1);
    EXPECT_TRUE(p.view.ech->payload.empty());
    EXPECT_FALSE(p.view.oddities.any());
}

TEST(ClientHello, PreSharedKeyMustBeLastAndEven) {
    Wire psk = Wire{}.vec16(Wire{}.vec16(text("identity")).u32(0)).vec16(Wire{}.vec8(zeros(32)).vec8(zeros(32)));
    const Parsed p = parse(hello_with(Wire{}.extension(41, psk).extension(23, Wire{})));
    EXPECT_TRUE(p.odd(Oddity::psk_not_last));
    EXPECT_TRUE(p.odd(Oddity::psk_binder_count));
}

TEST(ClientHello, TrailingBytes) {
    Wire w = hello_with(Wire{}.extension(23, Wire{}));
    const Parsed p = parse(w.text("more"));
    EXPECT_EQ(p.fault, Fault::malformed);
    EXPECT_TRUE(p.odd(Oddity::trailing));
    EXPECT_TRUE(p.view.extended_master_secret);
}

TEST(ClientHello, ThousandsOfExtensionsInOnePass) {
    Wire e;
    for (std::uint32_t type = 100; type < 16000; ++type) e.extension(static_cast<std::uint16_t>(type), Wire{});
    const Parsed p = parse(hello_with(e));
    EXPECT_EQ(p.view.extensions.count(), 15900U);
    EXPECT_FALSE(p.odd(Oddity::ext_dup));
}

}  // namespace
}  // namespace tlsscope::tls::testing
