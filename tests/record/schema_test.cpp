#include "record/schema.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace tlsscope::record {

namespace {

constexpr Column in_group(std::string_view name, std::string_view group) {
    return {.name = name, .type = Type::text, .unit = {}, .meaning = {}, .group = group};
}

constexpr Mark kStart{
    "start", "", {.name = "start_frame", .type = Type::integer, .unit = {}, .meaning = {}, .group = "verdict"}};
constexpr Mark kStop{"stop", "", {}};
constexpr Column kOfTcp[] = {in_group("verdict_word", "verdict"), in_group("bytes", "tcp"), in_group("who", "identity"),
                             in_group("packets", "tcp")};
constexpr Span kSpans[] = {{in_group("whole_ms", "timing"), &kStart, &kStop}};
constexpr const Mark* kMarks[] = {&kStart, &kStop};
constexpr Anomaly kOdd{"odd", Severity::low, ""};
constexpr Anomaly kWorse{"worse", Severity::high, ""};
constexpr const Anomaly* kAnomalies[] = {&kOdd, &kWorse};
constexpr Column kOfTls[] = {in_group("sni", "identity"), in_group("subject", "certificate"),
                             in_group("version", "tls")};
constexpr Column kOfNews[] = {in_group("query", "dns")};

std::string names(const Schema& s) {
    std::string out;
    for (const Column* c : s.columns()) out += (out.empty() ? "" : " ") + std::string{c->name};
    return out;
}

TEST(Schema, OrdersByGroupThenByDeclaration) {
    const Vocabulary all[] = {
        {"tcp", kOfTcp, kMarks, kSpans, kAnomalies}, {"tls", kOfTls, {}, {}, {}}, {"dns", kOfNews, {}, {}, {}}};
    const Schema schema{all};
    EXPECT_EQ(names(schema), "who sni bytes packets version subject query whole_ms verdict_word start_frame");
    EXPECT_EQ(schema.anomalies().size(), 2U);
    EXPECT_EQ(schema.vocabularies().size(), 3U);
}

TEST(Schema, FindsColumnsAndTheirSpans) {
    const Vocabulary all[] = {{"tcp", kOfTcp, kMarks, kSpans, kAnomalies}};
    const Schema schema{all};
    EXPECT_EQ(schema.find("packets"), &kOfTcp[3]);
    EXPECT_EQ(schema.find("start_frame"), &kStart.frame_column);
    EXPECT_EQ(schema.find("stop_frame"), nullptr);
    EXPECT_EQ(schema.find(""), nullptr) << "a mark without a frame column declares none";
    ASSERT_NE(schema.find("whole_ms"), nullptr);
    EXPECT_EQ(schema.span_of(*schema.find("whole_ms")), &kSpans[0]);
    EXPECT_EQ(schema.span_of(kOfTcp[0]), nullptr);
}

TEST(Schema, RefusesTwoColumnsOfOneName) {
    const Vocabulary twice[] = {{"tls", kOfTls, {}, {}, {}}, {"tls again", kOfTls, {}, {}, {}}};
    EXPECT_THROW(Schema{twice}, std::logic_error);
    static constexpr Column kClash[] = {in_group("start_frame", "tcp")};
    const Vocabulary with_a_mark[] = {{"tcp", kOfTcp, kMarks, {}, {}}, {"x", kClash, {}, {}, {}}};
    EXPECT_THROW(Schema{with_a_mark}, std::logic_error);
    static constexpr Column kSpanClash[] = {in_group("whole_ms", "tcp")};
    const Vocabulary with_a_span[] = {{"tcp", {}, {}, kSpans, {}}, {"x", kSpanClash, {}, {}, {}}};
    EXPECT_THROW(Schema{with_a_span}, std::logic_error);
}

TEST(Schema, RefusesTwoAnomaliesOfOneName) {
    static constexpr Anomaly kSame{"odd", Severity::high, ""};
    static constexpr const Anomaly* kMore[] = {&kSame};
    const Vocabulary twice[] = {{"tcp", {}, {}, {}, kAnomalies}, {"x", {}, {}, {}, kMore}};
    EXPECT_THROW(Schema{twice}, std::logic_error);
}

TEST(Anomalies, CountAndKeepTheFirstFrame) {
    Anomalies a;
    EXPECT_EQ(a.worst(), Severity::none);
    EXPECT_FALSE(a.has(kOdd));
    a.report(kOdd, 7);
    a.report(kOdd, 3);
    ASSERT_EQ(a.entries().size(), 1U);
    EXPECT_EQ(a.entries()[0].count, 2U);
    EXPECT_EQ(a.entries()[0].first_frame, 7U);
    EXPECT_EQ(a.worst(), Severity::low);
    a.report(kWorse, 9);
    EXPECT_EQ(a.worst(), Severity::high);
    EXPECT_TRUE(a.has(kWorse));
    EXPECT_EQ(name(Severity::medium), "medium");
}

}  // namespace
}  // namespace tlsscope::record
