#include "handshake.h"

#include <array>

#include "certificates.h"
#include "hello.h"

namespace bench {

namespace {

constexpr unsigned kAlert = 21;
constexpr unsigned kHandshake = 22;
constexpr unsigned kApplicationData = 23;
constexpr unsigned kUnknownCa = 48;
constexpr unsigned kHandshakeFailure = 40;

/// A row of the truth file, as far as the kind says it.
struct Facts {
    Kind kind;
    const char* name;
    const char* group;
    const char* resumed;
    const char* client_auth;
};

constexpr std::array<Facts, 12> kFacts{{
    {Kind::tls12, "tls12", "x25519", "no", "none"},
    {Kind::tls12_resumed, "tls12-session-id", "", "session_id", ""},
    {Kind::tls12_ticket, "tls12-ticket", "", "ticket", ""},
    {Kind::tls12_client_cert, "tls12-client-cert", "x25519", "no", "sent"},
    {Kind::tls12_refused, "tls12-refused", "x25519", "no", "none"},
    {Kind::tls13, "tls13", "x25519", "no", "none"},
    {Kind::tls13_resumed, "tls13-psk", "x25519", "psk", "none"},
    {Kind::tls13_retry, "tls13-retry", "secp256r1", "no", "none"},
    {Kind::tls13_client_cert, "tls13-client-cert", "x25519", "no", "sent"},
    {Kind::tls13_refused, "tls13-refused", "x25519", "no", ""},
    {Kind::tls13_post_quantum, "tls13-post-quantum", "X25519MLKEM768", "no", "none"},
    {Kind::alert, "alert", "", "no", ""},
}};

Octets change_cipher_spec() { return Octets{20, 3, 3, 0, 1, 1}; }

Octets joined(std::initializer_list<Octets> parts) {
    Builder b;
    for (const Octets& p : parts) b.add(p);
    return b.take();
}

Octets certificate_message_of(std::initializer_list<std::string_view> chain) {
    Builder certificates;
    for (const std::string_view hex : chain) certificates.block(3, from_hex(hex));
    return message(11, Builder{}.block(3, certificates.view()).view());
}

const Octets& certificate_message() {
    static const Octets kMessage = certificate_message_of({kLeafHex, kIssuerHex});
    return kMessage;
}

/// A client's chain is one certificate here.
const Octets& client_certificate_message() {
    static const Octets kMessage = certificate_message_of({kLeafHex});
    return kMessage;
}

/// RFC 8422 section 5.4: x25519, rsa_pkcs1_sha256.
Octets server_key_exchange(Dice& dice) {
    Builder b;
    b.u8(3).u16(groups::kX25519).block(1, dice.octets(32)).u16(0x0401).block(2, dice.octets(256));
    return message(12, b.view());
}

/// RFC 5246 section 7.4.4: rsa_sign and ecdsa_sign, two signature algorithms, no names of CAs.
Octets certificate_request() {
    return message(13, Builder{}.block(1, Octets{1, 64}).block(2, Octets{4, 3, 4, 1}).u16(0).view());
}

Octets client_key_exchange(Dice& dice) { return message(16, Builder{}.block(1, dice.octets(32)).view()); }

Octets certificate_verify(Dice& dice) { return message(15, Builder{}.u16(0x0401).block(2, dice.octets(256)).view()); }

/// AES-GCM in TLS 1.2: 8 bytes of explicit nonce, 16 of message, 16 of tag.
Octets encrypted_finished(Dice& dice) { return record(kHandshake, dice.octets(40)); }

Octets plain_alert(unsigned description) { return record(kAlert, Octets{2, static_cast<std::uint8_t>(description)}); }

void tls12_full(Handshake& h, Kind kind, Dice& dice) {
    const bool client_cert = kind == Kind::tls12_client_cert;
    const Octets flight =
        joined({server_hello(kind, dice.octets(32), dice), certificate_message(), server_key_exchange(dice),
                client_cert ? certificate_request() : Octets{}, message(14, {})});
    h.flights.push_back({false, record(kHandshake, flight)});
    if (kind == Kind::tls12_refused) {
        h.flights.push_back({true, plain_alert(kUnknownCa)});
        return;
    }
    const Octets answer =
        client_cert ? joined({client_certificate_message(), client_key_exchange(dice), certificate_verify(dice)})
                    : client_key_exchange(dice);
    h.flights.push_back({true, joined({record(kHandshake, answer), change_cipher_spec(), encrypted_finished(dice)})});
    h.flights.push_back({false, joined({change_cipher_spec(), encrypted_finished(dice)})});
}

void tls12_abbreviated(Handshake& h, Kind kind, View session_id, Dice& dice) {
    const Octets hello = record(kHandshake, server_hello(kind, session_id, dice));
    h.flights.push_back({false, joined({hello, change_cipher_spec(), encrypted_finished(dice)})});
    h.flights.push_back({true, joined({change_cipher_spec(), encrypted_finished(dice)})});
}

/// After the ServerHello all is protected: EncryptedExtensions, CertificateRequest, Certificate and CertificateVerify,
/// Finished, each in a record.
void tls13_server_flight(Handshake& h, Kind kind, View session_id, Dice& dice) {
    Builder flight;
    flight.add(record(kHandshake, server_hello(kind, session_id, dice)));
    // With a HelloRetryRequest the compatibility record has come already (RFC 8446 appendix D.4).
    if (kind != Kind::tls13_retry) flight.add(change_cipher_spec());
    flight.add(application_record(32, dice));
    if (kind == Kind::tls13_client_cert) flight.add(application_record(47, dice));
    if (kind != Kind::tls13_resumed) flight.add(application_record(1900, dice)).add(application_record(281, dice));
    flight.add(application_record(53, dice));
    h.flights.push_back({false, flight.take()});
}

void tls13(Handshake& h, Kind kind, View session_id, Dice& dice) {
    tls13_server_flight(h, kind, session_id, dice);
    Builder answer;
    if (kind != Kind::tls13_retry) answer.add(change_cipher_spec());
    if (kind == Kind::tls13_refused) {
        h.flights.push_back({true, answer.add(application_record(19, dice)).take()});
        return;
    }
    if (kind == Kind::tls13_client_cert) answer.add(application_record(949, dice)).add(application_record(281, dice));
    h.flights.push_back({true, answer.add(application_record(53, dice)).take()});
    h.flights.push_back({false, application_record(234, dice)});  // NewSessionTicket
}

void tls13_retry(Handshake& h, const std::string& sni, const Hello& hello, Dice& dice) {
    h.flights.push_back(
        {false, joined({record(kHandshake, hello_retry_request(hello.session_id)), change_cipher_spec()})});
    const Octets second = client_hello(Kind::tls13_retry, sni, hello, true, dice);
    h.flights.push_back({true, joined({change_cipher_spec(), record(kHandshake, second)})});
    tls13(h, Kind::tls13_retry, hello.session_id, dice);
}

Truth truth_of(Kind kind, const std::string& sni, const Octets& random) {
    const Facts& f = kFacts.at(static_cast<std::size_t>(kind));
    Truth t;
    t.kind = f.name;
    t.tls = "yes";
    t.sni = sni;
    t.group = f.group;
    t.resumed = f.resumed;
    t.retried = kind == Kind::tls13_retry ? "yes" : "no";
    t.client_auth = f.client_auth;
    t.outcome = fails(kind) ? "failed" : "complete";
    t.client_random = random;
    if (kind == Kind::alert) return t;  // no ServerHello: nothing was chosen
    t.version = is_tls12(kind) ? "TLS 1.2" : "TLS 1.3";
    t.cipher = is_tls12(kind) ? "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" : "TLS_AES_128_GCM_SHA256";
    if (is_tls12(kind)) t.alpn = "h2";  // TLS 1.3 encrypts it
    return t;
}

/// TLS 1.2 clients without anything to resume send no session ID.
bool has_session_id(Kind kind) { return !is_tls12(kind) || kind == Kind::tls12_resumed || kind == Kind::tls12_ticket; }

}  // namespace

Octets record(unsigned type, View body, unsigned version) {
    return Builder{}.u8(type).u16(version).block(2, body).take();
}

Octets message(unsigned type, View body) { return Builder{}.u8(type).block(3, body).take(); }

Octets application_record(std::size_t length, Dice& dice) { return record(kApplicationData, dice.octets(length)); }

Octets close_notify(Kind kind, Dice& dice) {
    return is_tls12(kind) ? record(kAlert, dice.octets(26)) : application_record(19, dice);
}

Handshake make_handshake(Kind kind, const std::string& sni, Dice& dice) {
    const Hello hello{dice.octets(32), has_session_id(kind) ? dice.octets(32) : Octets{}};
    Handshake h{truth_of(kind, sni, hello.random), {}};
    h.flights.push_back({true, record(kHandshake, client_hello(kind, sni, hello, false, dice), 0x0301)});
    switch (kind) {
        case Kind::tls12:
        case Kind::tls12_client_cert:
        case Kind::tls12_refused: tls12_full(h, kind, dice); break;
        case Kind::tls12_resumed:
        case Kind::tls12_ticket: tls12_abbreviated(h, kind, hello.session_id, dice); break;
        case Kind::tls13_retry: tls13_retry(h, sni, hello, dice); break;
        case Kind::tls13:
        case Kind::tls13_resumed:
        case Kind::tls13_client_cert:
        case Kind::tls13_refused:
        case Kind::tls13_post_quantum: tls13(h, kind, hello.session_id, dice); break;
        case Kind::alert: h.flights.push_back({false, plain_alert(kHandshakeFailure)}); break;
    }
    return h;
}

}  // namespace bench
