// Torture cases of TLS for the whole engine, under every carrier: where segments end, what goes before, what follows.
#include <gtest/gtest.h>

#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;
using tls::testing::application;
using tls::testing::certificate;
using tls::testing::change_cipher_spec;
using tls::testing::client_hello;
using tls::testing::extension;
using tls::testing::fill;
using tls::testing::Hello;
using tls::testing::server_hello_done;
using tls::testing::server_key_exchange;
using tls::testing::sni_extension;
using tls::testing::text;
using tls::testing::u16;
using tls::testing::u24;
using tls::testing::u8;
using tls::testing::vec16;
using tls::testing::vec8;

const Facts kComplete = {{"sni", "www.example.com"}, {"version", "TLS 1.2"}, {"tls_outcome", "complete"}};

/// From a ClientHello on, to the close.
Scenario& rest_of_handshake(Scenario& s) {
    return s.server(flight12()).client(client_finish12()).server(server_finish12()).close();
}

Buffer in_records(std::size_t size, const Buffer& bytes, unsigned version = 0x0303) {
    Buffer out;
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        const Buffer piece(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                           bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), at + size)));
        out = out + tls_record(22, piece, version);
    }
    return out;
}

TEST(TortureTls, S9_DummyCcsBeforeTheServerHello) {
    Scenario s;
    s.handshake().client(hello13("www.example.com") + change_cipher_spec() + change_cipher_spec()).each(5);
    s.server(flight13()).client(client_finish13()).close();
    expect(s, {{"sni", "www.example.com"}, {"version", "TLS 1.3"}, {"tls_outcome", "complete"}});
}

TEST(TortureTls, S11_S12_AHelloInRecordsAndSegmentsOfAnySize) {
    const Buffer message = client_hello({});
    for (const std::size_t size : {std::size_t{1}, message.size() / 2 + 1}) {
        Scenario s;
        s.handshake().client(in_records(size, message, 0x0301)).each(100);
        expect(rest_of_handshake(s), kComplete);
    }
}

TEST(TortureTls, S13_S14_AHelloByteByByte) {
    Scenario s;
    s.handshake().client(hello("www.example.com")).each(1);
    expect(rest_of_handshake(s), kComplete);
}

TEST(TortureTls, S13_S14_CutInsideBothHeaders) {
    for (std::size_t cut = 1; cut <= 8; ++cut) {
        Scenario s;
        s.handshake().client(hello("www.example.com")).split({cut});
        expect(rest_of_handshake(s), kComplete);
    }
}

TEST(TortureTls, S15_S16_TheServersFlightInOddPieces) {
    const Buffer chain = certificate({fill(700, 0x30), fill(900, 0x31)});
    const Buffer hello_back = tls_record(22, tls::testing::server_hello({}));
    const Buffer flight = hello_back + in_records(chain.size() / 3 + 1, chain) +
                          tls_record(22, server_key_exchange() + server_hello_done());
    Scenario s;
    s.handshake().client(hello("www.example.com")).server(flight).each(333).reverse();
    s.client(client_finish12()).server(server_finish12()).close();
    Facts facts = kComplete;
    facts["chain_len"] = "2";
    expect(s, facts);
}

TEST(TortureTls, S17_AnAlertOrCcsBetweenFragments) {
    const Buffer message = client_hello({});
    const Buffer head(message.begin(), message.begin() + 30);
    const Buffer tail(message.begin() + 30, message.end());
    for (const Buffer& between : {tls::testing::alert(1, 90), change_cipher_spec()}) {
        Scenario s;
        s.handshake().client(tls_record(22, head) + between + tls_record(22, tail)).each(7);
        expect(rest_of_handshake(s), kComplete, {"hs_interleaved"});
    }
}

TEST(TortureTls, S19_TenThousandEmptyRecords) {
    Buffer bytes;
    for (int i = 0; i < 10000; ++i) bytes = std::move(bytes) + tls_record(22, {});
    Scenario s;
    s.handshake().client(hello("www.example.com") + bytes).each(1400);
    Facts facts = kComplete;
    facts["tls_records"] = "10007";
    expect(rest_of_handshake(s), facts, {"rec_zero"});
}

// Before there is anything by which to know a hello.
TEST(TortureTls, S19_TenThousandEmptyRecordsInFrontOfTheHello) {
    Buffer bytes;
    for (int i = 0; i < 10000; ++i) bytes = std::move(bytes) + tls_record(22, {});
    for (const std::size_t segment : {777U, 1400U}) {
        Scenario s;
        s.handshake().client(bytes + hello("www.example.com")).each(segment);
        Facts facts = kComplete;
        facts["tls_records"] = "10007";
        expect(rest_of_handshake(s), facts, {"rec_zero"});
    }
}

TEST(TortureTls, S25_ARecordOf65535Bytes) {
    Scenario s;
    s.handshake().client(hello("www.example.com")).server(flight12()).client(client_finish12());
    s.server(server_finish12()).server(u8(23) + u16(0x0303) + u16(0xffff) + fill(0xffff)).each(1400).close();
    expect(s, kComplete, {"tls_desync"});
}

TEST(TortureTls, S28_UnknownRecordTypes) {
    Scenario s;
    s.handshake().client(hello("www.example.com") + tls_record(99, fill(5)) + tls_record(25, fill(9))).each(3);
    expect(rest_of_handshake(s), kComplete, {"rec_unknown"});
}

TEST(TortureTls, S29_AnEndlessMessage) {
    Buffer endless = tls_record(22, u8(11) + u24(0xffffff) + fill(1000));
    for (int i = 0; i < 20; ++i) endless = std::move(endless) + tls_record(22, fill(16000));
    Scenario s;
    s.handshake().client(hello("www.example.com")).server(endless).each(1400).close();
    expect(s, {{"sni", "www.example.com"}, {"tls_outcome", "closed_by_client"}},
           {"hs_order", "hs_over_cap", "chain_over_cap", "handshake_closed"});
}

TEST(TortureTls, S54_S55_LongHellosOverManySegments) {
    for (const std::size_t padding : {1400U, 65000U}) {
        Hello h;
        h.extensions.insert(h.extensions.begin(), extension(21, fill(padding, 0)));
        Scenario s;
        s.handshake().client(in_records(16384, client_hello(h), 0x0301)).each(1400).shuffle(7);
        Facts facts = kComplete;
        facts["client_hello_bytes"] = std::to_string(client_hello(h).size());
        expect(rest_of_handshake(s), facts);
    }
}

/// Lengths of the suites, of no session id, and of a challenge of 16 bytes.
Buffer vec_sizes(const Buffer& suites) { return u16(static_cast<unsigned>(suites.size())) + u16(0) + u16(16); }

Buffer ssl2_hello() {
    const Buffer suites = u24(0xc02f) + u24(0x002f) + u24(0x010080);
    const Buffer body = u8(1) + u16(0x0303) + vec_sizes(suites) + suites + fill(16, 0x31);
    return u16(0x8000U + static_cast<unsigned>(body.size())) + body;
}

TEST(TortureTls, S59_AnSsl2HelloThatAsksForTls) {
    for (const std::size_t segment : {1U, 500U}) {
        Scenario s;
        s.handshake().client(ssl2_hello()).each(segment);
        expect(rest_of_handshake(s),
               {{"version", "TLS 1.2"},
                {"ciphers_offered", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_128_CBC_SHA"},
                {"tls_outcome", "complete"}},
               {"sslv2"});
    }
}

const Facts kRefused = {
    {"tls_outcome", "alert"}, {"outcome", "failed"}, {"alert", "handshake_failure"}, {"alert_from", "server"}};

TEST(TortureTls, S60_S61_S62_AlertsInTheClear) {
    using tls::testing::alert;
    const auto answered_with = [](const Buffer& bytes) {
        Scenario s;
        s.handshake().client(hello("www.example.com")).server(bytes).each(1).close();
        return s;
    };
    expect(answered_with(alert(2, 40)), kRefused, {"no_common_parameters"});
    expect(answered_with(tls_record(21, u8(1) + u8(112) + u8(2) + u8(40))), kRefused,
           {"alert_multi", "no_common_parameters"});
    expect(answered_with(tls_record(21, u8(2)) + tls_record(21, u8(40))), kRefused,
           {"alert_split", "no_common_parameters"});
}

TEST(TortureTls, S63_AnEncryptedAlert) {
    Scenario s;
    s.handshake().client(hello("www.example.com")).server(flight12()).client(client_finish12());
    s.server(tls_record(21, fill(26, 0x77))).each(4).close();
    expect(s, {{"tls_outcome", "alert"}, {"alert", ""}, {"alert_from", "server"}}, {"enc_alert", "handshake_alert"});
}

TEST(TortureTls, S64_DataFirst) {
    Scenario s;
    s.handshake().client(application(100)).client(hello("www.example.com"));
    expect(rest_of_handshake(s), kComplete, {"data_before_finish"});
}

TEST(TortureTls, S65_HttpOnPort443) {
    Scenario s;
    s.handshake().client(text("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"));
    s.server(text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).close();
    expect(s, {{"service", ""}, {"sni", ""}, {"tls_outcome", ""}}, {"plaintext_on_tls_port"});
}

TEST(TortureTls, S66_NoiseBehindARecordHeader) {
    Scenario s;
    s.handshake().client(Buffer{0x16, 0x03, 0x01} + fill(300, 0xa5)).server(fill(300, 0x9a)).close();
    expect(s, {{"service", ""}, {"sni", ""}, {"tls_outcome", ""}});
}

/// What is said before the ClientHello, the client's and the server's turns.
struct Turn {
    Side from;
    Buffer bytes;
};

Scenario behind(const std::vector<Turn>& turns, std::uint16_t port) {
    Scenario s;
    s.connection(40000, port).handshake();
    for (const Turn& t : turns) t.from == Side::client ? s.client(t.bytes) : s.server(t.bytes);
    s.client(hello("www.example.com"));
    rest_of_handshake(s);
    return s;
}

Turn asks(std::string_view words) { return {Side::client, text(words)}; }
Turn says(std::string_view words) { return {Side::server, text(words)}; }

TEST(TortureTls, S67_AnyPort) { expect(behind({}, 12345), kComplete); }

TEST(TortureTls, S67_StarttlsOfTextProtocols) {
    const Turn greeting = says("220 mail.example ESMTP\r\n");
    expect(behind({greeting, asks("EHLO x\r\n"), says("250-mail.example\r\n250 STARTTLS\r\n"), asks("STARTTLS\r\n"),
                   says("220 go ahead\r\n")},
                  25),
           kComplete);
    expect(behind({says("* OK IMAP4rev1\r\n"), asks("a1 STARTTLS\r\n"), says("a1 OK begin\r\n")}, 143), kComplete);
    expect(behind({says("+OK POP3\r\n"), asks("STLS\r\n"), says("+OK begin\r\n")}, 110), kComplete);
    expect(behind({asks("<stream:stream to='a.example'>"), says("<stream:features><starttls/></stream:features>"),
                   asks("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), says("<proceed/>")},
                  5222),
           kComplete);
}

TEST(TortureTls, S67_SslRequestOfPostgresql) {
    const Turn ssl_request = {Side::client, Buffer{0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f}};
    expect(behind({ssl_request, says("S")}, 5432), kComplete);
}

// RFC 4511 section 4.14: an ExtendedRequest with the OID of StartTLS, and its response.
TEST(TortureTls, S67_StarttlsOfLdap) {
    const Buffer start_tls = Buffer{0x30, 0x1d, 2, 1, 1, 0x77, 0x18, 0x80, 0x16} + text("1.3.6.1.4.1.1466.20037");
    const Buffer granted{0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0};
    expect(behind({{Side::client, start_tls}, {Side::server, granted}}, 389), kComplete);
}

TEST(TortureTls, S67_SslRequestOfMysql) {
    const Buffer greeting = Buffer{0x4a, 0, 0, 0, 0x0a} + text("8.0.36") + fill(67, 0);
    const Buffer ssl_request = u8(0x20) + u16(0) + u8(1) + fill(32, 0);
    expect(behind({{Side::server, greeting}, {Side::client, ssl_request}}, 3306), kComplete);
}

TEST(TortureTls, S67_ProxiesInFront) {
    expect(behind({asks("CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n"),
                   says("HTTP/1.1 200 Connection established\r\n\r\n")},
                  3128),
           kComplete);
    const Buffer proxy1 = text("PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n");
    const Buffer proxy2 = text("\r\n\r\n") + u8(0) + text("\r\nQUIT\n") + u8(0x21) + u8(0x11) + vec16(fill(12));
    for (const Buffer& proxy : {proxy1, proxy2}) {
        expect(behind({{Side::client, proxy}}, 443), kComplete);
        Scenario together;
        together.handshake().client(proxy + hello("www.example.com"));
        expect(rest_of_handshake(together), kComplete);
    }
}

// The preface in segments of one byte: more segments than a hello has to come within.
TEST(TortureTls, S67_ByteByByte) {
    const Buffer connect = text("CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
    for (const Buffer& preface : {connect, text("PROXY TCP4 192.0.2.1 192.0.2.2 40000 443\r\n")}) {
        Scenario s;
        s.handshake().client(preface).each(1).client(hello("www.example.com")).each(1);
        expect(rest_of_handshake(s), kComplete);
    }
}

TEST(TortureTls, S68_TwoHellosOfTheClient) {
    Scenario s;
    const Hello other{.random = fill(32, 0x12), .extensions = {sni_extension("other.example")}};
    s.handshake().client(hello("www.example.com")).client(tls_record(22, client_hello(other)));
    expect(rest_of_handshake(s), kComplete, {"hs_order"});
}

// As after a HelloRetryRequest, but the server never sent one.
TEST(TortureTls, S68_TheSameHelloTwice) {
    Scenario s;
    s.handshake().client(hello("www.example.com")).client(hello("www.example.com"));
    expect(rest_of_handshake(s), kComplete, {"hs_order"});
}

TEST(TortureTls, S71_AThousandCertificates) {
    const Buffer flight = tls_record(22, tls::testing::server_hello({})) +
                          in_records(16000, certificate(std::vector<Buffer>(1000, fill(100, 0x30)))) +
                          tls_record(22, server_key_exchange() + server_hello_done());
    Scenario s;
    s.handshake().client(hello("www.example.com")).server(flight).each(1400);
    s.client(client_finish12()).server(server_finish12()).close();
    Facts facts = kComplete;
    facts["chain_len"] = "1000";
    expect(s, facts, {"chain_long"});
}

}  // namespace
}  // namespace tlsscope::pipeline
