// Conditions of --fail-on: how they are read, when they are met, what is said.
#include "report/gate.h"

#include <gtest/gtest.h>

#include <array>

namespace tlsscope::report {
namespace {

using record::Column;
using record::Type;

constexpr Column column_of(std::string_view name, Type type) {
    return {.name = name, .type = type, .unit = "", .meaning = name, .group = "tls"};
}

constexpr Column kColumns[] = {column_of("tls_ms", Type::millis),
                               column_of("cert_days_left", Type::integer),
                               column_of("version", Type::code),
                               column_of("weaknesses", Type::text_list),
                               column_of("cert_validation", Type::text_list),
                               column_of("pq", Type::text)};
constexpr record::Anomaly kOdd{"odd", record::Severity::low, "Odd."};
constexpr const record::Anomaly* kAnomalies[] = {&kOdd};

const Column& column(std::string_view name) {
    for (const Column& c : kColumns)
        if (c.name == name) return c;
    throw std::logic_error("no column");
}

class GateOf : public ::testing::Test {
  protected:
    record::ConnectionRecord& add(const std::string& outcome) {
        record::ConnectionRecord& r = records_.emplace_back();
        r.stream = records_.size() - 1;
        r.outcome = outcome;
        return r;
    }
    record::ConnectionRecord& timed(record::Nanos ms) {
        record::ConnectionRecord& r = add("complete");
        r.row.set_millis(column("tls_ms"), ms * 1'000'000);
        return r;
    }
    record::ConnectionRecord& tls(const std::vector<std::string>& weaknesses, std::string_view pq = "classical") {
        record::ConnectionRecord& r = add("complete");
        r.row.set_code(column("version"), 0x0304);
        r.row.set_text(column("pq"), pq);
        if (!weaknesses.empty()) r.row.set_texts(column("weaknesses"), weaknesses);
        return r;
    }
    std::vector<Condition> read(std::string_view text) { return read_conditions(schema_, text, error_); }
    Judgement judge(std::string_view text) {
        Gate gate{read(text)};
        EXPECT_EQ(error_, "");
        gate.begin(schema_, {});
        for (const auto& r : records_) gate.connection(r);
        return gate.judge().at(0);
    }
    bool met(std::string_view text) { return judge(text).met; }

    static std::array<record::Vocabulary, 1> words() {
        return {record::Vocabulary{
            .module = "test", .columns = kColumns, .marks = {}, .spans = {}, .anomalies = kAnomalies}};
    }
    record::Schema schema_{words()};
    std::vector<record::ConnectionRecord> records_;
    std::string error_;
};

TEST_F(GateOf, PercentilesOfAnyColumnOfMilliseconds) {
    for (const int ms : {10, 20, 30, 40}) timed(ms);
    EXPECT_FALSE(met("tls_p50>20")) << "the limit itself is allowed";
    EXPECT_TRUE(met("tls_p50>19.9"));
    EXPECT_TRUE(met("tls_max>39"));
    EXPECT_FALSE(met("tls_max>40"));
    EXPECT_TRUE(met("tls_p50<21"));
    EXPECT_EQ(judge("tls_p95>5").reason, "40 ms, of 4 connections; the most in connection 3");
}

TEST_F(GateOf, FailuresCountAmongThoseThatEnded) {
    for (const char* outcome : {"complete", "incomplete", "incomplete", "refused", "no_answer", "failed"}) add(outcome);
    EXPECT_TRUE(met("failed"));
    EXPECT_TRUE(met("failed>2"));
    EXPECT_FALSE(met("failed>3"));
    EXPECT_TRUE(met("failed>74%"));
    EXPECT_FALSE(met("failed>75%")) << "three of four: what is incomplete in the capture is no failure";
    EXPECT_EQ(judge("failed").reason, "3 of 4 connections (75.0 %): 3, 4, 5");
}

TEST_F(GateOf, WeakIsWhatWasNegotiatedOrTheCertificate) {
    tls({"cbc"});
    EXPECT_FALSE(met("weak")) << "old, but alone no reason to fail";
    tls({"cbc", "static_rsa"});
    EXPECT_TRUE(met("weak"));
    records_.clear();
    tls({}).row.set_texts(column("cert_validation"), std::vector<std::string>{"expired"});
    EXPECT_FALSE(met("weak"));
    tls({}).row.set_texts(column("cert_validation"), std::vector<std::string>{"expired", "weak_key"});
    EXPECT_TRUE(met("weak"));
}

TEST_F(GateOf, ClassicalKeyExchange) {
    tls({}, "hybrid");
    EXPECT_FALSE(met("classical"));
    tls({}, "classical");
    EXPECT_TRUE(met("classical"));
    EXPECT_TRUE(met("classical>49%"));
    EXPECT_FALSE(met("classical>50%"));
}

TEST_F(GateOf, DaysACertificateHasLeft) {
    tls({}).row.set_integer(column("cert_days_left"), 40);
    EXPECT_FALSE(met("cert_days<30"));
    tls({}).row.set_integer(column("cert_days_left"), -3);
    EXPECT_TRUE(met("cert_days<30"));
    EXPECT_EQ(judge("cert_days<30").reason, "-3 days left in connection 1, the fewest of 2 connections");
}

TEST_F(GateOf, AnyAnomalyByName) {
    add("complete");
    EXPECT_FALSE(met("odd"));
    add("complete").anomalies.report(kOdd, 1);
    EXPECT_TRUE(met("odd"));
    EXPECT_TRUE(met("odd>49%"));
    EXPECT_FALSE(met("odd>1"));
}

TEST_F(GateOf, WhatNothingCanBeSaidOfIsUnknownAndNotMet) {
    add("incomplete");
    for (const char* condition : {"tls_p95>1", "failed", "weak", "classical", "cert_days<30"}) {
        EXPECT_FALSE(judge(condition).met) << condition;
        EXPECT_TRUE(judge(condition).unknown) << condition;
    }
}

TEST_F(GateOf, ManyHitsAreNamedInPart) {
    for (int i = 0; i < 1200; ++i) add("failed");
    EXPECT_EQ(judge("failed").reason, "1,200 of 1,200 connections (100.0 %): 0, 1, 2, 3, 4, ...");
}

TEST_F(GateOf, ReadsSeveral) {
    EXPECT_EQ(read("tls_p99.9>300,failed>1%,,weak").size(), 3U);
    EXPECT_EQ(error_, "");
}

TEST_F(GateOf, RefusesWhatItDoesNotUnderstand) {
    for (const char* bad : {"", ",", "nix", "tls_p95", "tls_p101>1", "tls_px>1", "tls_p>1", "nix_p50>1", "tls_p50>",
                            "tls_p50>abc", "tls_p50>nan", "tls_p50>1%", "failed<3", "failed>-1", "failed>1%%", "odd<1",
                            "version_p50>1", "weak>", "cert_days"}) {
        error_.clear();
        EXPECT_TRUE(read(bad).empty()) << bad;
        EXPECT_NE(error_, "") << bad;
    }
}

TEST_F(GateOf, JunitHasACaseForEachCondition) {
    add("failed");
    Gate gate{read("failed,tls_p95>1,odd")};
    gate.begin(schema_, {});
    gate.connection(records_[0]);
    EXPECT_EQ(
        junit(gate.judge(), "tlsscope <1>"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"tlsscope &lt;1&gt;\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\">\n"
        "  <testcase classname=\"tlsscope\" name=\"failed\"><failure message=\"1 of 1 connection (100.0 %): "
        "0\"/></testcase>\n"
        "  <testcase classname=\"tlsscope\" name=\"tls_p95&gt;1\"><skipped message=\"no connection has a value to "
        "judge\"/></testcase>\n"
        "  <testcase classname=\"tlsscope\" name=\"odd\"><system-out>0 of 1 connection (0.0 "
        "%)</system-out></testcase>\n"
        "</testsuite>\n");
}

}  // namespace
}  // namespace tlsscope::report
