// Torture cases S73 to S76, S79 and S80: certificates whose encoding, numbers, dates or keys nobody should make.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bytes/hex.h"
#include "crypto/certificate.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_time.h"
#include "der_testing.h"
#include "support/growth.h"

namespace tlsscope::crypto::testing {
namespace {

using support::growth;
using support::kLinearForTenfold;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CertificateSummary summary_of(const Template& t) {
    const Der d = t.encode();
    return summarize(view(d));
}

void summarize_it(const Der& d) { (void)summarize(view(d)); }

TEST(TortureDer, S73_EveryPrefixStillHasHashAndLength) {
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

TEST(TortureDer, S73_BadEncodingsAreNamedByWhatIsWrong) {
    const auto faults_of = [](const Der& d) { return summarize(view(d)).faults; };
    const Der good = Template{}.encode();
    EXPECT_THAT(faults_of(good + "x"), ElementsAre("der_bad:trailing"));
    EXPECT_EQ(summarize(view(good + "x")).common_name, "host.example") << "what is before the trailing bytes is read";
    EXPECT_THAT(faults_of(Der("\x30\x80\x00\x00", 4)), ElementsAre("der_bad:indefinite"));
    EXPECT_THAT(faults_of(Der("\x30\x84\xff\xff\xff\xff", 6)), ElementsAre("der_bad:truncated")) << "4 GiB";
    EXPECT_THAT(faults_of(Der("\x30\x85\x01\x00\x00\x00\x00", 7)), ElementsAre("der_bad:length"));
    EXPECT_THAT(faults_of(seq(integer("\x05"))), Contains("der_bad:structure"));
    EXPECT_THAT(faults_of({}), ElementsAre("der_bad:truncated"));
}

TEST(TortureDer, S73_ALengthInMoreBytesThanItTakesIsNamedAndRead) {
    Template t;
    t.serial = Der("\x02\x81\x03\x01\x02\x03", 6);
    EXPECT_THAT(summary_of(t).faults, ElementsAre("der_bad:non_minimal"));
    EXPECT_EQ(summary_of(t).serial, "010203");
    EXPECT_EQ(summary_of(t).common_name, "host.example");
}

Der nested(std::size_t depth) {
    Der d;
    for (std::size_t i = 0; i < depth; ++i) d = seq(d);
    return d;
}

TEST(TortureDer, S74_TenThousandLevelsAreTooManyAndCostNoStack) {
    const Der deep = nested(10000);
    EXPECT_THAT(summarize(view(deep)).faults, ElementsAre("der_depth"));
    EXPECT_EQ(summarize(view(deep)).length, deep.size());
    EXPECT_THAT(summarize(view(nested(DerCheck::kMaxDepth + 2))).faults, ElementsAre("der_depth"));
}

TEST(TortureDer, S75_SerialNumbers) {
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
    t.serial = integer("\xff\x01");
    EXPECT_EQ(summary_of(t).serial, "ff01") << "shown as it is";
    t.serial = integer(Der(5000, '\x7f'));
    EXPECT_LE(summary_of(t).serial.size(), 128U);
}

TEST(TortureDer, S75_Version1WithExtensions) {
    Template t;
    t.version = "";
    t.extensions = extension("2.5.29.17", seq(tlv(0x82, "a.example")));
    EXPECT_EQ(summary_of(t).version, 1);
    EXPECT_THAT(summary_of(t).faults, ElementsAre("v1_with_extensions"));
    EXPECT_THAT(summary_of(t).names, ElementsAre("DNS:a.example"));
}

TEST(TortureDer, S75_DuplicateAndUnknownCriticalExtensions) {
    Template twice;
    twice.extensions =
        extension("2.5.29.17", seq(tlv(0x82, "a.example"))) + extension("2.5.29.17", seq(tlv(0x82, "b.example")));
    EXPECT_THAT(summary_of(twice).faults, ElementsAre("ext_dup"));
    EXPECT_THAT(summary_of(twice).names, ElementsAre("DNS:a.example"));
    Template critical;
    critical.extensions = extension("1.2.3.4.5", "?", true);
    EXPECT_THAT(summary_of(critical).faults, ElementsAre("ext_unknown_critical"));
}

TEST(TortureDer, S75_TwoSignatureAlgorithms) {
    Template mismatch;
    mismatch.outer_algorithm = seq(oid("1.2.840.113549.1.1.5") + null());
    EXPECT_THAT(summary_of(mismatch).faults, ElementsAre("algorithm_mismatch"));
    EXPECT_EQ(summary_of(mismatch).signature_algorithm, "sha1WithRSAEncryption") << "the one the signature goes by";
}

std::optional<std::int64_t> utc(std::string_view s) { return time_of(der::utc_time, bytes::as_bytes(s)); }

TEST(TortureDer, S76_TheCenturyOfUtcTimeTurnsAt50) {
    EXPECT_EQ(utc("491231235959Z"), 2524607999);
    EXPECT_EQ(utc("500101000000Z"), -631152000);
}

TEST(TortureDer, S76_DatesRfc5280DoesNotAllowStayEmpty) {
    for (const char* bad : {"2501010000Z", "250101000000+0100", "250230000000Z", "250101000000"}) {
        Template t;
        t.not_before = tlv(0x17, bad);
        EXPECT_THAT(summary_of(t).faults, ElementsAre("date_bad")) << bad;
        EXPECT_EQ(summary_of(t).not_before, std::nullopt) << bad;
        EXPECT_TRUE(summary_of(t).not_after.has_value()) << bad;
    }
}

// "No well-defined expiration date" (RFC 5280 section 4.1.2.5): no fault of the certificate's.
TEST(TortureDer, S76_TheYear9999IsADate) {
    Template t;
    t.not_after = tlv(0x18, "99991231235959Z");
    EXPECT_EQ(summary_of(t).not_after, 253402300799);
    EXPECT_THAT(summary_of(t).faults, IsEmpty());
}

TEST(TortureDer, S76_AnEndBeforeTheBeginning) {
    Template t;
    std::swap(t.not_before, t.not_after);
    EXPECT_THAT(summary_of(t).faults, ElementsAre("date_order"));
    EXPECT_TRUE(summary_of(t).not_before.has_value()) << "both are shown: that is how one sees it";
}

Der rsa_key(const Der& modulus, const Der& exponent) {
    return seq(seq(oid("1.2.840.113549.1.1.1") + null()) + bits(seq(integer(modulus) + integer(exponent))));
}

CertificateSummary with_key(const Der& key) {
    Template t;
    t.key = key;
    return summary_of(t);
}

Der ec_key(const Der& parameters) { return seq(seq(oid("1.2.840.10045.2.1") + parameters) + bits("\x04")); }

TEST(TortureDer, S79_ExponentsThatCannotBe) {
    const Der modulus(128, '\x71');
    for (const Der& bad : {Der(1, '\0'), Der("\x01"), Der("\x02"), Der("\xff")})
        EXPECT_THAT(with_key(rsa_key(modulus, bad)).faults, ElementsAre("rsa_exponent")) << bytes::hex(view(bad));
    EXPECT_THAT(with_key(rsa_key(modulus, "\x03")).faults, IsEmpty());
    EXPECT_EQ(with_key(rsa_key(modulus, "\x02")).key, "RSA 1023");
}

TEST(TortureDer, S79_KindsOfKeys) {
    EXPECT_EQ(with_key(seq(seq(oid("1.3.101.112")) + bits(Der(32, 'k')))).key, "Ed25519");
    EXPECT_EQ(with_key(seq(seq(oid("2.16.840.1.101.3.4.3.17")) + bits(Der(1312, 'k')))).key, "ML-DSA-44");
    const Der p = integer(Der(1, '\0') + Der(128, '\xff'));
    EXPECT_EQ(with_key(seq(seq(oid("1.2.840.10040.4.1") + seq(p + p + p)) + bits(p))).key, "DSA 1024");
    EXPECT_EQ(with_key(ec_key(oid("1.2.3.4"))).key, "EC 1.2.3.4") << "an unknown curve";
    EXPECT_EQ(with_key(seq(seq(oid("1.2.3.4.5")) + bits("?"))).key, "1.2.3.4.5");
}

// RFC 3279 section 2.3.5: a prime field is as long as its prime. RFC 5480 forbids such keys; they are shown all the
// same.
TEST(TortureDer, S79_ExplicitCurvesAreMeasured) {
    const Der prime = integer(Der(1, '\0') + Der(32, '\xff'));
    const Der field = seq(oid("1.2.840.10045.1.1") + prime);
    const CertificateSummary s = with_key(ec_key(seq(integer("\x01") + field)));
    EXPECT_EQ(s.key, "EC explicit parameters 256");
    EXPECT_EQ(s.key_bits, 256U);
    EXPECT_EQ(with_key(ec_key(seq(integer("\x01")))).key, "EC explicit parameters") << "of what is no curve";
}

TEST(TortureDer, S79_HugeNumbersAreOnlyMeasured) {
    const auto huge = [](std::size_t octets) {
        Template t;
        t.key = rsa_key(Der(1, '\0') + Der(octets, '\xff'), Der(1, '\0') + Der(octets, '\xff'));
        return t.encode();
    };
    EXPECT_EQ(summarize(view(huge(8192))).key, "RSA 65536");
    // An exponentiation grows with the cube of the length.
    EXPECT_LT(growth(summarize_it, huge(8192), huge(81920)), kLinearForTenfold);
}

Template signed_by(const Der& identifier) {
    Template t;
    t.outer_algorithm = t.inner_algorithm = seq(tlv(0x06, identifier));
    return t;
}

Der arcs(std::size_t n) {
    Der out = "\x2a";
    for (std::size_t i = 0; i < n; ++i) out += "\x83\x7f";
    return out;
}

TEST(TortureDer, S80_IdentifiersThatAreNoneAreShownInHexadecimal) {
    EXPECT_EQ(summary_of(signed_by("\x2a" + Der(9, '\xff') + "\x7f")).signature_algorithm, "#2affffffffffffffffff7f");
    EXPECT_EQ(summary_of(signed_by("\x80\x01")).signature_algorithm, "#8001");
    EXPECT_EQ(summary_of(signed_by("\x2a\x86")).signature_algorithm, "#2a86");
}

TEST(TortureDer, S80_LongIdentifiersAreBoundedInTextAndTime) {
    for (const Der& identifier : {arcs(1000), Der(100000, '\xff'), Der(100000, '\x01')})
        EXPECT_LE(summary_of(signed_by(identifier)).signature_algorithm.size(), kMaxOidText);
    for (const char fill : {'\xff', '\x01', '\x80'}) {
        const Der small = signed_by(Der(20000, fill)).encode();
        const Der large = signed_by(Der(200000, fill)).encode();
        EXPECT_LT(growth(summarize_it, small, large), kLinearForTenfold) << int{fill};
    }
}

TEST(TortureDer, S80_ManyIdentifiersTakeLinearTime) {
    const auto with_extensions = [](std::size_t n) {
        Template t;
        for (std::size_t i = 0; i < n; ++i) t.extensions += extension("1.2.3." + std::to_string(i), octets("x"));
        return t.encode();
    };
    EXPECT_LT(growth(summarize_it, with_extensions(1000), with_extensions(10000)), kLinearForTenfold);
}

}  // namespace
}  // namespace tlsscope::crypto::testing
