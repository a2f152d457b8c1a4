// Torture cases S33 to S45 and S56: server names as nobody should send them. What reports do with the bytes is in
// tests/pipeline/torture_names_test.cpp.
#include <gtest/gtest.h>

#include "torture.h"

namespace tlsscope::tls::testing {

namespace {

Played asking_for(std::string_view name) {
    Hello h;
    h.extensions = {sni_extension(name)};
    return Played{{client(in_records_of(16384, client_hello(h), 0x0301))}};
}

Played with_sni_body(const Blob& body) {
    Hello h;
    h.extensions = {extension(0, body)};
    return hello_only(h);
}

/// A field of the ladder's first message; an empty one where there is none.
record::Field field(const Played& p, std::string_view name) {
    for (const record::Field& f : p.messages.at(0).fields)
        if (f.name == name) return f;
    return {};
}

Blob host(std::string_view name, unsigned type = 0) { return u8(type) + vec16(text(name)); }

TEST(TortureNames, S33_LengthsThatContradictEachOtherGiveNoName) {
    for (const Blob& body : {vec16(u8(0) + u16(0xffff) + text("a.example")), u16(0xffff) + host("a.example")}) {
        const Played p = with_sni_body(body);
        EXPECT_TRUE(p.anomaly("vec_overrun"));
        EXPECT_FALSE(p.has("sni"));
        EXPECT_TRUE(p.has("ciphers_offered")) << "the rest of the hello is read";
    }
}

TEST(TortureNames, S34_TwoHostNamesAreBothShown) {
    const Played p = with_sni_body(vec16(host("first.example") + host("second.example")));
    EXPECT_EQ(p.text("sni"), "first.example");
    EXPECT_EQ(p.text("sni_alt"), "second.example");
    EXPECT_EQ(p.anomalies(), "sni_alt sni_multi ");
}

TEST(TortureNames, S35_OfTwoExtensionsTheFirstCounts) {
    Hello h;
    h.extensions = {sni_extension("first.example"), sni_extension("second.example")};
    const Played p = hello_only(h);
    EXPECT_EQ(p.text("sni"), "first.example");
    EXPECT_EQ(p.text("sni_alt"), "second.example");
    EXPECT_EQ(p.anomalies(), "ext_dup sni_alt ");
}

TEST(TortureNames, S36_AnEmptyNameIsNotTheSameAsNone) {
    const Played p = asking_for("");
    EXPECT_TRUE(p.has("sni"));
    EXPECT_EQ(p.text("sni"), "");
    EXPECT_EQ(p.anomalies(), "sni_invalid ");
}

TEST(TortureNames, S37_ANulInTheNameIsShownWhole) {
    const std::string name{"good.example\0.evil.example", 26};
    const Played p = asking_for(name);
    EXPECT_EQ(p.text("sni"), name);
    EXPECT_TRUE(p.anomaly("sni_nul"));
}

TEST(TortureNames, S38_ControlCharactersAreKeptForTheReportersToEscape) {
    for (const std::string name : {"\x1b[2Jcleared.example", "two\r\nlines.example", "tab\tbed.example"}) {
        EXPECT_EQ(asking_for(name).text("sni"), name);
        EXPECT_EQ(asking_for(name).anomalies(), "sni_invalid ");
    }
}

TEST(TortureNames, S39_S40_FormulasAndMarkupAreKeptAndNamed) {
    for (const std::string name : {"=cmd|' /C calc'!A0\"", "<script>alert(1)</script>", "\"><img onerror=alert(1)>"}) {
        EXPECT_EQ(asking_for(name).text("sni"), name);
        EXPECT_EQ(asking_for(name).anomalies(), "sni_invalid ");
    }
}

TEST(TortureNames, S41_WrongOrInvisibleUnicodeIsKeptAndNamed) {
    for (const std::string name : {"\xff\xfe.example",
                                   "\xc2\x9b"
                                   "31m.example",
                                   "\xe2\x80\xae"
                                   "gpj.example",
                                   "a\xe2\x80\x8b.example"}) {
        EXPECT_EQ(asking_for(name).text("sni"), name);
        EXPECT_EQ(asking_for(name).anomalies(), "sni_invalid ");
    }
}

TEST(TortureNames, S36_AnEmptyListIsNone) {
    const Played p = with_sni_body(vec16({}));
    EXPECT_FALSE(p.has("sni"));
    EXPECT_EQ(p.anomalies(), "vec_empty ");
}

// 255 bytes are kept: no longer name can be one of the DNS (RFC 1035 section 2.3.4). A digest of the rest would say
// nothing more to a person: the ladder has the whole name.
TEST(TortureNames, S42_LongNamesAreCutAndTheirLengthTold) {
    EXPECT_FALSE(asking_for(std::string(255, 'a')).has("sni_length"));
    for (const std::size_t length : {256U, 15000U, 65520U}) {
        const Played p = asking_for(std::string(length, 'a'));
        EXPECT_EQ(p.text("sni"), std::string(255, 'a')) << length;
        EXPECT_EQ(p.text("sni_length"), std::to_string(length));
        EXPECT_EQ(p.anomalies(), "sni_invalid ") << length;
    }
    Hello h;
    h.extensions = {sni_extension(std::string(15000, 'a') + "b")};
    const Played told{{client(hello_record(h))}, {.ladder = true}};
    EXPECT_EQ(field(told, "server_name").value, std::string(15000, 'a') + "b");
    // 65,535 does not fit: extension and list have lengths of 16 bits too, and headers.
    const Played lie = with_sni_body(u16(0xffff) + u8(0) + u16(0xffff) + fill(9000, 'a'));
    EXPECT_TRUE(lie.anomaly("vec_overrun"));
    EXPECT_FALSE(lie.has("sni"));
}

TEST(TortureNames, S43_AnAddressIsShownAndNamed) {
    for (const std::string name : {"192.0.2.1", "2001:db8::1", "[2001:db8::1]"}) {
        EXPECT_EQ(asking_for(name).text("sni"), name);
        EXPECT_EQ(asking_for(name).anomalies(), "sni_ip ");
    }
    EXPECT_EQ(asking_for("1.2.3.256").anomalies(), "") << "no address, but a possible name";
}

TEST(TortureNames, S44_UpperCaseAndATrailingDotAreKeptRaw) {
    const Played p = asking_for("WWW.Example.COM.");
    EXPECT_EQ(p.text("sni"), "WWW.Example.COM.");
    EXPECT_EQ(p.anomalies(), "");
}

TEST(TortureNames, S45_ANameOfAnotherTypeIsNoHostName) {
    const Played p = with_sni_body(vec16(host("other", 7) + host("real.example")));
    EXPECT_EQ(p.text("sni"), "real.example");
    EXPECT_EQ(p.anomalies(), "sni_type ");
    EXPECT_FALSE(with_sni_body(vec16(host("other", 7))).has("sni"));
}

TEST(TortureNames, S56_TheNameOfAnEncryptedHelloIsCalledThePublicOne) {
    Hello h = Hello{}.tls13();
    h.with(extension(0xfe0d, u8(0) + u16(1) + u16(1) + u8(42) + vec16(fill(32)) + vec16(fill(208))));
    Play play;
    play.ladder = true;
    const Played p{{client(hello_record(h))}, play};
    EXPECT_EQ(p.text("ech"), "outer");
    EXPECT_EQ(p.anomalies(), "ech_outer ");
    const std::string meaning = field(p, "server_name").meaning;
    EXPECT_NE(meaning.find("public name"), std::string::npos) << meaning;
}

}  // namespace
}  // namespace tlsscope::tls::testing
