#include "crypto/trust_store.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <random>
#include <thread>

#include "bytes/bytes.h"
#include "support/issued.h"

namespace tlsscope::crypto {
namespace {

using tlsscope::testing::issue;
using tlsscope::testing::Issued;
using tlsscope::testing::Recipe;

constexpr std::int64_t kFrom = 1'600'000'000;
constexpr std::int64_t kTo = 1'700'000'000;
constexpr std::int64_t kThen = 1'650'000'000;

/// A root, its intermediate and a server's certificate.
struct Family {
    Issued root = issue({.subject = "Root", .from = 1'000'000'000, .to = 2'000'000'000, .ca = true});
    Issued middle =
        issue({.subject = "Middle", .issuer = &root, .from = 1'500'000'000, .to = 1'800'000'000, .ca = true});
    Issued leaf =
        issue({.issuer = &middle, .from = kFrom, .to = kTo, .extensions = {{"extendedKeyUsage", "serverAuth"}}});
};

std::shared_ptr<const TrustStore> store_of(const std::vector<std::string>& ders) {
    std::string error;
    auto store = TrustStore::parse(tlsscope::testing::pem(ders), "the test's", error);
    EXPECT_NE(store, nullptr) << error;
    return store;
}

ChainCheck check(const TrustStore& store, const std::vector<std::string>& ders, std::int64_t at = kThen,
                 Role role = Role::server) {
    std::vector<bytes::Bytes> chain;
    for (const std::string& der : ders) chain.push_back(bytes::as_bytes(der));
    const auto result = store.check(chain, role, at);
    EXPECT_TRUE(result.has_value());
    return result.value_or(ChainCheck{});
}

TEST(TrustStore, AChainThatLeadsToTheStoreHasNoFault) {
    const Family f;
    const auto store = store_of({f.root.der});
    EXPECT_EQ(store->size(), 1U);
    EXPECT_TRUE(check(*store, {f.leaf.der, f.middle.der}).faults.none());
    EXPECT_TRUE(check(*store, {f.leaf.der, f.root.der, f.middle.der}).faults.none());  // in any order
}

TEST(TrustStore, TheIntermediateMayBeInTheStore) {
    const Family f;
    EXPECT_TRUE(check(*store_of({f.root.der, f.middle.der}), {f.leaf.der}).faults.none());
    // But no chain ends at one: a store of intermediates alone trusts nothing.
    EXPECT_TRUE(check(*store_of({f.middle.der}), {f.leaf.der}).faults.unknown_issuer);
}

TEST(TrustStore, WhatIsMissingIsTheIntermediateOnlyWhereItCanBeFetched) {
    const Family f;
    const auto store = store_of({f.root.der});
    const ChainFaults silent = check(*store, {f.leaf.der}).faults;
    EXPECT_TRUE(silent.unknown_issuer && !silent.missing_intermediate);
    const std::vector<std::pair<std::string, std::string>> aia{
        {"authorityInfoAccess", "caIssuers;URI:http://ca.example/m"}};
    const Issued says = issue({.issuer = &f.middle, .extensions = aia});
    const ChainFaults fetchable = check(*store, {says.der}).faults;
    EXPECT_TRUE(fetchable.missing_intermediate && !fetchable.unknown_issuer);
    EXPECT_TRUE(check(*store, {says.der, f.middle.der}).faults.none());
    // Sent, and still no way to the store: it is the root that is not known.
    const Issued other = issue({.subject = "Other", .ca = true});
    EXPECT_TRUE(check(*store_of({other.der}), {says.der, f.middle.der}).faults.unknown_issuer);
}

TEST(TrustStore, TheTimeIsTheOneAskedForAndTheAnswerSaysHowLongItHolds) {
    const Family f;
    const auto store = store_of({f.root.der});
    const ChainCheck good = check(*store, {f.leaf.der, f.middle.der});
    EXPECT_EQ(good.from, kFrom);
    EXPECT_EQ(good.until, kTo);  // the last second is good, too, and a range of its own
    EXPECT_TRUE(check(*store, {f.leaf.der, f.middle.der}, kTo).faults.none());
    EXPECT_TRUE(check(*store, {f.leaf.der, f.middle.der}, kFrom).faults.none());
    const ChainCheck late = check(*store, {f.leaf.der, f.middle.der}, kTo + 1);
    EXPECT_TRUE(late.faults.expired);
    EXPECT_EQ(late.from, kTo + 1);
    EXPECT_EQ(late.until, 1'800'000'000);  // then the intermediate's last second begins
    EXPECT_TRUE(check(*store, {f.leaf.der, f.middle.der}, kFrom - 1).faults.not_yet_valid);
}

TEST(TrustStore, AnExpiredIssuerIsExpiry) {
    const Family f;
    const Issued old = issue({.subject = "Old", .issuer = &f.root, .to = kThen - 1, .ca = true});
    const Issued leaf = issue({.issuer = &old});
    EXPECT_EQ(check(*store_of({f.root.der}), {leaf.der, old.der}).faults, (ChainFaults{.expired = true, .other = {}}));
}

TEST(TrustStore, ASelfSignedCertificateIsFineOnlyInTheStore) {
    const Issued own = issue({.subject = "own.example"});
    const Family f;
    EXPECT_EQ(check(*store_of({f.root.der}), {own.der}).faults, (ChainFaults{.self_signed = true, .other = {}}));
    EXPECT_TRUE(check(*store_of({own.der}), {own.der}).faults.none());
}

TEST(TrustStore, AnIssuerMustBeACaAndSignWhatItIssued) {
    const Family f;
    const auto store = store_of({f.root.der});
    const Issued below = issue({.subject = "below", .issuer = &f.leaf});
    const ChainFaults no_ca = check(*store, {below.der, f.leaf.der, f.middle.der}).faults;
    EXPECT_TRUE(no_ca.bad_ca && !no_ca.wrong_usage);
    std::string broken = f.leaf.der;
    broken.back() = static_cast<char>(broken.back() ^ 1);
    EXPECT_EQ(check(*store, {broken, f.middle.der}).faults, (ChainFaults{.bad_signature = true, .other = {}}));
}

TEST(TrustStore, ThePurposeOfIssuersCounts) {
    const Family f;
    const Issued clients = issue(
        {.subject = "Clients", .issuer = &f.root, .ca = true, .extensions = {{"extendedKeyUsage", "clientAuth"}}});
    const Issued leaf = issue({.issuer = &clients});
    EXPECT_TRUE(check(*store_of({f.root.der}), {leaf.der, clients.der}).faults.wrong_usage);
    EXPECT_TRUE(check(*store_of({f.root.der}), {leaf.der, clients.der}, kThen, Role::client).faults.none());
}

TEST(TrustStore, WeakKeysAndSignaturesAreNotItsBusiness) {
    const Family f;
    const Issued weak = issue({.issuer = &f.middle, .rsa_bits = 1024, .sha1 = true});
    EXPECT_TRUE(check(*store_of({f.root.der}), {weak.der, f.middle.der}).faults.none());
}

TEST(TrustStore, WhatIsLeftIsInOpensslsWords) {
    const Family f;
    const Issued odd = issue({.issuer = &f.middle, .extensions = {{"1.3.6.1.4.1.99999.1", "critical,DER:0500"}}});
    EXPECT_EQ(check(*store_of({f.root.der}), {odd.der, f.middle.der}).faults.other, "unhandled critical extension");
}

TEST(TrustStore, AFileMustHoldCertificatesAndWholeOnes) {
    const Family f;
    std::string error;
    EXPECT_EQ(TrustStore::parse("no PEM at all", "it", error), nullptr);
    EXPECT_EQ(error, "it holds no certificate in PEM");
    std::string text = tlsscope::testing::pem({f.root.der, f.middle.der});
    text.replace(text.rfind("-----BEGIN") + 40, 8, "********");
    EXPECT_EQ(TrustStore::parse(text, "it", error), nullptr);
    EXPECT_EQ(error, "it is damaged: a certificate cannot be read");
    EXPECT_EQ(TrustStore::load("/nonexistent/ca.pem", error), nullptr);
    EXPECT_EQ(error, "cannot read the CA file /nonexistent/ca.pem: No such file or directory");
    EXPECT_EQ(TrustStore::load("/", error), nullptr);
    EXPECT_EQ(error, "cannot read the CA file /: not a regular file");
}

TEST(TrustStore, TheSystemsFileCanBeNamed) {
    const Family f;
    const std::string path = ::testing::TempDir() + "/trust_store_test.pem";
    std::ofstream{path} << "a comment\n" << tlsscope::testing::pem({f.root.der, f.middle.der});
    setenv("SSL_CERT_FILE", path.c_str(), 1);
    std::string error;
    const auto store = TrustStore::load("system", error);
    unsetenv("SSL_CERT_FILE");
    std::remove(path.c_str());
    ASSERT_NE(store, nullptr) << error;
    EXPECT_EQ(store->size(), 2U);
}

/// Beyond "no crash": a certificate whose signed part was changed is never without fault.
TEST(TrustStore, MangledChainsNeverPass) {
    const Family f;
    const auto store = store_of({f.root.der});
    std::mt19937 dice{7};
    int answered = 0;
    for (int round = 0; round < 3000; ++round) {
        std::vector<std::string> ders{f.leaf.der, f.middle.der};
        std::string& one = ders[dice() % 2];
        const std::string before = one;
        const std::size_t at = dice() % one.size();
        if (round % 4 == 0) one.resize(at);
        else one[at] = static_cast<char>(one[at] ^ (1 << dice() % 8));
        std::vector<bytes::Bytes> chain;
        for (const std::string& der : ders) chain.push_back(bytes::as_bytes(der));
        const auto result = store->check(chain, Role::server, kThen);
        answered += result ? 1 : 0;
        if (result && one != before) {
            EXPECT_FALSE(result->faults.none()) << "round " << round;
        }
    }
    EXPECT_GT(answered, 500);
}

TEST(TrustStore, WorkersShareOne) {
    const Family f;
    const auto store = store_of({f.root.der});
    std::vector<std::thread> threads;
    std::vector<int> good(4, 0);
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 100; ++i) {
                const std::vector<bytes::Bytes> chain{bytes::as_bytes(f.leaf.der), bytes::as_bytes(f.middle.der)};
                const auto result = store->check(chain, Role::server, t % 2 == 0 ? kThen : kTo + 1);
                good[static_cast<std::size_t>(t)] += result && result->faults.none() ? 1 : 0;
            }
        });
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(good, (std::vector<int>{100, 0, 100, 0}));
}

}  // namespace
}  // namespace tlsscope::crypto
