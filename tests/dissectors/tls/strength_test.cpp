// What is weak about what was negotiated, and the buckets of post-quantum key exchange.
#include "dissectors/tls/strength.h"

#include <gtest/gtest.h>

#include "dissectors/tls/columns.h"

namespace tlsscope::tls {
namespace {

void describe_strength(record::Row& row) {
    StrengthCache cache;
    tls::describe_strength(row, cache);
}

using record::Row;

std::string words(const Row& row) {
    std::string out;
    const record::Value list = row.get(column("weaknesses"));
    std::size_t cursor = 0;
    std::string_view item;
    while (list.next_text(cursor, item)) out += (out.empty() ? "" : " ") + std::string{item};
    return out;
}

Row negotiated(std::uint16_t version, std::uint16_t cipher) {
    Row row;
    row.set_code(column("version"), version);
    row.set_code(column("cipher"), cipher);
    return row;
}

std::string weaknesses(Row row) {
    describe_strength(row);
    return words(row);
}

std::string weaknesses(std::uint16_t version, std::uint16_t cipher) { return weaknesses(negotiated(version, cipher)); }

TEST(Strength, ModernTlsHasNothingToBeSaidOf) {
    EXPECT_EQ(weaknesses(0x0304, 0x1301), "");
    EXPECT_EQ(weaknesses(0x0303, 0xc02f), "") << "ECDHE with AES-GCM";
}

TEST(Strength, VersionsAndSuites) {
    EXPECT_EQ(weaknesses(0x0300, 0x0005), "ssl3 rc4 static_rsa");
    EXPECT_EQ(weaknesses(0x0301, 0xc014), "tls10 cbc");
    EXPECT_EQ(weaknesses(0x0302, 0x000a), "tls11 3des cbc static_rsa");
    EXPECT_EQ(weaknesses(0x0303, 0x009c), "static_rsa");
    EXPECT_EQ(weaknesses(0x0301, 0x0003), "tls10 export rc4 static_rsa");
    EXPECT_EQ(weaknesses(0x0301, 0x0009), "tls10 des cbc static_rsa");
    EXPECT_EQ(weaknesses(0x0303, 0x0002), "null_cipher static_rsa");
    EXPECT_EQ(weaknesses(0x0304, 0xc0b4), "null_cipher") << "RFC 9150";
    EXPECT_EQ(weaknesses(0x0303, 0x0006), "export rc2 cbc static_rsa");
    EXPECT_EQ(weaknesses(0x0303, 0x0062), "export des cbc static_rsa");
    EXPECT_EQ(weaknesses(0x0303, 0xcca8), "");
    EXPECT_EQ(weaknesses(0x0303, 0x00a6), "anonymous");
    EXPECT_EQ(weaknesses(0x0303, 0x00a8), "no_forward_secrecy") << "a pre-shared key alone";
    EXPECT_EQ(weaknesses(0x0303, 0x0a0a), "") << "nobody knows";
}

TEST(Strength, OfTheKeyExchange) {
    Row row = negotiated(0x0303, 0x009e);
    row.set_integer(column("dh_bits"), 2048);
    row.set_code(column("signature_scheme"), 0x0401);
    EXPECT_EQ(weaknesses(row), "");
    row.set_integer(column("dh_bits"), 1024);
    row.set_code(column("signature_scheme"), 0x0201);
    EXPECT_EQ(weaknesses(row), "sha1_signature dh_small");
}

TEST(Strength, CompressionAndRenegotiation) {
    Row row = negotiated(0x0303, 0xc02f);
    row.set_code(column("compression"), 1);
    row.set_codes(column("extensions_server"), std::vector<std::uint16_t>{0xff01});
    EXPECT_EQ(weaknesses(row), "compression");
    row.set_code(column("compression"), 0);
    row.set_codes(column("extensions_server"), std::vector<std::uint16_t>{11});
    EXPECT_EQ(weaknesses(row), "insecure_renegotiation");
    Row tls13 = negotiated(0x0304, 0x1301);
    tls13.set_codes(column("extensions_server"), std::vector<std::uint16_t>{43, 51});
    EXPECT_EQ(weaknesses(tls13), "") << "TLS 1.3 has no renegotiation";
}

TEST(Strength, WithoutAServerHelloNothingWasNegotiated) {
    Row row;
    row.set_codes(column("ciphers_offered"), std::vector<std::uint16_t>{0x0005});
    describe_strength(row);
    EXPECT_EQ(words(row), "");
    EXPECT_TRUE(row.get(column("pq")).empty());
}

std::string offered(const std::vector<std::uint16_t>& groups, bool whole = true) {
    Row row;
    if (whole) row.set_text(column("ja3"), "cd08e31494f9531f560d64c695473da9");
    row.set_codes(column("ciphers_offered"), std::vector<std::uint16_t>{0x1301});
    if (!groups.empty()) row.set_codes(column("groups_offered"), groups);
    describe_strength(row);
    return std::string{row.get(column("pq_offered")).text()};
}

TEST(Strength, TheBestOfTheOfferedGroups) {
    EXPECT_EQ(offered({0x0a0a, 0x001d, 0x11ec}), "hybrid");
    EXPECT_EQ(offered({0x001d, 0x0201}), "pure");
    EXPECT_EQ(offered({0x001d, 0x6399}), "draft");
    EXPECT_EQ(offered({0x0017}), "classical");
    EXPECT_EQ(offered({0x0a0a, 0xfe12}), "unknown");
    EXPECT_EQ(offered({}, false), "") << "half a ClientHello";
    EXPECT_EQ(offered({}), "classical") << "a client of TLS 1.2 without elliptic curves";
}

std::string chosen(std::uint16_t version, std::uint16_t cipher, std::uint16_t group = 0) {
    Row row = negotiated(version, cipher);
    if (group != 0) row.set_code(column("group"), group);
    describe_strength(row);
    return std::string{row.get(column("pq")).text()};
}

TEST(Strength, TheSelectedKeyExchange) {
    EXPECT_EQ(chosen(0x0304, 0x1301, 0x11ec), "hybrid");
    EXPECT_EQ(chosen(0x0304, 0x1301, 0x001d), "classical");
    EXPECT_EQ(chosen(0x0304, 0x1301, 0xfe12), "unknown");
    EXPECT_EQ(chosen(0x0304, 0x1301), "") << "resumed with a pre-shared key alone";
    EXPECT_EQ(chosen(0x0303, 0x009c), "classical") << "static RSA";
    EXPECT_EQ(chosen(0x0303, 0x00a8), "") << "a pre-shared key";
}

}  // namespace
}  // namespace tlsscope::tls
