#include "dissectors/tls/names.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "dissectors/tls/meanings.h"
#include "dissectors/tls/names_tables.h"

namespace tlsscope::tls {
namespace {

TEST(Names, SpotChecks) {
    EXPECT_EQ(name_of(cipher_name, 0x1301), "TLS_AES_128_GCM_SHA256");
    EXPECT_EQ(name_of(cipher_name, 0xc02f), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    EXPECT_EQ(name_of(cipher_name, 0xc0b4), "TLS_SHA256_SHA256");
    EXPECT_EQ(name_of(cipher_name, 0x010080), "SSL_CK_RC4_128_WITH_MD5");
    EXPECT_EQ(name_of(group_name, 29), "x25519");
    EXPECT_EQ(name_of(group_name, 4588), "X25519MLKEM768");
    EXPECT_EQ(name_of(group_name, 0x6399), "X25519Kyber768Draft00");
    EXPECT_EQ(name_of(group_name, 513), "MLKEM768");
    EXPECT_EQ(name_of(extension_name, 0), "server_name");
    EXPECT_EQ(name_of(extension_name, 65037), "encrypted_client_hello");
    EXPECT_EQ(name_of(extension_name, 17613), "application_settings");
    EXPECT_EQ(name_of(alert_name, 40), "handshake_failure");
    EXPECT_EQ(name_of(alert_name, 21), "decryption_failed");
    EXPECT_EQ(name_of(content_type_name, 23), "application_data");
    EXPECT_EQ(name_of(compression_name, 1), "DEFLATE");
    EXPECT_EQ(name_of(ec_point_format_name, 0), "uncompressed");
    EXPECT_EQ(name_of(psk_mode_name, 1), "psk_dhe_ke");
    EXPECT_EQ(name_of(client_certificate_type_name, 64), "ecdsa_sign");
    EXPECT_EQ(name_of(certificate_compression_name, 2), "brotli");
}

TEST(Names, HandshakeTypesAreTheRfcsStructs) {
    EXPECT_EQ(name_of(handshake_type_name, 0), "HelloRequest");
    EXPECT_EQ(name_of(handshake_type_name, 1), "ClientHello");
    EXPECT_EQ(name_of(handshake_type_name, 5), "EndOfEarlyData");
    EXPECT_EQ(name_of(handshake_type_name, 12), "ServerKeyExchange");
    EXPECT_EQ(name_of(handshake_type_name, 14), "ServerHelloDone");
    EXPECT_EQ(name_of(handshake_type_name, 67), "NextProtocol");
    EXPECT_EQ(name_of(handshake_type_name, 99), "0x0063");
}

TEST(Names, UnknownCodesAndGrease) {
    EXPECT_EQ(name_of(cipher_name, 0x1a2b), "0x1a2b");
    EXPECT_EQ(name_of(cipher_name, 0x123456), "0x123456");
    EXPECT_EQ(name_of(cipher_name, 0x0a0a), "GREASE (0x0a0a)");
    EXPECT_EQ(name_of(group_name, 0xfafa), "GREASE (0xfafa)");
    EXPECT_EQ(name_of(extension_name, 0x3a3a), "GREASE (0x3a3a)");
    EXPECT_EQ(name_of(alert_name, 0x0a0a), "0x0a0a");
}

TEST(Names, Versions) {
    EXPECT_EQ(name_of(version_name, 0x0002), "SSL 2.0");
    EXPECT_EQ(name_of(version_name, 0x0300), "SSL 3.0");
    EXPECT_EQ(name_of(version_name, 0x0301), "TLS 1.0");
    EXPECT_EQ(name_of(version_name, 0x0304), "TLS 1.3");
    EXPECT_EQ(name_of(version_name, 0xfeff), "DTLS 1.0");
    EXPECT_EQ(name_of(version_name, 0xfefd), "DTLS 1.2");
    EXPECT_EQ(name_of(version_name, 0xfefc), "DTLS 1.3");
    EXPECT_EQ(name_of(version_name, 0x7f1c), "TLS 1.3 draft 28");  // S47
    EXPECT_EQ(name_of(version_name, 0xfb1a), "TLS 1.3 Facebook draft 26");
    EXPECT_EQ(name_of(version_name, 0x0305), "0x0305");
    EXPECT_EQ(name_of(version_name, 0x8a8a), "GREASE (0x8a8a)");
}

TEST(Names, SignatureSchemesAndThePairsOfTls12) {
    EXPECT_EQ(name_of(signature_scheme_name, 0x0804), "rsa_pss_rsae_sha256");
    EXPECT_EQ(name_of(signature_scheme_name, 0x0904), "mldsa44");
    EXPECT_EQ(name_of(signature_scheme_name, 0x0202), "sha1+dsa");
    EXPECT_EQ(name_of(signature_scheme_name, 0x0301), "sha224+rsa");
    EXPECT_EQ(name_of(signature_scheme_name, 0x0101), "md5+rsa");
    EXPECT_EQ(name_of(signature_scheme_name, 0x7777), "0x7777");
    EXPECT_EQ(name_of(signature_scheme_name, 0x1a1a), "GREASE (0x1a1a)");
}

TEST(Names, AppendKeepsWhatIsThere) {
    std::string out = "x: ";
    group_name(23, out);
    EXPECT_EQ(out, "x: secp256r1");
}

TEST(Grease, ExactlySixteen) {
    int n = 0;
    for (std::uint32_t code = 0; code <= 0xffff; ++code) n += is_grease(code) ? 1 : 0;
    EXPECT_EQ(n, 16);
    EXPECT_FALSE(is_grease(0x0a1a));
    EXPECT_FALSE(is_grease(0x10a0a));
}

TEST(CipherProperties, KeyExchangeFromTheName) {
    EXPECT_EQ(key_exchange_of(0x1303), KeyExchange::tls13);
    EXPECT_EQ(key_exchange_of(0x002f), KeyExchange::rsa);
    EXPECT_EQ(key_exchange_of(0x0003), KeyExchange::rsa_export);
    EXPECT_EQ(key_exchange_of(0x0014), KeyExchange::dhe_export);
    EXPECT_EQ(key_exchange_of(0x0033), KeyExchange::dhe);
    EXPECT_EQ(key_exchange_of(0x0030), KeyExchange::dh);
    EXPECT_EQ(key_exchange_of(0x0017), KeyExchange::dh_anon);
    EXPECT_EQ(key_exchange_of(0xc02b), KeyExchange::ecdhe);
    EXPECT_EQ(key_exchange_of(0xc004), KeyExchange::ecdh);
    EXPECT_EQ(key_exchange_of(0xc018), KeyExchange::ecdh_anon);
    EXPECT_EQ(key_exchange_of(0x00a8), KeyExchange::psk);
    EXPECT_EQ(key_exchange_of(0x00ac), KeyExchange::rsa_psk);
    EXPECT_EQ(key_exchange_of(0x00aa), KeyExchange::dhe_psk);
    EXPECT_EQ(key_exchange_of(0xc0aa), KeyExchange::dhe_psk);  // TLS_PSK_DHE_WITH_AES_128_CCM_8
    EXPECT_EQ(key_exchange_of(0xc035), KeyExchange::ecdhe_psk);
    EXPECT_EQ(key_exchange_of(0xc01d), KeyExchange::srp);
    EXPECT_EQ(key_exchange_of(0x001e), KeyExchange::krb5);
    EXPECT_EQ(key_exchange_of(0xc100), KeyExchange::gost);
    EXPECT_EQ(key_exchange_of(0xc103), KeyExchange::tls13);
    EXPECT_EQ(key_exchange_of(0xc0b0), KeyExchange::eccpwd);
    EXPECT_EQ(key_exchange_of(0x0000), KeyExchange::none);
    EXPECT_EQ(key_exchange_of(0x00ff), KeyExchange::unknown);
    EXPECT_EQ(key_exchange_of(0x1a1a), KeyExchange::unknown);
    EXPECT_EQ(key_exchange_of(0x9999), KeyExchange::unknown);
}

TEST(CipherProperties, EveryRegisteredSuiteHasAKeyExchangeAndALabel) {
    for (const auto& [code, name] : tables::cipher_suites()) {
        if (code > 0xffff || !name.starts_with("TLS_") || name.ends_with("_SCSV")) continue;
        const KeyExchange kind = key_exchange_of(static_cast<std::uint16_t>(code));
        const bool odd = name.starts_with("TLS_CECPQ1") || name.starts_with("TLS_ECJPAKE");
        EXPECT_EQ(kind == KeyExchange::unknown, odd) << name;
        EXPECT_EQ(key_exchange_label(kind).empty(), odd) << name;
    }
}

TEST(CipherProperties, TheRest) {
    EXPECT_TRUE(is_tls13_cipher(0x1301));
    EXPECT_TRUE(is_tls13_cipher(0x00c6));
    EXPECT_TRUE(is_tls13_cipher(0xc0b4));
    EXPECT_FALSE(is_tls13_cipher(0xc02f));
    EXPECT_FALSE(is_tls13_cipher(0x5600));
    EXPECT_TRUE(has_forward_secrecy(key_exchange_of(0xc02f)));
    EXPECT_FALSE(has_forward_secrecy(key_exchange_of(0x009c)));
    EXPECT_TRUE(is_anonymous(key_exchange_of(0x0018)));
    EXPECT_FALSE(is_anonymous(key_exchange_of(0x00a8)));
    EXPECT_TRUE(sends_certificate(0xc02f));
    EXPECT_TRUE(sends_certificate(0x00ac));
    EXPECT_TRUE(sends_certificate(0xc01e));   // SRP with RSA
    EXPECT_FALSE(sends_certificate(0xc01d));  // SRP alone
    EXPECT_FALSE(sends_certificate(0x00a8));
    EXPECT_FALSE(sends_certificate(0x0018));
    EXPECT_TRUE(is_known_cipher(0xc02f));
    EXPECT_FALSE(is_known_cipher(0x00ff));
    EXPECT_FALSE(is_known_cipher(0x0a0a));
}

TEST(Groups, PostQuantum) {
    EXPECT_EQ(post_quantum(4588), PostQuantum::hybrid);
    EXPECT_EQ(post_quantum(4587), PostQuantum::hybrid);
    EXPECT_EQ(post_quantum(513), PostQuantum::pure);
    EXPECT_EQ(post_quantum(25497), PostQuantum::hybrid_draft);
    EXPECT_EQ(post_quantum(0x2f3a), PostQuantum::hybrid_draft);
    EXPECT_EQ(post_quantum(29), PostQuantum::no);
    EXPECT_FALSE(is_post_quantum_group(0x0a0a));
}

TEST(Names, Alpn) {
    EXPECT_EQ(alpn_meaning("h2"), "HTTP/2 over TLS");
    EXPECT_EQ(alpn_meaning("http/1.1"), "HTTP/1.1");
    EXPECT_EQ(alpn_meaning("acme-tls/1"), "acme-tls/1");
    EXPECT_EQ(alpn_meaning("h2x"), "");
    EXPECT_EQ(alpn_meaning(""), "");
}

TEST(Tables, SortedAndUnique) {
    for (const auto table :
         {tables::cipher_suites(), tables::supported_groups(), tables::extension_types(), tables::signature_schemes(),
          tables::hash_algorithms(), tables::signature_algorithms(), tables::alerts(), tables::content_types(),
          tables::handshake_types(), tables::ec_point_formats(), tables::client_certificate_types(),
          tables::compression_methods(), tables::psk_modes(), tables::certificate_compressions()}) {
        ASSERT_FALSE(table.empty());
        for (std::size_t i = 1; i < table.size(); ++i) EXPECT_LT(table[i - 1].code, table[i].code) << table[i].name;
        for (const auto& row : table) EXPECT_FALSE(row.name.empty());
    }
    EXPECT_GT(tables::cipher_suites().size(), 350U);
}

TEST(Tables, GeneratedFileIsCurrent) {
    const auto root = std::filesystem::path{__FILE__}.parent_path().parent_path().parent_path().parent_path();
    const auto tool = root / "tools" / "gen-iana";
    if (!std::filesystem::exists(tool)) GTEST_SKIP() << "no source tree beside this test";
    if (std::system("python3 --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "python3 is not installed";
    EXPECT_EQ(std::system(("python3 '" + tool.string() + "' --check").c_str()), 0);
}

TEST(Meanings, EveryAlertExtensionAndMessageThatMatters) {
    for (const auto& [code, name] : tables::alerts()) {
        if (name == "end_of_early_data") continue;
        EXPECT_FALSE(alert_meaning(static_cast<std::uint8_t>(code)).empty()) << name;
        EXPECT_FALSE(alert_cause(static_cast<std::uint8_t>(code)).empty()) << name;
    }
    for (const std::uint16_t type :
         std::initializer_list<std::uint16_t>{0, 5, 10, 13, 16, 18, 23, 27, 28, 35, 41, 42, 43, 45, 51, 65037, 65281})
        EXPECT_FALSE(extension_meaning(type).empty()) << type;
    EXPECT_NE(extension_meaning(0x1a1a).find("GREASE"), std::string_view::npos);
    EXPECT_TRUE(extension_meaning(60000).empty());
    for (const std::uint8_t type :
         std::initializer_list<std::uint8_t>{0, 1, 2, 4, 5, 8, 11, 12, 13, 14, 15, 16, 20, 22, 24, 25, 67})
        EXPECT_FALSE(handshake_meaning(static_cast<HandshakeType>(type)).empty()) << int{type};
    EXPECT_FALSE(field_meaning("random").empty());
    EXPECT_TRUE(field_meaning("nonsense").empty());
    EXPECT_TRUE(alert_meaning(99).empty());
}

}  // namespace
}  // namespace tlsscope::tls
