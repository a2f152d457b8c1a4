#include "report/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/utf8.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string write(const std::vector<record::ConnectionRecord>& connections, Style style,
                  std::size_t settle_after = 100'000) {
    return synthetic::run([&](Output& out) { return Table{out, {style, settle_after}}; }, connections);
}

Style plain(std::size_t width, bool unicode = true) { return {.width = width, .colour = false, .unicode = unicode}; }

std::vector<record::ConnectionRecord> some() {
    std::vector<record::ConnectionRecord> out;
    out.push_back(synthetic::connection(0));
    out.push_back(synthetic::failed_connection(1));
    out.push_back(synthetic::connection(2, "a-very-long-name-of-a-server.in-a-very-long-domain.example.com",
                                        1234 * synthetic::kMs));
    out.push_back(synthetic::connection(3));
    out.back().severity = record::Severity::medium;
    out.back().diagnosis = "Slow.";
    return out;
}

TEST(Table, Golden) {
    EXPECT_EQ(write(some(), plain(100)),
              "capture.pcap  times count from 2026-11-22 10:12:21.123456 UTC\n"
              "\n"
              "   #  Outcome   Time s  Server         Server name                     Version  Connect ms    TLS ms\n"
              "·  0  complete   0.000  192.0.2.7:443  www.example.com                 TLSv1.3      10.000    20.000\n"
              "✗  1  failed     1.500  192.0.2.7:443  www.example.com                 TLSv1.3      10.000    20.000\n"
              "   └ The server refused: alert 40. [frame 14]\n"
              "·  2  complete   3.000  192.0.2.7:443  a-very-long-nam…in.example.com  TLSv1.3      10.000  1234.000\n"
              "!  3  complete   4.500  192.0.2.7:443  www.example.com                 TLSv1.3      10.000    20.000\n"
              "   └ Slow.\n"
              "\n"
              "✗ high 1 · ! medium 1\n");
}

TEST(Table, NoLineIsWiderThanTheTerminal) {
    std::vector<record::ConnectionRecord> connections = some();
    for (const std::string& text : synthetic::hostile_texts()) {
        connections.push_back(synthetic::connection(connections.size(), text));
        connections.push_back(synthetic::failed_connection(connections.size(), "It failed because of " + text));
        connections.back().outcome = "failed";
    }
    for (const std::size_t width : {40U, 80U, 120U, 200U})
        for (const bool unicode : {true, false})
            for (const std::size_t settle : {0U, 3U, 100'000U})
                for (const std::string& line : synthetic::lines_of(write(connections, plain(width, unicode), settle)))
                    ASSERT_LE(display_width(line), width) << line;
}

TEST(Table, ImportantColumnsGetInFirst) {
    const auto head = [](std::size_t width) { return synthetic::lines_of(write(some(), plain(width)))[2]; };
    EXPECT_EQ(head(40), "   #  Outcome   Server         Version");
    EXPECT_THAT(head(60), HasSubstr("#  Outcome   Server         Server name"));
    EXPECT_THAT(head(60), Not(HasSubstr("Fruit")));
    EXPECT_THAT(head(80), HasSubstr("TLS ms"));
    EXPECT_THAT(head(110), testing::AllOf(HasSubstr("Time s"), HasSubstr("Connect ms"), Not(HasSubstr("Bytes"))));
    EXPECT_THAT(head(200), testing::AllOf(HasSubstr("Client"), HasSubstr("Fruit"), HasSubstr("Bytes")));
}

TEST(Table, NothingOfTheWireReachesTheTerminalRaw) {
    std::vector<record::ConnectionRecord> connections;
    for (const std::string& text : synthetic::hostile_texts())
        connections.push_back(synthetic::failed_connection(connections.size(), text));
    const std::string out = write(connections, plain(200));
    for (std::size_t at = 0; at < out.size();) {
        const CodePoint c = decode(out, at);
        ASSERT_TRUE(c.valid && (!is_hidden(c.code) || c.code == '\n'));
        at += c.length;
    }
}

TEST(Table, DiagnosisBeneathItsRow) {
    const std::vector<std::string> lines = synthetic::lines_of(write(some(), plain(100)));
    EXPECT_THAT(lines[4], StartsWith("✗  1  failed"));
    EXPECT_EQ(lines[5], "   └ The server refused: alert 40. [frame 14]");
    EXPECT_EQ(lines[8], "   └ Slow.");
    EXPECT_EQ(lines.back(), "✗ high 1 · ! medium 1");
}

TEST(Table, AsciiStyleIsAscii) {
    for (const std::string& line : synthetic::lines_of(write(some(), plain(60, false))))
        EXPECT_TRUE(is_plain_ascii(line)) << line;
}

TEST(Table, EmptyColumnsAreLeftOut) {
    std::vector<record::ConnectionRecord> connections;
    record::ConnectionRecord c;
    c.outcome = "refused";
    c.row.set_text(synthetic::column("sni"), "x");
    connections.push_back(std::move(c));
    EXPECT_EQ(synthetic::lines_of(write(connections, plain(120)))[2], "   #  Outcome  Server name");
}

TEST(Table, NoConnections) { EXPECT_EQ(write({}, plain(80)), "No connections in 0 packets of capture.pcap.\n"); }

TEST(Table, SlowOnesStandOut) {
    std::vector<record::ConnectionRecord> connections;
    for (std::uint64_t i = 0; i < 40; ++i)
        connections.push_back(synthetic::connection(i, "x", (i == 33 ? 500 : 20) * synthetic::kMs));
    const std::string out = write(connections, {.width = 120, .colour = true, .unicode = true});
    EXPECT_THAT(out, HasSubstr("\x1b[1;33m500.000\x1b[0m"));
    EXPECT_THAT(out, Not(HasSubstr("\x1b[1;33m20.000")));
}

TEST(Table, SettledRowsAreTheSameAsCollectedOnes) {
    std::vector<record::ConnectionRecord> connections;
    for (std::uint64_t i = 0; i < 100; ++i) connections.push_back(synthetic::connection(i % 10));
    EXPECT_EQ(write(connections, plain(100), 10), write(connections, plain(100)));
}

}  // namespace
}  // namespace tlsscope::report
