// The messages after the hellos: values, and what is odd about them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dissectors/tls/wire/alert.h"
#include "dissectors/tls/wire/certificate.h"
#include "dissectors/tls/wire/certificate_request.h"
#include "dissectors/tls/wire/certificate_status.h"
#include "dissectors/tls/wire/change_cipher_spec.h"
#include "dissectors/tls/wire/client_key_exchange.h"
#include "dissectors/tls/wire/empty.h"
#include "dissectors/tls/wire/encrypted_extensions.h"
#include "dissectors/tls/wire/new_session_ticket.h"
#include "dissectors/tls/wire/server_key_exchange.h"
#include "wire_messages.h"

namespace tlsscope::tls::testing {
namespace {

using ::testing::ElementsAre;

TEST(Certificate, ChainOfTls12) {
    const Wire w = Wire{}.vec24(Wire{}.vec24(text("leaf")).vec24(text("intermediate")).vec24(text("root")));
    Reader in{w.view()};
    const CertificateView12 view = read_certificate12(in);
    EXPECT_EQ(in.finish(), Fault::none);
    std::vector<std::string> chain;
    for (const auto& e : view.entries) chain.push_back(str(e.der));
    EXPECT_THAT(chain, ElementsAre("leaf", "intermediate", "root"));
    EXPECT_TRUE(view.whole);
    EXPECT_EQ(view.length, w.size() - 3);
}

TEST(Certificate, EmptyListAndEmptyCertificate) {  // S70
    const Wire none = Wire{}.vec24(Wire{});
    Reader in{none.view()};
    const CertificateView12 empty = read_certificate12(in);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_TRUE(empty.whole);
    EXPECT_EQ(empty.entries.count(), 0U);
    const Wire second = Wire{}.vec24(Wire{}.vec24(text("leaf")).vec24(Wire{}));
    Reader again{second.view()};
    const CertificateView12 two = read_certificate12(again);
    EXPECT_EQ(again.finish(), Fault::none);
    EXPECT_EQ(two.entries.count(), 2U);
    EXPECT_TRUE(two.oddities.has(Oddity::vec_empty));
}

TEST(Certificate, LeafOfACutChain) {  // S30
    const Wire w = Wire{}.vec24(Wire{}.vec24(text("leaf")).vec24(Wire{}.fill(9000, 1)));
    Reader in{w.view().first(5000), Edge::cut};
    const CertificateView12 view = read_certificate12(in);
    EXPECT_EQ(in.finish(), Fault::truncated);
    EXPECT_FALSE(view.whole);
    EXPECT_EQ(view.entries.count(), 1U);
    EXPECT_EQ(str(view.entries.begin()->der), "leaf");
    EXPECT_EQ(view.length, w.size() - 3);
    EXPECT_FALSE(view.oddities.any());
}

TEST(Certificate, LyingLengths) {
    const Wire outer = Wire{}.u24(100).vec24(text("leaf"));
    Reader in{outer.view()};
    const CertificateView12 long_list = read_certificate12(in);
    EXPECT_EQ(in.finish(), Fault::malformed);
    EXPECT_EQ(str(long_list.entries.begin()->der), "leaf");
    EXPECT_TRUE(long_list.oddities.has(Oddity::vec_overrun));
    const Wire inner = Wire{}.vec24(Wire{}.vec24(text("leaf")).u24(900).text("short"));
    Reader again{inner.view()};
    const CertificateView12 long_entry = read_certificate12(again);
    EXPECT_EQ(again.finish(), Fault::malformed);
    EXPECT_EQ(long_entry.entries.count(), 1U);
    EXPECT_FALSE(long_entry.whole);
}

TEST(Certificate, EntriesOfTls13HaveExtensions) {
    const Wire w =
        Wire{}.vec8(text("ctx")).vec24(Wire{}.vec24(text("leaf")).vec16(Wire{}.extension(5, text("stapled"))));
    Reader in{w.view()};
    const CertificateView13 view = read_certificate13(in);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_EQ(str(view.request_context), "ctx");
    EXPECT_EQ(str(view.entries.begin()->der), "leaf");
    EXPECT_EQ(str(view.entries.begin()->extensions.body(5)), "stapled");
    EXPECT_FALSE(view.entries.begin()->extensions.has(18));
}

TEST(CertificateRequest, ByVersion) {
    const Wire names = Wire{}.vec16(Wire{}.vec16(text("name 1")).vec16(text("name 2")));
    const Wire old = Wire{}.vec8(Wire{}.u8(1).u8(2)).bytes(names);
    Reader in10{old.view()};
    const auto cr10 = read_certificate_request12(in10, version::kTls10);
    EXPECT_EQ(in10.finish(), Fault::none);
    EXPECT_FALSE(cr10.signature_algorithms.has_value());
    EXPECT_EQ(cr10.authorities.count(), 2U);

    const Wire w = Wire{}.vec8(Wire{}.u8(1)).vec16(u16s({0x0401})).bytes(names);
    Reader in12{w.view()};
    const auto cr12 = read_certificate_request12(in12, version::kTls12);
    EXPECT_EQ(in12.finish(), Fault::none);
    EXPECT_THAT(*cr12.signature_algorithms, ElementsAre(0x0401));
    EXPECT_EQ(str(cr12.authorities.begin()->value), "name 1");

    const Wire e = Wire{}.extension(13, Wire{}.vec16(u16s({0x0804}))).extension(47, names);
    const Wire w13 = Wire{}.vec8(Wire{}).vec16(e);
    Reader in13{w13.view()};
    const auto cr13 = read_certificate_request13(in13);
    EXPECT_EQ(in13.finish(), Fault::none);
    EXPECT_THAT(*cr13.signature_algorithms, ElementsAre(0x0804));
    EXPECT_EQ(cr13.authorities.count(), 2U);
}

TEST(ServerKeyExchange, NamedCurveAndScheme) {
    const Wire w = ecdh_params().u16(0x0804).vec16(Wire{}.fill(256, 1));
    Reader in{w.view()};
    const auto ske = read_server_key_exchange(in, KeyExchange::ecdhe, version::kTls12);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_EQ(ske.named_curve, 29);
    EXPECT_EQ(ske.public_key.size(), 32U);
    EXPECT_EQ(ske.scheme, 0x0804);
    EXPECT_EQ(ske.signature.size(), 256U);
}

TEST(ServerKeyExchange, BeforeTls12ThereIsNoScheme) {
    const Wire w = ecdh_params().vec16(Wire{}.fill(256, 1));
    Reader in{w.view()};
    const auto ske = read_server_key_exchange(in, KeyExchange::ecdhe, version::kTls11);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_FALSE(ske.scheme.has_value());
}

TEST(ServerKeyExchange, ExplicitCurveIsNotReadFurther) {
    const Wire w = Wire{}.u8(1).fill(200, 7);
    Reader in{w.view()};
    const auto ske = read_server_key_exchange(in, KeyExchange::ecdhe, version::kTls12);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_EQ(ske.curve_type, 1);
    EXPECT_FALSE(ske.named_curve.has_value());
}

TEST(ServerKeyExchange, PrimeBits) {
    EXPECT_EQ(bit_length({}), 0U);
    EXPECT_EQ(bit_length(zeros(9).view()), 0U);
    EXPECT_EQ(bit_length(Wire{}.u8(1).view()), 1U);
    EXPECT_EQ(bit_length(Wire{}.u16(0x00ff).view()), 8U);
    const Wire w =
        Wire{}.vec16(Wire{}.fill(128, 0xff)).vec16(Wire{}.u8(2)).vec16(Wire{}.fill(128, 1)).vec16(zeros(128));
    Reader in{w.view()};
    const auto ske = read_server_key_exchange(in, KeyExchange::dhe, version::kTls10);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_EQ(bit_length(ske.prime), 1024U);
}

TEST(ServerKeyExchange, UnknownShapeIsSkipped) {
    const Wire w = text("whatever GOST sends");
    Reader in{w.view()};
    const auto ske = read_server_key_exchange(in, KeyExchange::gost, version::kTls12);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_FALSE(ske.known_shape);
}

TEST(ClientKeyExchange, EmptyForAFixedKey) {
    Reader in{Bytes{}};
    const auto cke = read_client_key_exchange(in, KeyExchange::ecdh, version::kTls12);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_TRUE(cke.known_shape && cke.public_key.empty());
}

TEST(ClientKeyExchange, RsaWithAndWithoutLength) {
    const Wire tls = Wire{}.vec16(Wire{}.fill(256, 1));
    Reader in{tls.view()};
    EXPECT_EQ(read_client_key_exchange(in, KeyExchange::rsa, version::kTls10).encrypted_premaster.size(), 256U);
    const Wire ssl = Wire{}.fill(128, 1);
    Reader old{ssl.view()};
    EXPECT_EQ(read_client_key_exchange(old, KeyExchange::rsa, version::kSsl3).encrypted_premaster.size(), 128U);
    EXPECT_EQ(old.finish(), Fault::none);
}

TEST(ClientKeyExchange, IdentityBeforeTheKey) {  // RFC 4279 section 3, RFC 5489 section 2
    const Wire dhe = Wire{}.vec16(text("me")).vec16(Wire{}.fill(128, 1));
    Reader in{dhe.view()};
    const auto cke = read_client_key_exchange(in, KeyExchange::dhe_psk, version::kTls12);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_EQ(str(cke.psk_identity.value()), "me");
    EXPECT_EQ(cke.public_key.size(), 128U);
    const Wire ecdhe = Wire{}.vec16(text("me")).vec8(Wire{}.fill(32, 1));
    Reader curve{ecdhe.view()};
    EXPECT_EQ(read_client_key_exchange(curve, KeyExchange::ecdhe_psk, version::kTls12).public_key.size(), 32U);
    EXPECT_EQ(curve.finish(), Fault::none);
}

TEST(CertificateStatus, ResponseStatus) {
    const auto status_of = [](const Wire& response) {
        const Wire w = Wire{}.u8(1).vec24(response);
        Reader in{w.view()};
        return read_certificate_status(in).response_status;
    };
    EXPECT_EQ(status_of(Wire{}.hex("30030a0100")), 0);
    EXPECT_EQ(status_of(Wire{}.hex("308201000a0100").fill(252, 0)), 0);
    EXPECT_EQ(status_of(Wire{}.hex("30030a0106")), 6);
    EXPECT_EQ(status_of(Wire{}.hex("0403020100")), std::nullopt);
    EXPECT_EQ(status_of(Wire{}.hex("300a")), std::nullopt);
}

TEST(CertificateStatus, ZeroLength) {  // S72
    const Wire w = Wire{}.u8(1).u24(0);
    Reader in{w.view()};
    const auto cs = read_certificate_status(in);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_TRUE(cs.response.empty());
    EXPECT_TRUE(cs.oddities.has(Oddity::vec_empty));
}

TEST(NewSessionTicket, BothForms) {
    const Wire old = Wire{}.u32(7200).vec16(text("ticket"));
    Reader in{old.view()};
    const auto t12 = read_new_session_ticket12(in);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_EQ(t12.lifetime, 7200U);
    EXPECT_EQ(str(t12.ticket), "ticket");
    const Wire w = Wire{}
                       .u32(604800)
                       .u32(1)
                       .vec8(text("n"))
                       .vec16(text("ticket"))
                       .vec16(Wire{}.extension(0x3a3a, Wire{}).extension(42, Wire{}.u32(0xffffffff)));
    Reader in13{w.view()};
    const auto t13 = read_new_session_ticket13(in13);
    EXPECT_EQ(in13.finish(), Fault::none);
    EXPECT_EQ(t13.max_early_data, 0xffffffffU);
    EXPECT_EQ(t13.extensions.count(), 2U);
}

TEST(EncryptedExtensions, AlpnAndFlags) {
    const Wire e =
        Wire{}.extension(16, Wire{}.vec16(Wire{}.vec8(text("h2")))).extension(42, Wire{}).extension(0, Wire{});
    const Wire w = Wire{}.vec16(e);
    Reader in{w.view()};
    const auto ee = read_encrypted_extensions(in);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_EQ(str(ee.alpn.value()), "h2");
    EXPECT_TRUE(ee.early_data && ee.server_name);
}

TEST(Alert, SeveralInOneRecord) {  // S61
    const Wire w = Wire{}.u8(1).u8(112).u8(2).u8(40);
    Reader in{w.view()};
    const AlertView warning = read_alert(in);
    const AlertView fatal = read_alert(in);
    EXPECT_EQ(in.finish(), Fault::none);
    EXPECT_FALSE(warning.fatal());
    EXPECT_EQ(warning.description, 112);
    EXPECT_TRUE(fatal.fatal());
    const Wire noise = Wire{}.u8(0x8f).u8(0x33);
    Reader ciphertext{noise.view()};
    EXPECT_FALSE(read_alert(ciphertext).plausible());
}

TEST(ChangeCipherSpec, OneByteOfOne) {  // S10
    const auto valid = [](const Wire& w) {
        Reader in{w.view()};
        const bool value = read_change_cipher_spec(in).valid();
        return value && in.finish() == Fault::none;
    };
    EXPECT_TRUE(valid(Wire{}.u8(1)));
    EXPECT_FALSE(valid(Wire{}.u8(2)));
    EXPECT_FALSE(valid(Wire{}.u8(1).u8(1)));
    EXPECT_FALSE(valid(Wire{}));
}

TEST(EmptyMessages, BodyIsTrailing) {
    Reader none{Bytes{}};
    EXPECT_FALSE(read_empty(none).oddities.any());
    EXPECT_EQ(none.finish(), Fault::none);
    const Wire w = text("x");
    Reader some{w.view()};
    EXPECT_TRUE(read_empty(some).oddities.has(Oddity::trailing));
    EXPECT_EQ(some.finish(), Fault::malformed);
}

}  // namespace
}  // namespace tlsscope::tls::testing
