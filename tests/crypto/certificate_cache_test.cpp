#include "crypto/certificate_cache.h"

#include <gtest/gtest.h>

#include "der_testing.h"

namespace tlsscope::crypto::testing {
namespace {

Der certificate(int n) {
    Template t;
    t.subject = name("host" + std::to_string(n) + ".example");
    return t.encode();
}

TEST(CertificateCache, ParsesOnce) {
    CertificateCache cache;
    const Der d = certificate(1);
    const Der copy = d;
    const auto first = cache.get(view(d));
    EXPECT_EQ(first->common_name, "host1.example");
    EXPECT_EQ(cache.get(view(copy)).get(), first.get());
    EXPECT_EQ(cache.hits(), 1U);
    EXPECT_EQ(cache.size(), 1U);
}

TEST(CertificateCache, KeepsTheRecentlyUsed) {
    CertificateCache cache(2);
    const auto one = cache.get(view(certificate(1)));
    (void)cache.get(view(certificate(2)));
    (void)cache.get(view(certificate(1)));
    (void)cache.get(view(certificate(3)));  // 2 goes
    EXPECT_EQ(cache.size(), 2U);
    EXPECT_EQ(cache.get(view(certificate(1))).get(), one.get());
    const auto hits = cache.hits();
    (void)cache.get(view(certificate(2)));
    EXPECT_EQ(cache.hits(), hits);
    EXPECT_EQ(one->common_name, "host1.example");  // held summaries outlive their eviction
}

TEST(CertificateCache, StaysWithinItsBytes) {
    constexpr std::size_t kBudget = 20000;
    CertificateCache cache(1000, kBudget);
    for (int i = 0; i < 500; ++i) (void)cache.get(view(certificate(i)));
    EXPECT_LE(cache.footprint(), kBudget);
    EXPECT_GT(cache.size(), 5U);
    EXPECT_LT(cache.size(), 500U);
}

TEST(CertificateCache, OneTooBigIsStillGiven) {
    CertificateCache cache(10, 1);
    EXPECT_EQ(cache.get(view(certificate(7)))->common_name, "host7.example");
    EXPECT_EQ(cache.size(), 1U);
    EXPECT_EQ(cache.get(view(Der("junk")))->faults.size(), 1U);
    EXPECT_EQ(cache.size(), 1U);
}

}  // namespace
}  // namespace tlsscope::crypto::testing
