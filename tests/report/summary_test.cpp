#include "report/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/utf8.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string write(const std::vector<record::ConnectionRecord>& connections, const Totals& totals,
                  Style style = {.width = 80, .colour = false, .unicode = true}, bool notes = false) {
    SummaryOptions options;
    options.style = style;
    options.notes = notes;
    return synthetic::run([&](Output& out) { return Summary{out, options}; }, connections, totals);
}

Totals totals() {
    Totals t;
    t.frames = 1234;
    t.connections = 10;
    t.first_time = synthetic::kStart;
    t.last_time = synthetic::kStart + 61'000 * synthetic::kMs;
    record::Account packets{.name = "packets", .total = 1234, .parts = {}};
    packets.add("tcp_accepted", 1200);
    packets.add("other_udp", 34);
    t.accounting.push_back(packets);
    return t;
}

std::vector<record::ConnectionRecord> ten() {
    std::vector<record::ConnectionRecord> out;
    for (std::uint64_t i = 0; i < 10; ++i) {
        if (i == 4) out.push_back(synthetic::failed_connection(i));
        else
            out.push_back(synthetic::connection(i, i < 3 ? "a.example" : "b.example",
                                                static_cast<record::Nanos>(i + 1) * synthetic::kMs));
        if (i == 7) out.back().row.set_code(synthetic::column("fruit"), 2);
        if (i < 2) out.back().anomalies.report(synthetic::kUrgent, 3);
        if (i == 9) out.back().anomalies.report(synthetic::kExpired, 98);
    }
    return out;
}

TEST(Summary, Golden) {
    EXPECT_EQ(write(ten(), totals()),
              "\n"
              "Summary  capture.pcap\n"
              "1,234 packets · 10 connections · 2026-11-22 10:12:21.123456 UTC · 1 min 1 s\n"
              "\n"
              "Outcome\n"
              "  complete          9   90.0 %  ██████████████████\n"
              "  failed            1   10.0 %  ██\n"
              "\n"
              "Server name\n"
              "  b.example                6   60.0 %  ████████████\n"
              "  a.example                3   30.0 %  ██████\n"
              "  www.example.com          1   10.0 %  ██\n"
              "\n"
              "Fruit\n"
              "  pear                9   90.0 %  ██████████████████\n"
              "  fig, dried          1   10.0 %  ██\n"
              "\n"
              "One value only\n"
              "  Version         TLSv1.3\n"
              "\n"
              "Percentiles\n"
              "                   count         p50         p90         p99         max\n"
              "  connect_ms          10      10.000      10.000      10.000      10.000\n"
              "  tls_ms              10       6.000      10.000      20.000      20.000\n"
              "\n"
              "Slowest by tls_ms\n"
              "  20.000  stream 4  www.example.com\n"
              "  10.000  stream 9  b.example\n"
              "   9.000  stream 8  b.example\n"
              "   8.000  stream 7  b.example\n"
              "   7.000  stream 6  b.example\n"
              "\n"
              "Findings\n"
              "  high    The server refused: alert 40. [1 connection; stream 4 (frame 44)]\n"
              "  high    cert_expired: The certificate is no longer valid. [1 connection;\n"
              "          stream 9 (frame 98)]\n"
              "  noted   urg (2)\n"
              "\n"
              "Accounting\n"
              "  packets  1,234 = 1,200 tcp_accepted + 34 other_udp  ✓\n");
}

TEST(Summary, WhatDoesNotAddUpIsLoud) {
    Totals t = totals();
    t.accounting[0].total = 1235;
    EXPECT_THAT(write({}, t), HasSubstr("DOES NOT ADD UP: the parts\n           make 1,234, 1 are missing"));
    t.accounting[0].total = 1230;
    EXPECT_THAT(write({}, t, {.width = 200, .colour = false, .unicode = true}),
                HasSubstr("DOES NOT ADD UP: the parts make 1,234, 4 too many"));
}

TEST(Summary, ProblemsAreTold) {
    Totals t = totals();
    t.problems.push_back("a\x1b.pcap: cut off at byte 17");
    EXPECT_THAT(write({}, t), HasSubstr("Problems with the input\n  a\\x1b.pcap: cut off at byte 17\n"));
}

TEST(Summary, CountsOnlyConnectionsThatHaveAValue) {
    std::vector<record::ConnectionRecord> connections = ten();
    connections[2].row.set_boolean(synthetic::column("resumed"), true);
    connections[3].row.set_boolean(synthetic::column("resumed"), false);
    EXPECT_THAT(write(connections, totals()), HasSubstr("resumed  (2 of 10 connections)\n  false          1   50.0 %"));
}

TEST(Summary, ServerNamesAreCountedInLowerCase) {
    std::vector<record::ConnectionRecord> connections = ten();
    connections[0].row.set_text(synthetic::column("sni"), "A.Example");
    EXPECT_THAT(write(connections, totals()), HasSubstr("Server name\n  b.example                6   60.0 %"));
    EXPECT_THAT(write(connections, totals()), HasSubstr("\n  a.example                3   30.0 %"));
}

TEST(Summary, NotesInFullWhenAsked) {
    EXPECT_THAT(write(ten(), totals(), {.width = 200, .colour = false, .unicode = true}, true),
                HasSubstr("  note    urg: Urgent data was sent. [2 connections; streams 0 (frame 3), 1 (frame 3)]\n"));
}

TEST(Summary, FractionsAreMeasuredToo) {
    std::vector<record::ConnectionRecord> connections = ten();
    for (std::size_t i = 0; i < 3; ++i)
        connections[i].row.set_number(synthetic::column("ratio"), 0.25 * static_cast<double>(i + 1));
    EXPECT_THAT(write(connections, totals()),
                HasSubstr("  ratio                3         0.5        0.75        0.75        0.75\n"));
}

TEST(Summary, FitsAndIsHarmlessAtEveryWidth) {
    std::vector<record::ConnectionRecord> connections;
    Totals t = totals();
    for (const std::string& text : synthetic::hostile_texts()) {
        connections.push_back(synthetic::failed_connection(connections.size(), "Because of " + text));
        connections.back().row.set_text(synthetic::column("sni"), text);
        connections.back().row.set_text(synthetic::column("version"), text);
        t.problems.push_back(text);
    }
    for (const std::size_t width : {80U, 120U, 200U}) {
        for (const bool unicode : {true, false}) {
            const std::string out = write(connections, t, {.width = width, .colour = false, .unicode = unicode});
            for (const std::string& line : synthetic::lines_of(out)) ASSERT_LE(display_width(line), width) << line;
            for (std::size_t at = 0; at < out.size();) {
                const CodePoint c = decode(out, at);
                ASSERT_TRUE(c.valid && (!is_hidden(c.code) || c.code == '\n'));
                at += c.length;
            }
        }
    }
}

TEST(Summary, SlowestKeepsTheFirstOfEquals) {
    std::vector<record::ConnectionRecord> connections;
    for (std::uint64_t i = 0; i < 20; ++i) connections.push_back(synthetic::connection(i));
    const std::string out = write(connections, totals());
    EXPECT_THAT(out, HasSubstr("stream 4  "));
    EXPECT_THAT(out, Not(HasSubstr("stream 5  ")));
}

TEST(Summary, EmptyCapture) { EXPECT_EQ(write({}, {}), "\nSummary  capture.pcap\n0 packets · 0 connections\n"); }

}  // namespace
}  // namespace tlsscope::report
