// Two captures side by side: what counts as a change, and what may be chance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "inventory_records.h"
#include "report/compare/comparison.h"
#include "report/compare/page.h"
#include "report/compare/print.h"

namespace tlsscope::report::compare {

namespace {

using synthetic::Handshake;
using synthetic::kMilli;
using testing::HasSubstr;
using testing::Not;

std::vector<record::Nanos> numbers(record::Nanos from, record::Nanos to) {
    std::vector<record::Nanos> out;
    for (record::Nanos n = from; n <= to; ++n) out.push_back(n);
    return out;
}

TEST(Significance, OfValues) {
    // From the definition: U counts the pairs of which the later is larger, ties as a half; here 100, 75.5 and 82.
    EXPECT_NEAR(of_values(numbers(1, 10), numbers(11, 20)).p, 0.0001826718, 1e-9);
    EXPECT_NEAR(of_values(numbers(1, 10), numbers(4, 13)).p, 0.0581168756, 1e-9);
    EXPECT_NEAR(of_values(numbers(5, 14), numbers(1, 10)).p, 0.0170065778, 1e-9) << "either way round";
    EXPECT_EQ(of_values(numbers(1, 10), numbers(4, 13)).word, Significance::Word::by_chance);
    EXPECT_TRUE(of_values(numbers(1, 10), numbers(11, 20)).significant());
}

TEST(Significance, TellsNothingOfFewValuesOrEqualOnes) {
    EXPECT_EQ(of_values(numbers(1, 4), numbers(100, 200)).word, Significance::Word::too_few);
    const std::vector<record::Nanos> same(20, 7);
    EXPECT_EQ(of_values(same, same).word, Significance::Word::by_chance);
    EXPECT_EQ(of_values(same, same).p, 1);
    EXPECT_NEAR(of_values(numbers(1, 9), numbers(1, 9)).p, 1, 0.05);
}

TEST(Significance, OfRates) {
    EXPECT_TRUE(of_rates(5, 1000, 40, 1000).significant());
    EXPECT_EQ(of_rates(1, 20, 2, 20).word, Significance::Word::by_chance);
    EXPECT_EQ(of_rates(0, 4, 4, 4).word, Significance::Word::too_few);
    EXPECT_EQ(of_rates(0, 100, 0, 100).p, 1) << "nothing failed on either side";
}

TEST(Samples, KeepAllUpTo256AndThenAFairChoice) {
    Samples few;
    for (record::Nanos n = 1; n <= 100; ++n) few.add(n);
    EXPECT_EQ(few.percentile(50), 50);
    EXPECT_EQ(few.percentile(95), 95);
    Samples many;
    for (record::Nanos n = 1; n <= 100'000; ++n) many.add(n);
    EXPECT_EQ(many.count(), 100'000U);
    EXPECT_EQ(many.values().size(), Samples::kMost);
    EXPECT_NEAR(static_cast<double>(many.percentile(50)), 50'000, 10'000);
    EXPECT_GT(many.percentile(100), 90'000) << "the last ones have the same chance";
    EXPECT_EQ(Samples{}.percentile(50), 0);
}

/// Handshakes of one client at one server that took about so many milliseconds.
std::vector<Handshake> handshakes(std::size_t n, std::int64_t ms, std::int64_t server_ms,
                                  std::string_view sni = "a.example") {
    std::vector<Handshake> out;
    for (std::size_t i = 0; i < n; ++i) {
        const auto extra = static_cast<std::int64_t>(i) * kMilli / 10;
        Handshake h{i, sni};
        h.tls13().text("ja4", "t13d1516h2_8daaf6152771_e5627efa2ab1");
        h.integer("tls_ms", ms * kMilli + extra).integer("setup_server_ms", server_ms * kMilli + extra);
        out.push_back(h);
    }
    return out;
}

std::unique_ptr<Collector> collected(const std::vector<Handshake>& all, const std::string& name) {
    auto c = std::make_unique<Collector>();
    c->begin(synthetic::inventory_schema(), {"tlsscope", {name}, "tlsscope --compare"});
    for (const Handshake& h : all) c->connection(h.record());
    c->finish({});
    return c;
}

struct Both {
    Both(const std::vector<Handshake>& b, const std::vector<Handshake>& a)
        : before{collected(b, "before.pcap")},
          after{collected(a, "after.pcap")},
          comparison{compare(*before, *after)} {}

    std::string text() const {
        std::string out;
        print(out, {.width = 300, .colour = false, .unicode = true}, comparison, false);
        return out;
    }

    std::unique_ptr<Collector> before, after;
    Comparison comparison;
};

TEST(Comparison, AServerThatBecameSlowerByItsOwnPart) {
    const Both both{handshakes(10, 20, 2), handshakes(12, 80, 62)};
    ASSERT_EQ(both.comparison.pairs.size(), 1U);
    const PairChange& p = both.comparison.pairs[0];
    EXPECT_EQ(p.before, 10U);
    EXPECT_EQ(p.after, 12U);
    EXPECT_TRUE(p.tls.matters());
    EXPECT_NEAR(static_cast<double>(p.tls.change()), 60.1 * kMilli, 0.3 * kMilli);
    ASSERT_EQ(p.parts.size(), 1U);
    EXPECT_EQ(p.parts[0].column, "setup_server_ms");
    EXPECT_THAT(both.text(), HasSubstr("slower"));
    EXPECT_THAT(both.text(), HasSubstr("significant (p < 0.001); setup_server_ms p50 2.4 -> 62.5 (+60.1)"));
}

TEST(Comparison, WhatIsTooLittleOrTooFewOrChanceIsSaidToBe) {
    EXPECT_THAT((Both{handshakes(4, 20, 2), handshakes(4, 80, 62)}.text()), HasSubstr("too few to tell"));
    EXPECT_THAT((Both{handshakes(10, 20, 2), handshakes(10, 20, 2)}.text()), HasSubstr("may be chance"));
    // Every one is longer, by less than anybody notices.
    std::vector<Handshake> before;
    std::vector<Handshake> after;
    for (std::uint64_t i = 0; i < 20; ++i) {
        before.push_back(
            Handshake{i}.tls13().text("ja4", "x").integer("tls_ms", 20 * kMilli + static_cast<std::int64_t>(i)));
        after.push_back(Handshake{i}.tls13().text("ja4", "x").integer("tls_ms", 20 * kMilli + kMilli / 2));
    }
    const Both both{before, after};
    EXPECT_TRUE(both.comparison.pairs.at(0).tls.significance.significant());
    EXPECT_THAT(both.text(), HasSubstr("about the same"));
}

TEST(Comparison, OnlyLikeIsComparedWithLike) {
    const Both both{handshakes(10, 20, 2, "a.example"), handshakes(10, 80, 2, "b.example")};
    EXPECT_TRUE(both.comparison.pairs.empty());
    EXPECT_THAT(both.text(), HasSubstr("no server and client completed a handshake in both"));
    EXPECT_THAT(both.text(), HasSubstr("new   b.example (10 connections)"));
    EXPECT_THAT(both.text(), HasSubstr("gone  a.example (10 connections)"));
}

TEST(Comparison, WhatIsNewAndWhatIsGone) {
    Handshake old{0};
    old.tls12(true).text("ja4", "x").certificate("11aa", 30, "CN=old");
    Handshake renewed{0};
    renewed.tls13().text("ja4", "x").certificate("22bb", 300, "CN=new").text("cert_status", "ok_dates");
    const std::string text = Both{{old}, {renewed}}.text();
    EXPECT_THAT(text, HasSubstr("new   TLS 1.3 (1 connection)"));
    EXPECT_THAT(text, HasSubstr("gone  TLS 1.2 (1 connection)"));
    EXPECT_THAT(text, HasSubstr("new   CN=new, until "));
    EXPECT_THAT(text, HasSubstr("gone  CN=old, until "));
    EXPECT_THAT(text, Not(HasSubstr("groups"))) << "x25519 on both sides";
    EXPECT_THAT(text, Not(HasSubstr("hidden")));
    EXPECT_THAT((Both{{Handshake{0}.tls13()}, {}}.text()), HasSubstr("The certificates of 1 connection are hidden"));
}

TEST(Comparison, FailuresByKindAndTheirShare) {
    std::vector<Handshake> before = handshakes(100, 20, 2);
    std::vector<Handshake> after = handshakes(100, 20, 2);
    before.push_back(Handshake{200}.outcome("failed", "It waited 20 ms.", 7));
    for (std::uint64_t i = 0; i < 20; ++i) after.push_back(Handshake{200 + i}.outcome("failed", "It waited 31 ms.", 7));
    after.push_back(Handshake{300}.outcome("refused", "Refused.", 9));
    after.push_back(Handshake{301}.outcome("incomplete"));
    const Both both{before, after};
    EXPECT_TRUE(both.comparison.failure_rate.significant());
    EXPECT_THAT(both.text(), HasSubstr("21 of 121 judged failed"));
    EXPECT_THAT(both.text(), HasSubstr("0 -> 1  Refused."));
    EXPECT_THAT(both.text(), HasSubstr("1 -> 20  It waited 31 ms."));
}

TEST(Comparison, NothingOnEitherSide) {
    const Both both{{}, {}};
    EXPECT_THAT(both.text(), HasSubstr("0 connections, 0 complete"));
    EXPECT_THAT(page_of(both.comparison), HasSubstr("</html>"));
}

TEST(Comparison, NamesOfStrangersStayText) {
    std::vector<Handshake> evil = handshakes(6, 20, 2, "<script>alert(1)</script>\x1b[2J.example");
    Handshake cert{9, "evil.example"};
    cert.tls12(true).text("ja4", "<b>x").certificate("11", 3, "CN=</td><img src=x onerror=alert(1)>\x1b]0;x\x07");
    evil.push_back(cert);
    evil.push_back(Handshake{10}.outcome("failed", "<script>\x1b[31m", 7));
    const Both both{{}, evil};
    const Both pairs{evil, evil};
    for (const std::string& page : {page_of(both.comparison), page_of(pairs.comparison)}) {
        EXPECT_THAT(page, Not(HasSubstr("<script")));
        EXPECT_THAT(page, Not(HasSubstr("<img")));
        EXPECT_THAT(page, Not(HasSubstr("<b>")));
        EXPECT_EQ(page.find('\x1b'), std::string::npos);
    }
    EXPECT_EQ((both.text() + pairs.text()).find('\x1b'), std::string::npos);
    EXPECT_THAT(page_of(pairs.comparison), HasSubstr("&lt;script&gt;"));
}

}  // namespace

}  // namespace tlsscope::report::compare
