#include "record/accounting.h"

#include <gtest/gtest.h>

#include "record/connection.h"

namespace tlsscope::record {

namespace {

TEST(Account, BalancesWhenThePartsAreTheTotal) {
    Account a{.name = "packets", .total = 5, .parts = {}};
    EXPECT_FALSE(a.balanced());
    a.add("tcp", 3);
    a.add("udp", 1);
    EXPECT_FALSE(a.balanced());
    a.add("udp", 1);
    EXPECT_TRUE(a.balanced());
    ASSERT_EQ(a.parts.size(), 2U);
    EXPECT_EQ(a.parts[1].count, 2U);
    a.add("udp", 1);
    EXPECT_FALSE(a.balanced()) << "too much is as wrong as too little";
}

TEST(Account, LeavesZerosOut) {
    Account a;
    a.add("tcp", 0);
    EXPECT_TRUE(a.parts.empty());
    EXPECT_TRUE(a.balanced());
}

TEST(Account, MergesByPart) {
    Account a{.name = "packets", .total = 2, .parts = {{"tcp", 2}}};
    const Account b{.name = "packets", .total = 4, .parts = {{"tcp", 1}, {"udp", 3}}};
    a.merge(b);
    EXPECT_EQ(a.total, 6U);
    ASSERT_EQ(a.parts.size(), 2U);
    EXPECT_EQ(a.parts[0].count, 3U);
    EXPECT_TRUE(a.balanced());
}

TEST(ConnectionRecord, KeepsTheGravestConclusion) {
    ConnectionRecord r;
    r.conclude(Severity::low, "slow", {3});
    r.conclude(Severity::high, "refused", {1, 2});
    r.conclude(Severity::high, "another of the same weight", {9});
    r.conclude(Severity::note, "less", {8});
    EXPECT_EQ(r.severity, Severity::high);
    EXPECT_EQ(r.diagnosis, "refused");
    EXPECT_EQ(r.evidence_frames, (std::vector<std::uint64_t>{1, 2}));
}

}  // namespace
}  // namespace tlsscope::record
