#include "verdict/certificate_check.h"

#include <gtest/gtest.h>

#include <set>

#include "support/issued.h"

namespace tlsscope::verdict {
namespace {

using record::Side;
using tlsscope::testing::issue;
using tlsscope::testing::Issued;
using tlsscope::testing::Recipe;

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kNow = 1'650'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

/// Issued by a CA that is not sent, so that nothing but the recipe is odd.
Issued leaf(Recipe recipe) {
    static const Issued ca = issue({.subject = "CA", .ca = true});
    recipe.issuer = &ca;
    return issue(recipe);
}

struct Asked {
    std::int64_t at = kNow;
    Side from = Side::server;
    std::optional<bool> named = {};
    bool whole = true;
};

Presented presented(const std::vector<std::string>& ders, const Asked& asked = {},
                    const CertificatePolicy* policy = nullptr) {
    crypto::CertificateCache cache;
    const std::string list = tlsscope::testing::certificate_list(ders);
    return present(
        std::make_shared<const Chain>(bytes::as_bytes(list), cache),
        {.from = asked.from, .at = {asked.at * kSecond, 7}, .whole = asked.whole, .names_the_host = asked.named},
        policy);
}

/// The names of the rules that fire, without their common beginning.
std::set<std::string> fired(const Presented& p) {
    std::set<std::string> out;
    p.faults.for_each([&](CertificateFault f) { out.emplace(rule_of(f).rule.finding.name.substr(5)); });
    return out;
}

using Names = std::set<std::string>;

TEST(CertificateRules, HaveNamesOfTheirOwnAndSayAllThatAListShows) {
    Names names;
    Names tokens;
    for (const CertificateRule& r : kCertificateRules) {
        EXPECT_TRUE(r.rule.finding.name.starts_with("cert_"));
        EXPECT_TRUE(names.emplace(r.rule.finding.name).second);
        EXPECT_TRUE(r.token.empty() || r.rule.finding.name.substr(5) == r.token);
        EXPECT_TRUE(r.rule.finding.meaning.ends_with('.') && r.rule.definition.ends_with('.') &&
                    r.rule.false_positives.ends_with('.') && !r.rule.cure.ends_with('.') && !r.rule.cure.empty())
            << r.rule.finding.name;
    }
}

TEST(CertificateRules, AreInOrderOfGravity) {
    for (std::size_t i = 1; i < std::size(kCertificateRules); ++i)
        EXPECT_GE(kCertificateRules[i - 1].rule.finding.severity, kCertificateRules[i].rule.finding.severity);
}

TEST(CertificateDates, TheLastSecondCounts) {
    const std::string der = leaf({.from = kNow - 100 * kDay, .to = kNow}).der;
    EXPECT_EQ(fired(presented({der})), Names{"expires_soon"});
    EXPECT_EQ(fired(presented({der}, {.at = kNow + 1})), Names{"expired"});
    EXPECT_EQ(fired(presented({der}, {.at = kNow - 100 * kDay})), Names{});
    EXPECT_EQ(fired(presented({der}, {.at = kNow - 100 * kDay - 1})), Names{"not_yet_valid"});
}

TEST(CertificateDates, SoonIsLessThanFourteenDaysAndAFifth) {
    const auto at = [](std::int64_t lifetime, std::int64_t left) {
        return fired(presented({leaf({.from = kNow + left - lifetime, .to = kNow + left}).der}));
    };
    EXPECT_EQ(at(90 * kDay, 14 * kDay), Names{});
    EXPECT_EQ(at(90 * kDay, 14 * kDay - 1), Names{"expires_soon"});
    EXPECT_EQ(at(10 * kDay, 2 * kDay), Names{});
    EXPECT_EQ(at(10 * kDay, 2 * kDay - 1), Names{"expires_soon"});
}

TEST(CertificateDates, LongIsMoreThan825DaysSinceJuly2019AndOfAServer) {
    const auto from = [](std::int64_t begin, std::int64_t days, std::int64_t more, Side side = Side::server) {
        const std::int64_t end = begin + days * kDay + more;
        return fired(presented({leaf({.from = begin, .to = end}).der}, {.at = begin, .from = side}));
    };
    EXPECT_EQ(from(kLongSince, 825, 0), Names{});
    EXPECT_EQ(from(kLongSince, 825, 1), Names{"validity_long"});
    EXPECT_EQ(from(kLongSince - 1, 3650, 0), Names{});
    EXPECT_EQ(from(kLongSince, 3650, 0, Side::client), Names{});
}

TEST(CertificateDates, WithoutATimeNothingIsSaidOfThem) {
    const std::string der = leaf({.from = kNow - 20 * kDay, .to = kNow - 10 * kDay}).der;
    crypto::CertificateCache cache;
    const std::string list = tlsscope::testing::certificate_list({der});
    const Presented p = present(std::make_shared<const Chain>(bytes::as_bytes(list), cache), {}, nullptr);
    EXPECT_EQ(fired(p), Names{});
    EXPECT_EQ(days_left(p), std::nullopt);
    EXPECT_EQ(days_left(presented({der})), -10);
    EXPECT_EQ(days_left(presented({der}, {.at = kNow - 10 * kDay + 1})), -1);
    EXPECT_EQ(days_left(presented({der}, {.at = kNow - 10 * kDay})), 0);
}

TEST(CertificateName, IsSaidOnlyWhereSomebodyKnows) {
    const std::string der = leaf({}).der;
    EXPECT_EQ(fired(presented({der})), Names{});
    EXPECT_EQ(fired(presented({der}, {.named = true})), Names{});
    EXPECT_EQ(fired(presented({der}, {.named = false})), Names{"name_mismatch"});
}

TEST(CertificateUsage, FollowsTheRole) {
    const auto usage = [](const char* extension, const char* value, Side side) {
        return fired(presented({leaf({.extensions = {{extension, value}}}).der}, {.from = side}));
    };
    EXPECT_EQ(usage("extendedKeyUsage", "clientAuth", Side::server), Names{"wrong_usage"});
    EXPECT_EQ(usage("extendedKeyUsage", "clientAuth", Side::client), Names{});
    EXPECT_EQ(usage("extendedKeyUsage", "serverAuth", Side::client), Names{"wrong_usage"});
    EXPECT_EQ(usage("extendedKeyUsage", "serverAuth", Side::server), Names{});
    EXPECT_EQ(usage("extendedKeyUsage", "emailProtection", Side::server), Names{"wrong_usage"});
    EXPECT_EQ(usage("extendedKeyUsage", "anyExtendedKeyUsage", Side::server), Names{});
    EXPECT_EQ(usage("extendedKeyUsage", "msSGC", Side::server), Names{});
    EXPECT_EQ(usage("keyUsage", "keyCertSign", Side::server), Names{"wrong_usage"});
    EXPECT_EQ(usage("keyUsage", "keyEncipherment", Side::server), Names{});
    EXPECT_EQ(usage("keyUsage", "keyEncipherment", Side::client), Names{"wrong_usage"});
    EXPECT_EQ(usage("keyUsage", "digitalSignature", Side::client), Names{});
    EXPECT_EQ(usage("keyUsage", "keyAgreement,decipherOnly", Side::client), Names{});
}

TEST(CertificateStrength, OfEachCertificateOfTheChain) {
    const std::string good = leaf({}).der;
    EXPECT_EQ(fired(presented({leaf({.rsa_bits = 2048}).der})), Names{});
    EXPECT_EQ(fired(presented({leaf({.rsa_bits = 2040}).der})), Names{"weak_key"});
    const Presented second = presented({good, leaf({.rsa_bits = 1024}).der});
    EXPECT_EQ(fired(second), Names{"weak_key"});
    EXPECT_EQ(clause(second, CertificateFault::weak_key, ""),
              "certificate 2 of the server's chain has a key that is too short (RSA 1024)");
    EXPECT_EQ(fired(presented({leaf({.sha1 = true}).der})), Names{"weak_signature"});
    EXPECT_EQ(fired(presented({good, issue({.subject = "Root", .ca = true, .sha1 = true}).der})), Names{});
}

TEST(CertificateStore, WithoutOneNothingIsSaidOfIssuers) {
    const Presented p = presented({leaf({}).der});
    EXPECT_EQ(fired(p), Names{});
    EXPECT_TRUE(tokens(p).empty());
    EXPECT_EQ(tokens(presented({issue({}).der})), std::vector<std::string_view>{"self_signed"});
}

TEST(CertificateStore, WithOneTheChainIsBuiltAtTheTimeThatCounts) {
    const Issued root = issue({.subject = "Root", .ca = true});
    const Issued host = issue({.issuer = &root, .from = kNow - 90 * kDay, .to = kNow + 90 * kDay});
    std::string error;
    CertificatePolicy policy;
    policy.store = crypto::TrustStore::parse(tlsscope::testing::pem({root.der}), "", error);
    EXPECT_EQ(tokens(presented({host.der}, {}, &policy)), std::vector<std::string_view>{"ok"});
    EXPECT_EQ(tokens(presented({leaf({}).der}, {}, &policy)), std::vector<std::string_view>{"unknown_issuer"});
    EXPECT_EQ(fired(presented({root.der}, {}, &policy)).count("self_signed"), 0U);
    // Where certificates of the message are missing, nobody can say that one was not sent.
    EXPECT_TRUE(tokens(presented({leaf({}).der}, {.whole = false}, &policy)).empty());
    policy.at = kNow + 91 * kDay;
    const Presented later = presented({host.der}, {}, &policy);
    EXPECT_EQ(tokens(later), std::vector<std::string_view>{"expired"});
    EXPECT_TRUE(later.seen_by_peer().none());
    EXPECT_EQ(clause(later, CertificateFault::expired, ""),
              "the server's certificate expired 1 day before 2022-07-15 (--at) (notAfter 2022-07-14)");
}

TEST(CertificateStore, AnUnreadableCertificateIsAFaultOfTheChain) {
    std::string error;
    CertificatePolicy policy;
    policy.store = crypto::TrustStore::parse(tlsscope::testing::pem({issue({.ca = true}).der}), "", error);
    const Presented p = presented({"rubbish"}, {}, &policy);
    EXPECT_EQ(tokens(p), std::vector<std::string_view>{"chain_invalid"});
    EXPECT_EQ(clause(p, CertificateFault::chain_invalid, ""),
              "the chain of the server's certificate is not valid (it cannot be read)");
}

TEST(CertificateWords, NameBothNamesAndCutLongOnes) {
    const Presented p = presented(
        {leaf({.extensions = {{"subjectAltName", "DNS:a.example,DNS:b.example,IP:192.0.2.1"}}}).der}, {.named = false});
    EXPECT_EQ(clause(p, CertificateFault::name_mismatch, "c.example"),
              "the server's certificate does not name c.example: it is for a.example and 2 other names");
    const std::string longest = std::string(99, 'x') + "\xc3\xa4" + "y";
    EXPECT_EQ(clause(p, CertificateFault::name_mismatch, longest), "the server's certificate does not name " +
                                                                       std::string(99, 'x') +
                                                                       "...: it is for a.example and 2 other names");
}

TEST(ChainCache, ReadsAChainOnceAndStaysWithinItsBudget) {
    crypto::CertificateCache certificates;
    ChainCache cache{certificates, 20'000};
    const std::string one = tlsscope::testing::certificate_list({leaf({.subject = "one"}).der});
    const auto first = cache.get(bytes::as_bytes(one));
    EXPECT_EQ(cache.get(bytes::as_bytes(std::string{one})).get(), first.get());
    for (int i = 0; i < 40; ++i) {
        const std::string more = tlsscope::testing::certificate_list({leaf({.subject = std::to_string(i)}).der});
        EXPECT_EQ(cache.get(bytes::as_bytes(more))->leaf().common_name, std::to_string(i));
        EXPECT_LE(cache.footprint(), 20'000U);
    }
    EXPECT_LT(cache.size(), 15U);
    EXPECT_EQ(first->leaf().common_name, "one");  // held chains outlive their eviction
    EXPECT_NE(cache.get(bytes::as_bytes(one)).get(), first.get());
}

TEST(ChainCache, TellsChainsApartThatLookAlikeAtBothEnds) {
    crypto::CertificateCache certificates;
    ChainCache cache{certificates};
    std::string a = tlsscope::testing::certificate_list({leaf({.subject = "aaaa", .rsa_bits = 2048}).der});
    std::string b = a;
    b[b.find("aaaa")] = 'b';
    EXPECT_EQ(cache.get(bytes::as_bytes(a))->leaf().common_name, "aaaa");
    EXPECT_EQ(cache.get(bytes::as_bytes(b))->leaf().common_name, "baaa");
    EXPECT_EQ(cache.get(bytes::as_bytes(a))->leaf().common_name, "aaaa");
}

TEST(Chain, KeepsWhatIsWholeAndNotMoreThanSixteen) {
    crypto::CertificateCache certificates;
    const std::string der = leaf({}).der;
    std::string cut = tlsscope::testing::certificate_list({der, der});
    cut.pop_back();
    EXPECT_EQ((Chain{bytes::as_bytes(cut), certificates}.certificates().size()), 1U);
    const std::string many = tlsscope::testing::certificate_list(std::vector<std::string>(20, der));
    EXPECT_EQ((Chain{bytes::as_bytes(many), certificates}.certificates().size()), 16U);
    EXPECT_TRUE((Chain{{}, certificates}.empty()));
    const Chain one{bytes::as_bytes(cut), certificates};
    EXPECT_EQ(one.file()->pem, tlsscope::testing::pem({der}));
}

}  // namespace
}  // namespace tlsscope::verdict
