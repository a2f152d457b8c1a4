#include "report/counters.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "report/findings.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

/// The definition, word for word: the smallest value that at least p percent of the values do not exceed.
std::int64_t by_definition(const std::vector<std::int64_t>& values, int percent) {
    std::vector<std::int64_t> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    for (const std::int64_t candidate : sorted) {
        const auto not_above =
            static_cast<std::size_t>(std::upper_bound(sorted.begin(), sorted.end(), candidate) - sorted.begin());
        if (not_above * 100 >= static_cast<std::size_t>(percent) * sorted.size()) return candidate;
    }
    return sorted.back();
}

TEST(Distribution, ExactPercentilesByDefinition) {
    std::mt19937_64 random{1};
    for (const std::size_t n : {1U, 2U, 3U, 4U, 9U, 10U, 11U, 99U, 100U, 101U, 1000U}) {
        Distribution d;
        std::vector<std::int64_t> values;
        for (std::size_t i = 0; i < n; ++i) {
            values.push_back(static_cast<std::int64_t>(random() % 1000) - 200);
            d.add(values.back());
        }
        for (const int p : {0, 1, 10, 50, 90, 99, 100})
            EXPECT_EQ(d.percentile(p), by_definition(values, p)) << "p" << p << " of " << n;
        EXPECT_EQ(d.greatest(), *std::max_element(values.begin(), values.end()));
        EXPECT_EQ(d.count(), n);
    }
}

TEST(Distribution, AddingAfterAskingIsSeen) {
    Distribution d;
    d.add(10);
    EXPECT_EQ(d.percentile(50), 10);
    d.add(1);
    EXPECT_EQ(d.percentile(50), 1);
}

TEST(Distribution, BucketsAreWithinOnePercent) {
    std::mt19937_64 random{2};
    std::lognormal_distribution<double> nanoseconds{17.0, 2.5};
    Distribution d;
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < Distribution::kMostExact * 2; ++i) {
        const double sign = random() % 4 == 0 ? -1.0 : 1.0;
        values.push_back(static_cast<std::int64_t>(sign * nanoseconds(random)));
        d.add(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const double p : {1.0, 10.0, 25.0, 50.0, 90.0, 99.0, 99.9}) {
        const auto rank = static_cast<std::size_t>(std::ceil(p / 100 * static_cast<double>(values.size())));
        const auto exact = static_cast<double>(values[rank - 1]);
        const auto got = static_cast<double>(d.percentile(p));
        EXPECT_NEAR(got, exact, std::abs(exact) * 0.01 + 1) << "p" << p;
        EXPECT_GE(got, exact);
    }
    EXPECT_EQ(d.percentile(100), values.back());
    EXPECT_EQ(d.greatest(), values.back());
    EXPECT_EQ(d.count(), values.size());
}

TEST(Distribution, ExtremesHaveABucket) {
    Distribution d;
    for (std::size_t i = 0; i <= Distribution::kMostExact; ++i) d.add(0);
    d.add(std::numeric_limits<std::int64_t>::max());
    d.add(std::numeric_limits<std::int64_t>::min());
    EXPECT_LT(d.percentile(0), std::numeric_limits<std::int64_t>::min() / 100 * 99);  // 1 % too high at most
    EXPECT_EQ(d.percentile(50), 0);
    EXPECT_EQ(d.percentile(100), std::numeric_limits<std::int64_t>::max());
}

TEST(ValueCounter, TopByCountThenName) {
    ValueCounter c;
    for (const std::string_view v : {"b", "a", "c", "c", "b", "d", ""}) c.add(v);
    const auto top = c.top(3);
    ASSERT_EQ(top.size(), 3U);
    EXPECT_EQ(top[0].value, "b");
    EXPECT_EQ(top[1].value, "c");
    EXPECT_EQ(top[2].value, "");
    EXPECT_EQ(c.distinct(), 5U);
    EXPECT_EQ(c.top(100).size(), 5U);
}

TEST(ValueCounter, IsBoundedAndCountsTheRest) {
    ValueCounter c;
    for (std::size_t i = 0; i < ValueCounter::kMostValues + 500; ++i) c.add(std::to_string(i));
    c.add("7");
    EXPECT_EQ(c.distinct(), ValueCounter::kMostValues);
    EXPECT_EQ(c.other(), 500U);
    EXPECT_EQ(c.top(1)[0].value, "7");
    EXPECT_EQ(c.top(1)[0].count, 2U);
    ValueCounter lengthy;
    lengthy.add(std::string(100'000, 'x'));
    EXPECT_EQ(lengthy.top(1)[0].value.size(), ValueCounter::kLongestValue);
}

TEST(Findings, DiagnosesThatDifferInNumbersAreOne) {
    Findings f;
    f.add(synthetic::failed_connection(3, "No answer after 3.002 s."));
    f.add(synthetic::failed_connection(5, "No answer after 12.1 s."));
    f.add(synthetic::failed_connection(8, "Refused."));
    f.add(synthetic::connection(9));
    const auto d = f.diagnoses();
    ASSERT_EQ(d.size(), 2U);
    EXPECT_EQ(d[0].sentence, "No answer after 3.002 s.");
    EXPECT_EQ(d[0].connections, 2U);
    ASSERT_EQ(d[0].examples.size(), 2U);
    EXPECT_EQ(d[0].examples[1].stream, 5U);
    EXPECT_EQ(d[0].examples[1].frame, 54U);
}

TEST(Findings, AnomaliesCountConnectionsAndOccurrences) {
    Findings f;
    for (std::uint64_t i = 0; i < 10; ++i) {
        auto c = synthetic::connection(i);
        c.anomalies.report(synthetic::kUrgent, 5);
        c.anomalies.report(synthetic::kUrgent, 6);
        if (i == 4) c.anomalies.report(synthetic::kExpired, 77);
        f.add(c);
    }
    const auto a = f.anomalies();
    ASSERT_EQ(a.size(), 2U);
    EXPECT_EQ(a[0].name, "cert_expired");
    EXPECT_EQ(a[0].examples[0].frame, 77U);
    EXPECT_EQ(a[1].connections, 10U);
    EXPECT_EQ(a[1].occurrences, 20U);
    EXPECT_EQ(a[1].examples.size(), Findings::kMostExamples);
}

TEST(Findings, DistinctDiagnosesAreBounded) {
    Findings f;
    for (std::size_t i = 0; i < Findings::kMostDiagnoses + 7; ++i) {
        std::string name;
        for (std::size_t n = i + 1; n > 0; n /= 26) name += static_cast<char>('a' + n % 26);
        f.add(synthetic::failed_connection(i, "Refused by " + name + "!" + std::string(i % 3, 'x')));
    }
    EXPECT_EQ(f.diagnoses().size(), Findings::kMostDiagnoses);
    EXPECT_EQ(f.unnamed(), 7U);
}

}  // namespace
}  // namespace tlsscope::report
