#include "crypto/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bytes/hex.h"
#include "der_testing.h"

namespace tlsscope::crypto::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

CertificateSummary summary_of(const Template& t) {
    const Der d = t.encode();
    return summarize(view(d));
}

Der alt_names(const Der& names) { return extension("2.5.29.17", seq(names)); }
Der dns(std::string_view name) { return tlv(0x82, Der{name}); }

TEST(Certificate, PlainOne) {
    Template t;
    t.extensions =
        alt_names(dns("host.example") + dns("*.host.example") + tlv(0x87, Der("\xc0\x00\x02\x01", 4)) +
                  tlv(0x87, Der("\x20\x01\x0d\xb8", 4) + Der(11, '\0') + "\x01") + tlv(0x81, "me@host.example") +
                  tlv(0x86, "https://host.example/")) +
        extension("1.3.6.1.5.5.7.1.1", seq(seq(oid("1.3.6.1.5.5.7.48.1") + tlv(0x86, "http://ocsp.example/")) +
                                           seq(oid("1.3.6.1.5.5.7.48.2") + tlv(0x86, "http://ca.example/"))));
    const Der d = t.encode();
    const CertificateSummary s = summarize(view(d));
    EXPECT_THAT(s.faults, IsEmpty());
    EXPECT_EQ(s.length, d.size());
    EXPECT_EQ(bytes::hex(s.sha256), bytes::hex(sha256(view(d))));
    EXPECT_EQ(s.version, 3);
    EXPECT_EQ(s.serial, "010203");
    EXPECT_EQ(s.subject, "CN=host.example,C=DE");
    EXPECT_EQ(s.issuer, "CN=Test CA,C=DE");
    EXPECT_EQ(s.common_name, "host.example");
    EXPECT_EQ(s.issuer_common_name, "Test CA");
    EXPECT_THAT(s.names, ElementsAre("DNS:host.example", "DNS:*.host.example", "IP:192.0.2.1", "IP:2001:db8::1",
                                     "email:me@host.example", "URI:https://host.example/"));
    EXPECT_EQ(s.names_total, 6U);
    EXPECT_EQ(s.not_before, 1735689600);
    EXPECT_EQ(s.not_after, 1767225600);
    EXPECT_EQ(s.key, "EC P-256");
    EXPECT_EQ(s.key_bits, 256U);
    EXPECT_EQ(s.signature_algorithm, "sha256WithRSAEncryption");
    EXPECT_THAT(s.ocsp_urls, ElementsAre("http://ocsp.example/"));
    EXPECT_FALSE(s.self_signed);
    EXPECT_FALSE(s.is_ca);
    EXPECT_TRUE(s.readable());
}

TEST(Certificate, SelfSignedNeedsTheSameKeyIdentifiers) {
    Template t;
    t.issuer = t.subject;
    EXPECT_TRUE(summary_of(t).self_signed);
    const Der subject_key = extension("2.5.29.14", octets("same key"));
    t.extensions = subject_key + extension("2.5.29.35", seq(tlv(0x80, "same key")));
    EXPECT_TRUE(summary_of(t).self_signed);
    t.extensions = subject_key + extension("2.5.29.35", seq(tlv(0x80, "other key")));
    EXPECT_FALSE(summary_of(t).self_signed);
}

TEST(Certificate, AuthorityFlag) {
    Template t;
    t.extensions = extension("2.5.29.19", seq(boolean(true) + integer("\x01")), true);
    EXPECT_TRUE(summary_of(t).is_ca);
    t.extensions = extension("2.5.29.19", seq(""), true);
    EXPECT_FALSE(summary_of(t).is_ca);
    EXPECT_THAT(summary_of(t).faults, IsEmpty());
}

TEST(Certificate, EveryPrefixStillHasHashAndLength) {  // S73
    const Der d = Template{}.encode();
    for (std::size_t n = 0; n < d.size(); ++n) {
        const std::string exact = d.substr(0, n);
        const CertificateSummary s = summarize(view(exact));
        EXPECT_EQ(s.length, n);
        EXPECT_EQ(s.sha256, sha256(view(exact)));
        EXPECT_THAT(s.faults, ElementsAre("der_bad:truncated")) << n;
        EXPECT_EQ(s.subject, "");
    }
}

TEST(Certificate, BadEncodings) {  // S73 S74
    const Der good = Template{}.encode();
    EXPECT_THAT(summarize(view(good + "x")).faults, ElementsAre("der_bad:trailing"));
    EXPECT_EQ(summarize(view(good + "x")).common_name, "host.example");
    EXPECT_THAT(summarize(view(Der("\x30\x80\x00\x00", 4))).faults, ElementsAre("der_bad:indefinite"));
    EXPECT_THAT(summarize(view(Der("\x30\x84\xff\xff\xff\xff", 6))).faults, ElementsAre("der_bad:truncated"));
    EXPECT_THAT(summarize(view(seq(integer("\x05")))).faults, Contains("der_bad:structure"));
    EXPECT_FALSE(summarize(view(seq(integer("\x05")))).readable());
    Der deep;
    for (int i = 0; i < 10000; ++i) deep = seq(deep);
    EXPECT_THAT(summarize(view(deep)).faults, ElementsAre("der_depth"));
    EXPECT_THAT(summarize({}).faults, ElementsAre("der_bad:truncated"));
}

TEST(Certificate, SerialNumbers) {  // S75
    const auto faults_of = [](const Der& octets) {
        Template t;
        t.serial = integer(octets);
        return summary_of(t).faults;
    };
    EXPECT_THAT(faults_of(Der(1, '\0')), ElementsAre("serial_zero"));
    EXPECT_THAT(faults_of("\xff\x01"), ElementsAre("serial_negative"));
    EXPECT_THAT(faults_of(Der(21, '\x11')), ElementsAre("serial_long"));
    EXPECT_THAT(faults_of(Der(20, '\x11')), IsEmpty());
    Template t;
    t.serial = integer(Der(5000, '\x7f'));
    EXPECT_LE(summary_of(t).serial.size(), 128U);
}

TEST(Certificate, VersionsAndExtensions) {  // S75
    Template t;
    t.version = "";
    EXPECT_EQ(summary_of(t).version, 1);
    EXPECT_THAT(summary_of(t).faults, IsEmpty());
    t.extensions = alt_names(dns("a.example"));
    EXPECT_THAT(summary_of(t).faults, ElementsAre("v1_with_extensions"));
    EXPECT_THAT(summary_of(t).names, ElementsAre("DNS:a.example"));
    Template twice;
    twice.extensions = alt_names(dns("a.example")) + alt_names(dns("b.example"));
    EXPECT_THAT(summary_of(twice).faults, ElementsAre("ext_dup"));
    EXPECT_THAT(summary_of(twice).names, ElementsAre("DNS:a.example"));
    Template critical;
    critical.extensions = extension("1.2.3.4.5", "?", true);
    EXPECT_THAT(summary_of(critical).faults, ElementsAre("ext_unknown_critical"));
    critical.extensions = extension("1.2.3.4.5", "?");
    EXPECT_THAT(summary_of(critical).faults, IsEmpty());
    Template mismatch;
    mismatch.outer_algorithm = seq(oid("1.2.840.113549.1.1.5") + null());
    EXPECT_THAT(summary_of(mismatch).faults, ElementsAre("algorithm_mismatch"));
    EXPECT_EQ(summary_of(mismatch).signature_algorithm, "sha1WithRSAEncryption");
}

TEST(Certificate, Dates) {  // S76
    Template t;
    t.not_before = tlv(0x17, "2501010000Z");
    EXPECT_THAT(summary_of(t).faults, ElementsAre("date_bad"));
    EXPECT_EQ(summary_of(t).not_before, std::nullopt);
    EXPECT_TRUE(summary_of(t).not_after.has_value());
    Template order;
    std::swap(order.not_before, order.not_after);
    EXPECT_THAT(summary_of(order).faults, ElementsAre("date_order"));
    Template far;
    far.not_after = tlv(0x18, "99991231235959Z");
    EXPECT_EQ(summary_of(far).not_after, 253402300799);
}

TEST(Certificate, NamesOfEveryStringType) {  // S77
    const auto subject_of = [](const Der& value) {
        Template t;
        t.subject = seq(attribute("2.5.4.3", value));
        return summary_of(t).subject;
    };
    EXPECT_EQ(subject_of(utf8("b\xc3\xbc"
                              "cher")),
              "CN=b\xc3\xbc"
              "cher");
    EXPECT_EQ(subject_of(tlv(0x14,
                             "b\xfc"
                             "cher")),
              "CN=b\xc3\xbc"
              "cher");                                                                    // T61 as Latin-1
    EXPECT_EQ(subject_of(tlv(0x1e, Der("\0b\0\xfc", 4))), "CN=b\xc3\xbc");                // BMP
    EXPECT_EQ(subject_of(tlv(0x1e, Der("\xd8\x3d\xde\x00", 4))), "CN=\xf0\x9f\x98\x80");  // a surrogate pair
    EXPECT_EQ(subject_of(tlv(0x1e, Der("\xde\x00\0a", 4))),
              "CN=\xef\xbf\xbd"
              "a");                                                                           // a lone one
    EXPECT_EQ(subject_of(tlv(0x1c, Der("\0\0\0b\0\x01\xf6\0", 8))), "CN=b\xf0\x9f\x98\x80");  // Universal
    EXPECT_EQ(subject_of(utf8("\xff\xfe")), "CN=\xff\xfe");                                   // kept: reporters escape
    EXPECT_EQ(subject_of(utf8(Der("good.example\0.evil.example", 26))), Der("CN=good.example\0.evil.example", 29));
    EXPECT_EQ(subject_of(utf8("a,b+c=\"d\"<e>;\\")), "CN=a\\,b\\+c=\\\"d\\\"\\<e\\>\\;\\\\");
    EXPECT_EQ(subject_of(utf8(" a ")), "CN=\\ a\\ ");
    EXPECT_EQ(subject_of(utf8("#1")), "CN=\\#1");
    EXPECT_EQ(subject_of(octets("ab")), "CN=#6162");
}

TEST(Certificate, NamesOfManyShapes) {  // S77
    Template t;
    t.subject = seq(set(seq(oid("2.5.4.10") + utf8("Org")) + seq(oid("2.5.4.11") + utf8("Unit"))) +
                    attribute("2.5.4.3", utf8("x")) + attribute("2.999.7", utf8("y")));
    EXPECT_EQ(summary_of(t).subject, "2.999.7=#0c0179,CN=x,O=Org+OU=Unit");
    EXPECT_EQ(summary_of(t).common_name, "x");
    Template empty;
    empty.subject = seq("");
    EXPECT_EQ(summary_of(empty).subject, "");
    EXPECT_THAT(summary_of(empty).faults, IsEmpty());
    Template many;
    Der rdns;
    for (int i = 0; i < 1000; ++i) rdns += attribute("2.5.4.11", utf8("unit"));
    many.subject = seq(rdns);
    EXPECT_THAT(summary_of(many).faults, ElementsAre("name_cut"));
    EXPECT_LE(summary_of(many).subject.size(), CertificateSummary::kMaxText);
    Template long_name;
    long_name.subject = name(Der(65536, 'a'));
    EXPECT_LE(summary_of(long_name).subject.size(), CertificateSummary::kMaxText);
    EXPECT_LE(summary_of(long_name).common_name.size(), CertificateSummary::kMaxText);
    Template bad;
    bad.subject = seq(set(""));
    EXPECT_THAT(summary_of(bad).faults, ElementsAre("name_bad"));
}

TEST(Certificate, AlternativeNames) {  // S78
    Der many;
    for (int i = 0; i < 10000; ++i) many += dns("host" + std::to_string(i) + ".example");
    Template t;
    t.extensions = alt_names(many);
    EXPECT_EQ(summary_of(t).names_total, 10000U);
    EXPECT_EQ(summary_of(t).names.size(), CertificateSummary::kMaxNames);
    t.extensions = alt_names(tlv(0x87, "12345"));
    EXPECT_THAT(summary_of(t).names, ElementsAre("IP:#3132333435"));
    EXPECT_THAT(summary_of(t).faults, ElementsAre("san_ip_bad"));
    t.extensions = alt_names("");
    EXPECT_THAT(summary_of(t).faults, ElementsAre("san_empty"));
    t.extensions = alt_names(dns(""));
    EXPECT_THAT(summary_of(t).faults, ElementsAre("san_empty"));
    t.extensions = alt_names(tlv(0xa0, oid("1.3.6.1.5.5.7.8.5") + tlv(0xa0, utf8("user"))) + tlv(0xa4, name("dir")));
    EXPECT_THAT(summary_of(t).names, ElementsAre("othername:1.3.6.1.5.5.7.8.5", "DirName:CN=dir,C=DE"));
}

Der rsa_key(const Der& modulus, const Der& exponent) {
    return seq(seq(oid("1.2.840.113549.1.1.1") + null()) + bits(seq(integer(modulus) + integer(exponent))));
}

TEST(Certificate, Keys) {  // S79
    const auto with_key = [](const Der& key) {
        Template t;
        t.key = key;
        return summary_of(t);
    };
    const Der f4("\x01\x00\x01", 3);
    EXPECT_EQ(with_key(rsa_key(Der(1, '\0') + Der(256, '\xc1'), f4)).key, "RSA 2048");
    EXPECT_EQ(with_key(rsa_key("\x01" + Der(127, '\xc1'), f4)).key, "RSA 1017");
    EXPECT_THAT(with_key(rsa_key(Der(128, '\x71'), "\x02")).faults, ElementsAre("rsa_exponent"));
    EXPECT_THAT(with_key(rsa_key(Der(128, '\x71'), Der(1, '\0'))).faults, ElementsAre("rsa_exponent"));
    EXPECT_EQ(with_key(seq(seq(oid("1.3.101.112")) + bits(Der(32, 'k')))).key, "Ed25519");
    EXPECT_EQ(with_key(seq(seq(oid("2.16.840.1.101.3.4.3.17")) + bits(Der(1312, 'k')))).key, "ML-DSA-44");
    EXPECT_EQ(with_key(seq(seq(oid("1.2.840.10045.2.1") + oid("1.3.132.0.34")) + bits("\x04"))).key, "EC P-384");
    EXPECT_EQ(with_key(seq(seq(oid("1.2.840.10045.2.1") + oid("1.2.3.4")) + bits("\x04"))).key, "EC 1.2.3.4");
    EXPECT_EQ(with_key(seq(seq(oid("1.2.840.10045.2.1") + seq(integer("\x01"))) + bits("\x04"))).key,
              "EC explicit parameters");
    const Der p = integer(Der(1, '\0') + Der(128, '\xff'));
    EXPECT_EQ(with_key(seq(seq(oid("1.2.840.10040.4.1") + seq(p + p + p)) + bits(p))).key, "DSA 1024");
    EXPECT_EQ(with_key(seq(seq(oid("1.2.3.4.5")) + bits("?"))).key, "1.2.3.4.5");
    EXPECT_THAT(with_key(seq("")).faults, ElementsAre("key_bad"));
}

// S79: RSA-65536. An exponentiation with it takes seconds; a run of this test that does not end has found one.
TEST(Certificate, HugeNumbersAreOnlyMeasured) {
    Template t;
    t.key = rsa_key(Der(1, '\0') + Der(8192, '\xff'), Der(1, '\0') + Der(8192, '\xff'));
    const Der d = t.encode();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(summarize(view(d)).key, "RSA 65536");
}

TEST(Certificate, HostileIdentifiers) {  // S80
    Template t;
    t.outer_algorithm = t.inner_algorithm = seq(tlv(0x06, Der(100000, '\xff')));
    EXPECT_LE(summary_of(t).signature_algorithm.size(), 256U);
    t.outer_algorithm = t.inner_algorithm = seq(tlv(0x06, Der(100000, '\x01')));
    EXPECT_LE(summary_of(t).signature_algorithm.size(), 256U);
}

TEST(Certificate, ThousandsOfExtensions) {
    Template t;
    for (int i = 0; i < 5000; ++i) t.extensions += extension("1.2.3." + std::to_string(i), octets("x"));
    const Der d = t.encode();
    const CertificateSummary summary = summarize(view(d));
    EXPECT_TRUE(summary.readable());
    EXPECT_EQ(summary.key, summary_of(Template{}).key);
}

TEST(DescribeName, CaNamesOfARequest) {
    EXPECT_EQ(describe_name(view(name("Test CA"))), "CN=Test CA,C=DE");
    EXPECT_EQ(describe_name(view(seq(""))), "");
    EXPECT_EQ(describe_name(view(Der("junk"))), std::nullopt);
    EXPECT_EQ(describe_name({}), std::nullopt);
    EXPECT_EQ(describe_name(view(seq(integer("\x01")))), std::nullopt);
}

}  // namespace
}  // namespace tlsscope::crypto::testing
