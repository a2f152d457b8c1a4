#include "dissectors/tls/wire/record.h"

#include <gtest/gtest.h>

#include "dissectors/tls/wire/handshake.h"
#include "dissectors/tls/wire/sslv2.h"
#include "wire_messages.h"

namespace tlsscope::tls::testing {
namespace {

using bytes::Reader;

Wire handshake(std::uint8_t type, const Wire& body) { return Wire{}.u8(type).vec24(body); }
Wire record(std::uint16_t version, const Wire& fragment) { return Wire{}.u8(22).u16(version).vec16(fragment); }
HelloGuess guess(const Wire& w) { return guess_hello(w.view()); }

TEST(Record, Header) {
    const Wire w = Wire{}.u8(23).u16(0x0303).u16(0x4100);
    Reader in{w.view()};
    const RecordHeader h = read_record_header(in);
    EXPECT_EQ(h.type, ContentType::application_data);
    EXPECT_EQ(h.version, 0x0303);
    EXPECT_EQ(h.length, 0x4100);
    EXPECT_EQ(in.finish(), bytes::Fault::none);
}

TEST(Record, Plausible) {
    const auto plausible = [](std::uint8_t type, std::uint16_t version, std::uint16_t length) {
        return is_plausible_record_header(Wire{}.u8(type).u16(version).u16(length).view());
    };
    EXPECT_TRUE(plausible(22, 0x0301, 512));
    EXPECT_TRUE(plausible(23, 0x0303, 0));
    EXPECT_TRUE(plausible(23, 0x0303, kMaxCiphertext12));
    EXPECT_FALSE(plausible(23, 0x0303, kMaxCiphertext12 + 1));
    EXPECT_FALSE(plausible(22, 0x0303, 0));
    EXPECT_FALSE(plausible(19, 0x0303, 4));
    EXPECT_FALSE(plausible(25, 0x0303, 4));
    EXPECT_FALSE(plausible(22, 0x0305, 4));
    EXPECT_FALSE(plausible(22, 0x1603, 4));
    EXPECT_FALSE(is_plausible_record_header(Wire{}.u8(22).u16(0x0301).u8(2).view()));
}

TEST(GuessHello, EveryRecordVersionOnAStructurallyValidHello) {  // S26 S27
    const Wire hello = handshake(1, rfc8448_client_hello());
    for (const std::uint16_t version :
         std::initializer_list<std::uint16_t>{0x0300, 0x0301, 0x0303, 0x0304, 0x03ff, 0x7f17, 0}) {
        EXPECT_EQ(guess(record(version, hello)), HelloGuess::client_hello) << version;
    }
    EXPECT_EQ(guess(record(0x0303, handshake(2, rfc8448_server_hello()))), HelloGuess::server_hello);
}

TEST(GuessHello, EveryPrefixWaitsOrKnows) {
    for (const std::uint16_t version : std::initializer_list<std::uint16_t>{0x0301, 0x0000}) {
        const Wire w = record(version, handshake(1, rfc8448_client_hello()));
        bool known = false;
        for (std::size_t n = 0; n <= w.size(); ++n) {
            const HelloGuess g = guess_hello(w.view().first(n));
            EXPECT_NE(g, HelloGuess::no) << n;
            EXPECT_FALSE(known && g == HelloGuess::need_more) << n;
            known = g == HelloGuess::client_hello;
        }
        EXPECT_TRUE(known);
    }
}

TEST(GuessHello, OneByteRecords) {  // S12, S18: with empty records between
    Wire w;
    const Wire hello = handshake(1, rfc8448_client_hello());
    for (const std::uint8_t b : hello.data()) w.bytes(record(0x0301, Wire{}.u8(b))).bytes(record(0x0301, Wire{}));
    EXPECT_EQ(guess(w), HelloGuess::client_hello);
}

TEST(GuessHello, EndlessMessageIsStillAHello) {  // S29
    Wire body = rfc8448_client_hello();
    const Wire endless = Wire{}.u8(1).u24(0xffffff).bytes(body);
    EXPECT_EQ(guess(record(0x0301, endless)), HelloGuess::client_hello);
}

TEST(GuessHello, OddListsInAWholeRecord) {  // S50 S51
    const Wire long_id =
        Wire{}.u16(0x0303).fill(32, 1).vec8(Wire{}.fill(33, 2)).vec16(u16s({0x1301})).vec8(Wire{}.u8(0));
    EXPECT_EQ(guess(record(0x0301, handshake(1, long_id))), HelloGuess::client_hello);
    const Wire list = Wire{}.u16(0x0303).fill(32, 1).vec8(Wire{}).u16(65534).u16(0x1301).vec8(Wire{}.u8(0));
    EXPECT_EQ(guess(record(0x0301, handshake(1, list))), HelloGuess::client_hello);
}

TEST(GuessHello, OtherThings) {  // S65 S66
    EXPECT_EQ(guess(text("GET / HTTP/1.1\r\n")), HelloGuess::no);
    EXPECT_EQ(guess(text("SSH-2.0-OpenSSH_9.2")), HelloGuess::no);
    EXPECT_EQ(guess(Wire{}.hex("160301ffff01000000")), HelloGuess::no);
    EXPECT_EQ(guess(record(0x0301, Wire{}.hex("16e3a9d177c3559eaa0b"))), HelloGuess::no);
    EXPECT_EQ(guess(record(0x0301, handshake(1, Wire{}.u16(0x0303).fill(8, 0)))), HelloGuess::no);
    EXPECT_EQ(guess(record(0x0301, handshake(1, Wire{}.u16(0x4444).fill(60, 0)))), HelloGuess::no);
    EXPECT_EQ(guess(record(0x0301, handshake(11, rfc8448_client_hello()))), HelloGuess::no);
    // Random bytes after an odd version: the lengths do not fit.
    EXPECT_EQ(guess(record(0x1234, handshake(1, Wire{}.u16(0x0303).fill(32, 1).fill(40, 0xee)))), HelloGuess::no);
}

TEST(Handshake, HeaderAndKnownTypes) {
    const Wire w = Wire{}.u8(11).u24(0x012345);
    Reader in{w.view()};
    const HandshakeHeader h = read_handshake_header(in);
    EXPECT_EQ(h.type, HandshakeType::certificate);
    EXPECT_EQ(h.length, 0x012345U);
    EXPECT_TRUE(is_known_handshake_type(HandshakeType::finished));
    EXPECT_FALSE(is_known_handshake_type(static_cast<HandshakeType>(99)));
}

TEST(Sslv2, ClientHelloInBothHeaders) {  // S59
    const Wire ciphers = Wire{}.u24(0x00002f).u24(0x010080);
    const Wire body = Wire{}.u8(1).u16(0x0301).u16(6).u16(0).u16(16).bytes(ciphers).fill(16, 0xc4);
    const Wire two = Wire{}.u16(0x8000U | body.size()).bytes(body);
    const Wire three = Wire{}.u16(body.size() + 3).u8(3).bytes(body).fill(3, 0);
    EXPECT_EQ(guess_sslv2(two.view()), Sslv2Guess::client_hello);
    EXPECT_EQ(guess_sslv2(three.view()), Sslv2Guess::client_hello);

    Reader in{three.view()};
    const Sslv2Header h = read_sslv2_header(in);
    EXPECT_EQ(h.size, 3);
    EXPECT_EQ(h.length, body.size() + 3);
    EXPECT_EQ(h.padding, 3);
    Reader message{in.take(body.size())};
    const Sslv2ClientHelloView ch = read_sslv2_client_hello(message);
    EXPECT_EQ(message.finish(), bytes::Fault::none);
    EXPECT_EQ(ch.version, 0x0301);
    ASSERT_EQ(ch.ciphers.size(), 2U);
    EXPECT_EQ(ch.ciphers[0], 0x2fU);
    EXPECT_EQ(ch.ciphers[1], 0x010080U);
    EXPECT_EQ(ch.challenge.size(), 16U);
}

TEST(Sslv2, ServerHello) {
    const Wire body = Wire{}.u8(4).u8(0).u8(1).u16(2).u16(4).u16(3).u16(16).text("cert").u24(0x010080).fill(16, 0xc4);
    const Wire w = Wire{}.u16(0x8000U | body.size()).bytes(body);
    EXPECT_EQ(guess_sslv2(w.view()), Sslv2Guess::server_hello);
    Reader message{body.view()};
    const Sslv2ServerHelloView sh = read_sslv2_server_hello(message);
    EXPECT_EQ(message.finish(), bytes::Fault::none);
    EXPECT_EQ(str(sh.certificate), "cert");
    EXPECT_EQ(sh.connection_id.size(), 16U);
}

TEST(Sslv2, LengthsMustAddUp) {
    const Wire ciphers = Wire{}.u24(0x010080);
    const Wire body = Wire{}.u8(1).u16(0x0002).u16(3).u16(0).u16(16).bytes(ciphers).fill(16, 0xc4);
    const Wire good = Wire{}.u16(0x8000U | body.size()).bytes(body);
    const Wire bad = Wire{}.u16(0x8000U | (body.size() + 1)).bytes(body);
    EXPECT_EQ(guess_sslv2(good.view()), Sslv2Guess::client_hello);
    EXPECT_EQ(guess_sslv2(bad.view()), Sslv2Guess::no);
    EXPECT_EQ(guess_sslv2(good.view().first(10)), Sslv2Guess::need_more);
    EXPECT_EQ(guess_sslv2(text("GET / HTTP").view()), Sslv2Guess::no);
    EXPECT_EQ(guess_sslv2(text("220 mail.example ESMTP").view()), Sslv2Guess::no);
}

}  // namespace
}  // namespace tlsscope::tls::testing
