#include "handshake.h"

#include "certificates.h"

namespace bench {

namespace {

constexpr unsigned kAlert = 21;
constexpr unsigned kHandshake = 22;
constexpr unsigned kApplicationData = 23;
constexpr unsigned kTls12 = 0x0303;
constexpr unsigned kEcdheRsaAes128GcmSha256 = 0xc02f;
constexpr unsigned kAes128GcmSha256 = 0x1301;
constexpr unsigned kX25519 = 29;

Octets extension(unsigned type, View body) { return Builder{}.u16(type).block(2, body).take(); }

Octets change_cipher_spec() { return Octets{20, 3, 3, 0, 1, 1}; }

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

Octets key_share(bool client, Dice& dice) {
    const Octets entry = Builder{}.u16(kX25519).block(2, dice.octets(32)).take();
    return extension(51, client ? Builder{}.block(2, entry).view() : View{entry});
}

/// RFC 8446 section 4.2.11: one ticket of 192 bytes, one binder.
Octets pre_shared_key(Dice& dice) {
    const Octets identity = Builder{}.block(2, dice.octets(192)).u32(static_cast<std::uint32_t>(dice.next())).take();
    const Octets binder = Builder{}.block(1, dice.octets(32)).take();
    return extension(41, Builder{}.block(2, identity).block(2, binder).view());
}

struct Hello {
    Octets random;
    Octets session_id;
};

/// RFC 8446 section 4.1.2.
Octets client_hello(Kind kind, const std::string& sni, const Hello& hello, Dice& dice) {
    const bool tls13 = kind == Kind::tls13 || kind == Kind::tls13_resumed || kind == Kind::alert;
    const Octets groups = u16_list({kX25519, 23, 24});
    const Octets schemes = u16_list({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601});
    Builder ext;
    ext.add(server_name(sni)).add(extension(23, {})).add(extension(65281, Octets{0}));
    ext.add(extension(10, Builder{}.block(2, groups).view())).add(extension(11, Octets{1, 0}));
    if (kind != Kind::tls13_resumed) ext.add(extension(35, {}));
    ext.add(alpn_extension({"h2", "http/1.1"})).add(extension(5, Octets{1, 0, 0, 0, 0}));
    ext.add(extension(13, Builder{}.block(2, schemes).view()));
    if (tls13) {
        ext.add(extension(43, Octets{4, 3, 4, 3, 3})).add(extension(45, Octets{1, 1})).add(key_share(true, dice));
    }
    if (kind == Kind::tls13_resumed) ext.add(pre_shared_key(dice));

    const Octets suites =
        tls13 ? u16_list({kAes128GcmSha256, 0x1302, 0x1303, 0xc02b, kEcdheRsaAes128GcmSha256, 0xcca8})
              : u16_list({0xc02b, kEcdheRsaAes128GcmSha256, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0x009c, 0x002f});
    Builder b;
    b.u16(kTls12)
        .add(hello.random)
        .block(1, hello.session_id)
        .block(2, suites)
        .block(1, Octets{0})
        .block(2, ext.view());
    return record(kHandshake, message(1, b.view()), 0x0301);
}

Octets server_hello(Kind kind, View session_id, Dice& dice) {
    const bool tls13 = kind == Kind::tls13 || kind == Kind::tls13_resumed;
    Builder ext;
    if (tls13) {
        ext.add(extension(43, Octets{3, 4})).add(key_share(false, dice));
        if (kind == Kind::tls13_resumed) ext.add(extension(41, Octets{0, 0}));
    } else {
        ext.add(extension(65281, Octets{0})).add(extension(23, {})).add(alpn_extension({"h2"}));
    }
    Builder b;
    b.u16(kTls12).add(dice.octets(32)).block(1, session_id).u16(tls13 ? kAes128GcmSha256 : kEcdheRsaAes128GcmSha256);
    b.u8(0).block(2, ext.view());
    return message(2, b.view());
}

Octets certificate_message() {
    const Octets chain = Builder{}.block(3, from_hex(kLeafHex)).block(3, from_hex(kIssuerHex)).take();
    return message(11, Builder{}.block(3, chain).view());
}

/// RFC 8422 section 5.4: x25519, rsa_pkcs1_sha256.
Octets server_key_exchange(Dice& dice) {
    Builder b;
    b.u8(3).u16(kX25519).block(1, dice.octets(32)).u16(0x0401).block(2, dice.octets(256));
    return message(12, b.view());
}

/// AES-GCM in TLS 1.2: 8 bytes of explicit nonce, 16 of message, 16 of tag.
Octets encrypted_finished(Dice& dice) { return record(kHandshake, dice.octets(40)); }

Octets joined(std::initializer_list<Octets> parts) {
    Builder b;
    for (const Octets& p : parts) b.add(p);
    return b.take();
}

void tls12_full(Handshake& h, Dice& dice) {
    static const Octets kCertificate = certificate_message();
    const Octets flight = joined(
        {server_hello(Kind::tls12, dice.octets(32), dice), kCertificate, server_key_exchange(dice), message(14, {})});
    const Octets key_exchange = message(16, Builder{}.block(1, dice.octets(32)).view());
    h.flights.push_back({false, record(kHandshake, flight)});
    h.flights.push_back(
        {true, joined({record(kHandshake, key_exchange), change_cipher_spec(), encrypted_finished(dice)})});
    h.flights.push_back({false, joined({change_cipher_spec(), encrypted_finished(dice)})});
}

void tls12_resumed(Handshake& h, View session_id, Dice& dice) {
    const Octets hello = record(kHandshake, server_hello(Kind::tls12_resumed, session_id, dice));
    h.flights.push_back({false, joined({hello, change_cipher_spec(), encrypted_finished(dice)})});
    h.flights.push_back({true, joined({change_cipher_spec(), encrypted_finished(dice)})});
}

/// After the ServerHello all is protected: EncryptedExtensions, Certificate and CertificateVerify, Finished, each in a
/// record.
void tls13(Handshake& h, Kind kind, View session_id, Dice& dice) {
    Builder flight;
    flight.add(record(kHandshake, server_hello(kind, session_id, dice))).add(change_cipher_spec());
    flight.add(application_record(32, dice));
    if (kind == Kind::tls13) flight.add(application_record(1900, dice)).add(application_record(281, dice));
    flight.add(application_record(53, dice));
    h.flights.push_back({false, flight.take()});
    h.flights.push_back({true, joined({change_cipher_spec(), application_record(53, dice)})});
    h.flights.push_back({false, application_record(234, dice)});  // NewSessionTicket
}

Truth truth_of(Kind kind, const std::string& sni, const Octets& random) {
    Truth t{sni, "TLS 1.2", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "h2", "no", "complete", random};
    if (kind == Kind::tls12_resumed) t.resumed = "session_id";
    if (kind == Kind::tls13 || kind == Kind::tls13_resumed) {
        t.version = "TLS 1.3";
        t.cipher = "TLS_AES_128_GCM_SHA256";
        t.alpn.clear();
        if (kind == Kind::tls13_resumed) t.resumed = "psk";
    }
    if (kind == Kind::alert) t = Truth{sni, "", "", "", "no", "failed", random};
    return t;
}

}  // namespace

Octets record(unsigned type, View body, unsigned version) {
    return Builder{}.u8(type).u16(version).block(2, body).take();
}

Octets message(unsigned type, View body) { return Builder{}.u8(type).block(3, body).take(); }

Octets application_record(std::size_t length, Dice& dice) { return record(kApplicationData, dice.octets(length)); }

Octets close_notify(Kind kind, Dice& dice) {
    const bool tls12 = kind == Kind::tls12 || kind == Kind::tls12_resumed;
    return tls12 ? record(kAlert, dice.octets(26)) : application_record(19, dice);
}

Handshake make_handshake(Kind kind, const std::string& sni, Dice& dice) {
    const Hello hello{dice.octets(32), kind == Kind::tls12 ? Octets{} : dice.octets(32)};
    Handshake h{truth_of(kind, sni, hello.random), {}};
    h.flights.push_back({true, client_hello(kind, sni, hello, dice)});
    switch (kind) {
        case Kind::tls12: tls12_full(h, dice); break;
        case Kind::tls12_resumed: tls12_resumed(h, hello.session_id, dice); break;
        case Kind::tls13:
        case Kind::tls13_resumed: tls13(h, kind, hello.session_id, dice); break;
        case Kind::alert: h.flights.push_back({false, record(kAlert, Octets{2, 40})}); break;
    }
    return h;
}

}  // namespace bench
