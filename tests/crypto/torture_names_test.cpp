// Torture cases S77 and S78: names in certificates, of every string type, number and length.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/certificate.h"
#include "der_testing.h"
#include "support/growth.h"

namespace tlsscope::crypto::testing {
namespace {

using support::growth;
using support::kLinearForTenfold;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CertificateSummary summary_of(const Template& t) {
    const Der d = t.encode();
    return summarize(view(d));
}

void summarize_it(const Der& d) { (void)summarize(view(d)); }

Template named(const Der& rdns) {
    Template t;
    t.subject = seq(rdns);
    return t;
}

std::string subject_of(const Der& value) { return summary_of(named(attribute("2.5.4.3", value))).subject; }

TEST(TortureNames, S77_EveryStringTypeBecomesUtf8) {
    const std::string buecher =
        "CN=b\xc3\xbc"
        "cher";
    EXPECT_EQ(subject_of(utf8("b\xc3\xbc"
                              "cher")),
              buecher);
    EXPECT_EQ(subject_of(tlv(0x14,
                             "b\xfc"
                             "cher")),
              buecher)
        << "T61String as Latin-1";
    EXPECT_EQ(subject_of(tlv(0x1e, Der("\0b\0\xfc\0c\0h\0e\0r", 12))), buecher) << "BMPString";
    EXPECT_EQ(subject_of(tlv(0x1c, Der("\0\0\0b\0\x01\xf6\0", 8))), "CN=b\xf0\x9f\x98\x80") << "UniversalString";
    EXPECT_EQ(subject_of(tlv(0x1e, Der("\xd8\x3d\xde\x00", 4))), "CN=\xf0\x9f\x98\x80") << "a surrogate pair";
    EXPECT_EQ(subject_of(tlv(0x1e, Der("\xde\x00\0a", 4))),
              "CN=\xef\xbf\xbd"
              "a")
        << "half of one";
    EXPECT_EQ(subject_of(octets("ab")), "CN=#6162") << "no text at all";
}

TEST(TortureNames, S77_HostileBytesAreKeptForTheReportersToEscape) {
    EXPECT_EQ(subject_of(utf8("\xff\xfe")), "CN=\xff\xfe");
    EXPECT_EQ(subject_of(utf8(Der("good.example\0.evil.example", 26))), Der("CN=good.example\0.evil.example", 29));
    EXPECT_EQ(subject_of(utf8("\x1b[2J")), "CN=\x1b[2J");
}

TEST(TortureNames, S77_ATextThatLooksLikeMoreAttributesIsEscaped) {
    EXPECT_EQ(subject_of(utf8("a,CN=b+O=c")), "CN=a\\,CN=b\\+O=c");
    EXPECT_EQ(subject_of(utf8("a\"<e>;\\")), "CN=a\\\"\\<e\\>\\;\\\\");
    EXPECT_EQ(subject_of(utf8(" a ")), "CN=\\ a\\ ");
    EXPECT_EQ(subject_of(utf8("#1")), "CN=\\#1");
}

TEST(TortureNames, S77_SeveralValuesInOneRdn) {
    const Der both = set(seq(oid("2.5.4.10") + utf8("Org")) + seq(oid("2.5.4.11") + utf8("Unit")));
    const CertificateSummary s =
        summary_of(named(both + attribute("2.5.4.3", utf8("x")) + attribute("2.999.7", utf8("y"))));
    EXPECT_EQ(s.subject, "2.999.7=#0c0179,CN=x,O=Org+OU=Unit");
    EXPECT_EQ(s.common_name, "x");
    EXPECT_THAT(summary_of(named(set(""))).faults, ElementsAre("name_bad"));
}

Der many_rdns(std::size_t n) {
    Der out;
    for (std::size_t i = 0; i < n; ++i) out += attribute("2.5.4.11", utf8("unit"));
    return out;
}

Der many_in_one_rdn(std::size_t n) {
    Der out;
    for (std::size_t i = 0; i < n; ++i) out += seq(oid("2.5.4.11") + utf8("unit"));
    return set(out);
}

TEST(TortureNames, S77_AThousandRdnsAreCut) {
    for (const Der& rdns : {many_rdns(1000), many_in_one_rdn(1000)}) {
        EXPECT_THAT(summary_of(named(rdns)).faults, ElementsAre("name_cut"));
        EXPECT_LE(summary_of(named(rdns)).subject.size(), CertificateSummary::kMaxText);
    }
}

TEST(TortureNames, S77_ACommonNameOf64KiBIsCut) {
    const CertificateSummary s = summary_of(named(attribute("2.5.4.3", utf8(Der(65536, 'a')))));
    EXPECT_LE(s.subject.size(), CertificateSummary::kMaxText);
    EXPECT_LE(s.common_name.size(), CertificateSummary::kMaxText);
    EXPECT_THAT(s.faults, ElementsAre("name_cut"));
}

TEST(TortureNames, S77_InLinearTime) {
    EXPECT_LT(growth(summarize_it, named(many_rdns(1000)).encode(), named(many_rdns(10000)).encode()),
              kLinearForTenfold);
    EXPECT_LT(growth(summarize_it, named(many_in_one_rdn(1000)).encode(), named(many_in_one_rdn(10000)).encode()),
              kLinearForTenfold);
}

Template with_alternatives(const Der& names) {
    Template t;
    t.extensions = extension("2.5.29.17", seq(names));
    return t;
}

Der dns(std::string_view name) { return tlv(0x82, Der{name}); }

Der many_hosts(std::size_t n) {
    Der out;
    for (std::size_t i = 0; i < n; ++i) out += dns("host" + std::to_string(i) + ".example");
    return out;
}

TEST(TortureNames, S78_TenThousandNamesAreCountedAndAHundredKept) {
    const CertificateSummary s = summary_of(with_alternatives(many_hosts(10000)));
    EXPECT_EQ(s.names_total, 10000U);
    EXPECT_EQ(s.names.size(), CertificateSummary::kMaxNames);
    EXPECT_THAT(s.faults, IsEmpty());
    EXPECT_LT(growth(summarize_it, with_alternatives(many_hosts(1000)).encode(),
                     with_alternatives(many_hosts(10000)).encode()),
              kLinearForTenfold);
}

TEST(TortureNames, S78_AnAddressOfFiveBytes) {
    const CertificateSummary s = summary_of(with_alternatives(tlv(0x87, "12345")));
    EXPECT_THAT(s.names, ElementsAre("IP:#3132333435"));
    EXPECT_THAT(s.faults, ElementsAre("san_ip_bad"));
}

TEST(TortureNames, S78_NoNameAndAnEmptyOne) {
    EXPECT_THAT(summary_of(with_alternatives("")).faults, ElementsAre("san_empty"));
    EXPECT_THAT(summary_of(with_alternatives(dns(""))).faults, ElementsAre("san_empty"));
}

TEST(TortureNames, S78_EveryKindOfName) {
    const Der other = tlv(0xa0, oid("1.3.6.1.5.5.7.8.5") + tlv(0xa0, utf8("user")));
    const CertificateSummary s = summary_of(with_alternatives(dns("*.a.example") + tlv(0x86, "https://a.example/") +
                                                              other + tlv(0xa4, name("dir")) + tlv(0x88, "\x2a\x03")));
    EXPECT_THAT(s.names, ElementsAre("DNS:*.a.example", "URI:https://a.example/", "othername:1.3.6.1.5.5.7.8.5",
                                     "DirName:CN=dir,C=DE", "RID:1.2.3"));
    EXPECT_THAT(s.faults, IsEmpty());
}

TEST(TortureNames, S78_AHostileNameIsKeptAsItIs) {
    EXPECT_THAT(summary_of(with_alternatives(dns(Der("a.example\0.b", 12)))).names,
                ElementsAre(Der("DNS:a.example\0.b", 16)));
    EXPECT_LE(summary_of(with_alternatives(dns(Der(65536, 'a')))).names.at(0).size(), CertificateSummary::kMaxText + 4);
}

}  // namespace
}  // namespace tlsscope::crypto::testing
