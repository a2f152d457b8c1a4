// The report page: what was written is what is read back, nothing ends its element, and it stays bounded.
#include "report/html/html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "html_page.h"
#include "ladders.h"
#include "report/html/packed_column.h"
#include "report/html/varint.h"

namespace tlsscope::report {
namespace {

using html_page::Page;
using record::Column;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string written(std::vector<record::ConnectionRecord> connections, HtmlOptions options = {}, RunInfo run = {}) {
    std::string text;
    const auto out = output_to(text);
    Html page{*out, options};
    page.begin(synthetic::schema(), run);
    for (const record::ConnectionRecord& c : connections) page.connection(c);
    Totals totals;
    totals.connections = connections.size();
    page.finish(totals);
    EXPECT_TRUE(out->finish());
    return text;
}

template <class... Records>
std::vector<record::ConnectionRecord> list(Records... records) {
    std::vector<record::ConnectionRecord> out;
    (out.push_back(std::move(records)), ...);
    return out;
}

std::vector<std::optional<std::int64_t>> round_trip(const std::vector<std::optional<std::int64_t>>& values,
                                                    html::Encoding* used = nullptr) {
    std::string bytes;
    const html::Encoding e = html::encode(values, {}, bytes);
    if (used != nullptr) *used = e;
    std::vector<std::optional<std::int64_t>> out;
    std::int64_t previous = 0;
    std::size_t k = 0;
    for (const auto& value : values) {
        if (!value) {
            out.push_back(std::nullopt);
            continue;
        }
        std::uint64_t u = 0;
        for (unsigned b = 0; b < e.width; ++b)
            u |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes.at(b * e.present + k))) << (8 * b);
        ++k;
        previous = html::unzigzag(u) * static_cast<std::int64_t>(e.scale) +
                   (e.base == html::Encoding::Base::previous ? previous : 0);
        out.push_back(previous);
    }
    return out;
}

TEST(HtmlEncoding, AnyNumbersComeBack) {
    using Values = std::vector<std::optional<std::int64_t>>;
    const Values cases[] = {{},
                            {0},
                            {std::nullopt, 5, std::nullopt},
                            {-1, 1, -128, 127, 128, -(std::int64_t{1} << 52), std::int64_t{1} << 52},
                            {1000, 2000, 4000, 1000},
                            {7, 7, 7}};
    for (const Values& v : cases) EXPECT_EQ(round_trip(v), v);
}

TEST(HtmlEncoding, WhatIsCommonIsDividedOutAndRisingNumbersAreDifferences) {
    html::Encoding e;
    (void)round_trip({5000, 3000, 9000, 1000, 8000, 2000}, &e);
    EXPECT_EQ(e.scale, 1000U);
    EXPECT_EQ(e.width, 1U);
    std::vector<std::optional<std::int64_t>> rising;
    for (int i = 0; i < 1000; ++i) rising.emplace_back(1'000'000 + 13 * i);
    EXPECT_EQ(round_trip(rising, &e), rising);
    EXPECT_EQ(e.base, html::Encoding::Base::previous);
}

TEST(Html, EveryCellComesBackAsItWasSet) {
    std::vector<record::ConnectionRecord> connections;
    for (std::uint64_t i = 0; i < 300; ++i) {
        connections.push_back(synthetic::connection(i, i % 3 == 0 ? "" : "host" + std::to_string(i % 7)));
        if (i % 5 == 0)
            connections.back().row.set_integer(synthetic::column("client_port"), static_cast<std::int64_t>(i * 200));
    }
    const Page page{written(std::move(connections))};
    ASSERT_EQ(page.rows(), 300U);
    const auto streams = page.numbers(page.index("stream"));
    const auto names = page.texts(page.index("sni"));
    const auto ports = page.numbers(page.index("client_port"));
    for (std::size_t i = 0; i < 300; ++i) {
        EXPECT_EQ(streams[i], static_cast<std::int64_t>(i));
        EXPECT_EQ(names[i], i % 3 == 0 ? "" : "host" + std::to_string(i % 7));
        if (i % 5 == 0) {
            EXPECT_EQ(ports[i], static_cast<std::int64_t>(i * 200));
        }
    }
}

TEST(Html, TheColumnsAreTheDeclarations) {
    const Page page{written(list(synthetic::connection(0)))};
    const auto& schema = page.header["schema"];
    const auto columns = synthetic::schema().columns();
    ASSERT_EQ(schema.Size(), columns.size());
    for (rapidjson::SizeType i = 0; i < schema.Size(); ++i) {
        EXPECT_EQ(schema[i]["name"].GetString(), columns[i]->name);
        EXPECT_EQ(schema[i]["unit"].GetString(), columns[i]->unit);
        EXPECT_EQ(schema[i]["meaning"].GetString(), columns[i]->meaning);
        EXPECT_EQ(schema[i]["group"].GetString(), columns[i]->group);
    }
    EXPECT_EQ(page.header["anomalies"].Size(), synthetic::schema().anomalies().size());
}

TEST(Html, HostileTextsStayInsideTheirBlockAndAreVisible) {
    const std::string evil = "</script><script>alert(1)</script>\xff\x01";
    auto c = synthetic::textbook();
    c.row.set_text(synthetic::column("sni"), evil);
    c.diagnosis = evil;
    c.ladder->steps[0].segment.notes.push_back(evil);
    RunInfo run{evil, {evil}, evil};
    const std::string html = written(list(std::move(c)), {}, run);
    EXPECT_THAT(html, Not(HasSubstr("alert(1)")));
    const Page page{html};
    EXPECT_EQ(page.texts(page.index("sni"))[0], "</script><script>alert(1)</script>\\xff\\x01");
    EXPECT_THAT(page.header["command"].GetString(), HasSubstr("\\xff\\x01"));
    const auto ladders = html_page::ladders(html);
    ASSERT_EQ(ladders.size(), 1U);
    EXPECT_THAT(ladders[0]["steps"][0]["notes"][0].GetString(), HasSubstr("\\x01"));
}

TEST(Html, TheLadderHasStepsMessagesStatesAndTheWordsOfExplain) {
    const auto ladders = html_page::ladders(written(list(synthetic::textbook())));
    ASSERT_EQ(ladders.size(), 1U);
    const auto& steps = ladders[0]["steps"];
    const auto original = synthetic::textbook();
    ASSERT_EQ(steps.Size(), original.ladder->steps.size());
    for (rapidjson::SizeType i = 0; i < steps.Size(); ++i) {
        const record::Step& step = original.ladder->steps[i];
        EXPECT_EQ(steps[i]["frame"].GetUint64(), step.segment.at.frame);
        EXPECT_EQ(steps[i]["cs"].GetString(), step.segment.client_state);
        EXPECT_EQ(steps[i]["ss"].GetString(), step.segment.server_state);
        ASSERT_EQ(steps[i]["messages"].Size(), step.messages.size());
        for (rapidjson::SizeType m = 0; m < steps[i]["messages"].Size(); ++m)
            EXPECT_EQ(steps[i]["messages"][m]["name"].GetString(), step.messages[m].name);
    }
    EXPECT_STREQ(steps[0]["seqSym"].GetString(), "seq = X = 1000");
    EXPECT_STREQ(steps[1]["ackSym"].GetString(), "ack = X+1 = 1001");
    EXPECT_THAT(ladders[0]["explain"].GetString(), HasSubstr("[SYN]"));
}

TEST(Html, AboveTheCapTheMostInterestingRowsStayAndAggregatesAreOverAll) {
    std::vector<record::ConnectionRecord> connections;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const char* name = i % 2 == 0 ? "host" : "HOST";  // one name to DNS
        connections.push_back(synthetic::connection(i, name, static_cast<synthetic::Nanos>(i + 1) * synthetic::kMs));
        const bool grave = i % 100 == 50;
        connections.back().severity = grave ? record::Severity::high : record::Severity::none;
    }
    HtmlOptions options;
    options.most_rows = 40;
    const Page page{written(std::move(connections), options)};
    ASSERT_EQ(page.rows(), 40U);
    std::set<std::int64_t> kept;
    for (const std::int64_t s : page.numbers(page.index("stream"))) kept.insert(s);
    for (std::int64_t i = 50; i < 1000; i += 100) EXPECT_TRUE(kept.contains(i)) << "the grave ones stay";
    for (std::int64_t i = 971; i < 1000; ++i) EXPECT_TRUE(kept.contains(i)) << "then the slowest: " << i;
    ASSERT_TRUE(page.header.HasMember("all"));
    EXPECT_EQ(page.header["all"]["measured"]["tls_ms"]["n"].GetUint64(), 1000U);
    EXPECT_EQ(page.header["all"]["counted"]["sni"]["values"][0][1].GetUint64(), 1000U);
}

TEST(Html, BelowTheCapThereAreNoAggregates) {
    EXPECT_FALSE(Page{written(list(synthetic::connection(0)))}.header.HasMember("all"));
}

TEST(Html, LaddersAreCappedAndAskedForWhereTheyWereNotKept) {
    std::string text;
    const auto out = output_to(text);
    HtmlOptions options;
    options.most_ladders = 12;
    Html page{*out, options};
    page.begin(synthetic::schema(), {});
    for (std::uint64_t i = 0; i < 50; ++i) {
        auto c = synthetic::connection(i);
        c.first_frame = 100 + i;
        c.severity = i == 30 ? record::Severity::high : record::Severity::none;
        page.connection(c);
    }
    const std::set<std::uint64_t> wanted = page.ladders_wanted();
    EXPECT_TRUE(wanted.contains(130)) << "the gravest";
    EXPECT_TRUE(wanted.contains(100)) << "the first";
    EXPECT_LE(wanted.size(), 12U);
    auto again = synthetic::textbook();
    again.first_frame = 130;
    again.stream = 7;  // a second reading counts anew
    page.ladder(std::move(again));
    auto unasked = synthetic::textbook();
    unasked.first_frame = 9999;
    page.ladder(std::move(unasked));
    page.finish({});
    (void)out->finish();
    const auto ladders = html_page::ladders(text);
    ASSERT_EQ(ladders.size(), 1U);
    EXPECT_EQ(ladders[0]["stream"].GetUint64(), 30U);
}

TEST(Html, ManyDifferentLongTextsAreDroppedFromTheTable) {
    html::PackedColumn column{&synthetic::column("note")};
    record::Row row;
    for (int i = 0; i < 12'000; ++i) {
        row.set_text(synthetic::column("note"), std::to_string(i) + std::string(30, 'r'));
        column.add(row.get(synthetic::column("note")), 0);
    }
    EXPECT_TRUE(column.dropped());
    EXPECT_EQ(column.values().size(), 12'000U);
    html::PackedColumn shown{&synthetic::column("sni")};
    for (int i = 0; i < 12'000; ++i) {
        row.set_text(synthetic::column("sni"), std::to_string(i) + std::string(30, 'r'));
        shown.add(row.get(synthetic::column("sni")), 0);
    }
    EXPECT_FALSE(shown.dropped()) << "what the terminal table shows is kept";
}

TEST(Html, AnEmptyCaptureMakesAPage) {
    const Page page{written({})};
    EXPECT_EQ(page.rows(), 0U);
}

TEST(Html, ThePageHasOnePlaceForDataAndAStrictPolicy) {
    const std::string html = written({});
    EXPECT_THAT(html, HasSubstr("default-src 'none'"));
    EXPECT_THAT(html, HasSubstr("trusted-types 'none'"));
    EXPECT_THAT(html, Not(HasSubstr("tlsscope-data-->")));
    EXPECT_TRUE(html.ends_with("</html>\n"));
}

TEST(Html, ASymbolicLinkStaysAndTheFileItNamesIsReplaced) {
    namespace fs = std::filesystem;
    const fs::path folder = fs::path{testing::TempDir()} / ("html-link-" + std::to_string(::getpid()));
    fs::create_directories(folder);
    std::ofstream{folder / "real.html"} << "old";
    fs::create_symlink("real.html", folder / "link.html");
    std::string error;
    {
        const auto out = open_output((folder / "link.html").string(), error);
        ASSERT_TRUE(out) << error;
        Html page{*out, {}};
        page.begin(synthetic::schema(), {});
        page.finish({});
        EXPECT_TRUE(out->finish());
    }
    EXPECT_TRUE(fs::is_symlink(folder / "link.html"));
    EXPECT_GT(fs::file_size(folder / "real.html"), 10'000U);
    fs::remove_all(folder);
}

}  // namespace
}  // namespace tlsscope::report
