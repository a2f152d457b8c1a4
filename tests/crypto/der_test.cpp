#include "crypto/der.h"

#include <gtest/gtest.h>

#include "crypto/oid.h"
#include "crypto/x509_time.h"
#include "der_testing.h"

namespace tlsscope::crypto::testing {
namespace {

using bytes::Reader;

TEST(Der, ReadsElements) {
    const Der d = integer("\x05") + octets(Der(300, 'x'));
    Reader in{view(d)};
    EXPECT_EQ(peek_tag(in), der::integer);
    EXPECT_EQ(read_value(in, der::integer).size(), 1U);
    const Tlv big = read_tlv(in);
    EXPECT_EQ(big.value.size(), 300U);
    EXPECT_EQ(big.whole.size(), 304U);
    EXPECT_EQ(in.finish(), bytes::Fault::none);
}

TEST(Der, WrongTagIsMalformed) {
    const Der d = integer("\x05");
    Reader in{view(d)};
    EXPECT_TRUE(read_value(in, der::sequence).empty());
    EXPECT_EQ(in.fault(), bytes::Fault::malformed);
}

TEST(DerCheck, WhatIsWrong) {  // S73
    EXPECT_TRUE(check_der(view(seq(integer("\x05")))).readable());
    EXPECT_TRUE(check_der({}).truncated);
    EXPECT_TRUE(check_der(view(Der("\x30", 1))).truncated);
    EXPECT_TRUE(check_der(view(Der("\x30\x05\x02\x01", 4))).truncated);
    EXPECT_TRUE(check_der(view(Der("\x30\x03\x02\x05\x01", 5))).truncated);  // inner longer than outer
    EXPECT_TRUE(check_der(view(Der("\x30\x03\x02\x05\x01\x01\x01\x01\x01", 9))).truncated);
    EXPECT_TRUE(check_der(view(Der("\x30\x80\x00\x00", 4))).indefinite);
    EXPECT_TRUE(check_der(view(Der("\x30\x85\x01\x00\x00\x00\x00", 7))).length);
    EXPECT_TRUE(check_der(view(Der("\x30\x84\xff\xff\xff\xff", 6))).truncated);  // 4 GiB
    EXPECT_TRUE(check_der(view(Der("\x3f\x81\x01\x00", 4))).tag);
    const DerCheck long_form = check_der(view(Der("\x30\x81\x03\x02\x01\x05", 6)));
    EXPECT_TRUE(long_form.non_minimal);
    EXPECT_TRUE(long_form.readable());
    const DerCheck trailing = check_der(view(seq(integer("\x05")) + "more"));
    EXPECT_TRUE(trailing.trailing);
    EXPECT_TRUE(trailing.readable());
}

Der nested(std::size_t depth) {
    Der d;
    for (std::size_t i = 0; i < depth; ++i) d = seq(d);
    return d;
}

TEST(DerCheck, DepthIsBounded) {  // S74
    EXPECT_TRUE(check_der(view(nested(DerCheck::kMaxDepth))).readable());
    EXPECT_TRUE(check_der(view(nested(DerCheck::kMaxDepth + 2))).depth);
    EXPECT_TRUE(check_der(view(nested(10000))).depth);
}

TEST(DerCheck, EveryPrefixIsTruncated) {
    const Der d = Template{}.encode();
    EXPECT_TRUE(check_der(view(d)).readable());
    for (std::size_t n = 0; n < d.size(); ++n) EXPECT_TRUE(check_der(view(d).first(n)).truncated) << n;
}

TEST(Der, IntegerBits) {
    const auto bits_of = [](const Der& octets) { return integer_bits(view(octets)); };
    EXPECT_EQ(bits_of(""), 0U);
    EXPECT_EQ(bits_of(Der("\0", 1)), 0U);
    EXPECT_EQ(bits_of("\x01"), 1U);
    EXPECT_EQ(bits_of(Der("\0\xff", 2)), 8U);
    EXPECT_EQ(bits_of("\xff"), 0U);  // negative
    EXPECT_EQ(bits_of(Der(1, '\0') + Der(256, '\xff')), 2048U);
}

std::string text_of(const Der& contents) { return oid_text(view(contents)); }
std::string text_of_dotted(std::string_view dotted) { return oid_text(view(oid(dotted)).subspan(2)); }

TEST(Oid, Text) {
    for (const char* dotted : {"1.2.840.113549.1.1.11", "2.5.4.3", "0.9.2342.19200300.100.1.25", "2.999.1", "1.39.5"})
        EXPECT_EQ(text_of_dotted(dotted), dotted);
}

TEST(Oid, HostileOnesAreBoundedHex) {  // S80
    EXPECT_EQ(text_of(""), "#");
    EXPECT_EQ(text_of("\x80\x01"), "#8001");             // leading 0x80
    EXPECT_EQ(text_of("\x2a\x86"), "#2a86");             // no end
    const Der huge = "\x2a" + Der(20, '\xff') + "\x7f";  // an arc far above 2^64
    EXPECT_EQ(text_of(huge).substr(0, 5), "#2aff");
    Der thousand = "\x2a";
    for (int i = 0; i < 1000; ++i) thousand += "\x83\x7f";
    EXPECT_LE(text_of(thousand).size(), kMaxOidText);
    EXPECT_LE(text_of(Der(1000000, '\x01')).size(), kMaxOidText);
}

std::optional<std::int64_t> utc(std::string_view s) { return time_of(der::utc_time, bytes::as_bytes(s)); }
std::optional<std::int64_t> generalized(std::string_view s) {
    return time_of(der::generalized_time, bytes::as_bytes(s));
}

TEST(X509Time, Rfc5280Forms) {  // S76
    EXPECT_EQ(utc("700101000000Z"), 0);
    EXPECT_EQ(utc("491231235959Z"), 2524607999);  // 2049
    EXPECT_EQ(utc("500101000000Z"), -631152000);  // 1950
    EXPECT_EQ(utc("240229120000Z"), 1709208000);
    EXPECT_EQ(generalized("20500101000000Z"), 2524608000);
    EXPECT_EQ(generalized("99991231235959Z"), 253402300799);
    EXPECT_EQ(generalized("00000101000000Z"), -62167219200);
}

TEST(X509Time, OtherFormsAreNoDates) {
    for (const char* bad :
         {"", "2401010000Z", "240101000000", "240101000000+0100", "240230000000Z", "230229000000Z", "241301000000Z",
          "240100000000Z", "240101240000Z", "240101006000Z", "240101000060Z", "24010100000xZ", "20240101000000Z"}) {
        EXPECT_EQ(utc(bad), std::nullopt) << bad;
    }
    EXPECT_EQ(generalized("240101000000Z"), std::nullopt);
    EXPECT_EQ(generalized("20240101000000.5Z"), std::nullopt);
    EXPECT_EQ(generalized("21000229000000Z"), std::nullopt);
    EXPECT_EQ(time_of(der::utf8_string, bytes::as_bytes("240101000000Z")), std::nullopt);
}

}  // namespace
}  // namespace tlsscope::crypto::testing
