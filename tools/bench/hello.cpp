#include "hello.h"

namespace bench {

namespace {

/// SHA-256 of "HelloRetryRequest": RFC 8446 section 4.1.3.
constexpr std::string_view kRetryRandomHex = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";

Octets extension(unsigned type, View body) { return Builder{}.u16(type).block(2, body).take(); }

Octets u16_list(std::initializer_list<unsigned> values) {
    Builder b;
    for (const unsigned v : values) b.u16(v);
    return b.take();
}

Octets server_name(const std::string& sni) {
    const Octets name = Builder{}.text(sni).take();
    const Octets entry = Builder{}.u8(0).block(2, name).take();
    return extension(0, Builder{}.block(2, entry).view());
}

Octets alpn_extension(std::initializer_list<std::string_view> names) {
    Builder list;
    for (const std::string_view n : names) list.u8(static_cast<unsigned>(n.size())).text(n);
    return extension(16, Builder{}.block(2, list.view()).view());
}

/// What a share of that group takes: an X25519 point, an uncompressed point of P-256, and ML-KEM-768 before X25519.
std::size_t share_length(unsigned group, bool client) {
    if (group == groups::kX25519MlKem768) return client ? 1184 + 32 : 1088 + 32;
    return group == groups::kSecp256r1 ? 65 : 32;
}

Octets key_share_entry(unsigned group, bool client, Dice& dice) {
    return Builder{}.u16(group).block(2, dice.octets(share_length(group, client))).take();
}

Octets client_key_shares(Kind kind, bool second, Dice& dice) {
    Builder entries;
    if (kind == Kind::tls13_post_quantum) entries.add(key_share_entry(groups::kX25519MlKem768, true, dice));
    entries.add(key_share_entry(second ? groups::kSecp256r1 : groups::kX25519, true, dice));
    return extension(51, Builder{}.block(2, entries.view()).view());
}

unsigned chosen_group(Kind kind) {
    if (kind == Kind::tls13_post_quantum) return groups::kX25519MlKem768;
    return kind == Kind::tls13_retry ? groups::kSecp256r1 : groups::kX25519;
}

/// RFC 8446 section 4.2.11: one ticket of 192 bytes, one binder.
Octets pre_shared_key(Dice& dice) {
    const Octets identity = Builder{}.block(2, dice.octets(192)).u32(static_cast<std::uint32_t>(dice.next())).take();
    const Octets binder = Builder{}.block(1, dice.octets(32)).take();
    return extension(41, Builder{}.block(2, identity).block(2, binder).view());
}

Octets session_ticket(Kind kind, Dice& dice) {
    return extension(35, kind == Kind::tls12_ticket ? dice.octets(192) : Octets{});
}

Octets client_extensions(Kind kind, const std::string& sni, bool second, Dice& dice) {
    const Octets named = kind == Kind::tls13_post_quantum ? u16_list({groups::kX25519MlKem768, groups::kX25519, 23, 24})
                                                          : u16_list({groups::kX25519, 23, 24});
    const Octets schemes = u16_list({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601});
    Builder ext;
    ext.add(server_name(sni)).add(extension(23, {})).add(extension(65281, Octets{0}));
    ext.add(extension(10, Builder{}.block(2, named).view())).add(extension(11, Octets{1, 0}));
    if (kind != Kind::tls13_resumed) ext.add(session_ticket(kind, dice));
    ext.add(alpn_extension({"h2", "http/1.1"})).add(extension(5, Octets{1, 0, 0, 0, 0}));
    ext.add(extension(13, Builder{}.block(2, schemes).view()));
    if (!is_tls12(kind)) {
        ext.add(extension(43, Octets{4, 3, 4, 3, 3})).add(extension(45, Octets{1, 1}));
        ext.add(client_key_shares(kind, second, dice));
    }
    if (kind == Kind::tls13_resumed) ext.add(pre_shared_key(dice));
    return ext.take();
}

}  // namespace

Octets client_hello(Kind kind, const std::string& sni, const Hello& hello, bool second, Dice& dice) {
    const Octets extensions = client_extensions(kind, sni, second, dice);
    const Octets suites =
        is_tls12(kind) ? u16_list({0xc02b, kEcdheRsaAes128GcmSha256, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009c, 0x002f})
                       : u16_list({kAes128GcmSha256, 0x1302, 0x1303, 0xc02b, kEcdheRsaAes128GcmSha256, 0xcca8});
    Builder b;
    b.u16(kTls12Version).add(hello.random).block(1, hello.session_id).block(2, suites).block(1, Octets{0});
    b.block(2, extensions);
    return message(1, b.view());
}

Octets server_hello(Kind kind, View session_id, Dice& dice) {
    Builder ext;
    if (is_tls12(kind)) {
        ext.add(extension(65281, Octets{0})).add(extension(23, {})).add(alpn_extension({"h2"}));
    } else {
        ext.add(extension(43, Octets{3, 4})).add(extension(51, key_share_entry(chosen_group(kind), false, dice)));
        if (kind == Kind::tls13_resumed) ext.add(extension(41, Octets{0, 0}));
    }
    Builder b;
    b.u16(kTls12Version).add(dice.octets(32)).block(1, session_id);
    b.u16(is_tls12(kind) ? kEcdheRsaAes128GcmSha256 : kAes128GcmSha256).u8(0).block(2, ext.view());
    return message(2, b.view());
}

Octets hello_retry_request(View session_id) {
    Builder ext;
    ext.add(extension(43, Octets{3, 4})).add(extension(51, u16_list({groups::kSecp256r1})));
    Builder b;
    b.u16(kTls12Version).add(from_hex(kRetryRandomHex)).block(1, session_id);
    b.u16(kAes128GcmSha256).u8(0).block(2, ext.view());
    return message(2, b.view());
}

}  // namespace bench
