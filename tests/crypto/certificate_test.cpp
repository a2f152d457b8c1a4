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

TEST(Certificate, Version1AndKnownExtensionsAreNoFaults) {
    Template t;
    t.version = "";
    EXPECT_EQ(summary_of(t).version, 1);
    EXPECT_THAT(summary_of(t).faults, IsEmpty());
    Template extended;
    extended.extensions = extension("1.2.3.4.5", "?");
    EXPECT_THAT(summary_of(extended).faults, IsEmpty());
}

TEST(Certificate, AnEmptySubjectIsNoFault) {
    Template t;
    t.subject = seq("");
    EXPECT_EQ(summary_of(t).subject, "");
    EXPECT_THAT(summary_of(t).faults, IsEmpty());
}

TEST(Certificate, KeysOfTheUsualKinds) {
    const auto with_key = [](const Der& key) {
        Template t;
        t.key = key;
        return summary_of(t);
    };
    const auto rsa = [&](const Der& modulus) {
        return with_key(seq(seq(oid("1.2.840.113549.1.1.1") + null()) +
                            bits(seq(integer(modulus) + integer(Der("\x01\x00\x01", 3))))));
    };
    EXPECT_EQ(rsa(Der(1, '\0') + Der(256, '\xc1')).key, "RSA 2048");
    EXPECT_EQ(rsa("\x01" + Der(127, '\xc1')).key, "RSA 1017");
    EXPECT_EQ(with_key(seq(seq(oid("1.2.840.10045.2.1") + oid("1.3.132.0.34")) + bits("\x04"))).key, "EC P-384");
    EXPECT_THAT(with_key(seq("")).faults, ElementsAre("key_bad"));
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
