#include "live_view/draw.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "grid.h"

namespace tlsscope::live_view {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Stats stats(record::Nanos seconds, std::uint64_t packets) {
    Stats s;
    s.now = synthetic::kStart + seconds * 1'000'000'000;
    s.packets = packets;
    s.bytes = packets * 500;
    s.open_connections = 7;
    return s;
}

Model busy() {
    Model model = make_model();
    model.tick(stats(0, 0));
    add(model, 0, 3);
    model.add(synthetic::failed_connection(3));
    model.tick(stats(2, 5000));
    return model;
}

TEST(Draw, EightyByTwentyFour) {
    Model model = busy();
    const Grid grid = drawn(model);
    EXPECT_EQ(grid.line(0), "tlsscope 0.1.0 · interface eth0 · up 00:00:02                          newest, 4");
    EXPECT_EQ(grid.line(1), "Traffic     2.0 handshakes/s · 2,500 packets/s · 1.2 MB/s · 7 open …");
    EXPECT_EQ(grid.line(2), "Drops       kernel 0 · interface 0 · tlsscope 0");
    EXPECT_EQ(grid.line(3), "Outcomes    complete 3 (75.0 %) · failed 1 (25.0 %)");
    EXPECT_EQ(grid.line(4), "TLS ms      p50 20.000 p90 20.000 p99 20.000 max 20.000");
    EXPECT_EQ(grid.line(5), "Connect ms  p50 10.000 p90 10.000 p99 10.000 max 10.000");
    EXPECT_EQ(grid.line(6), "  UTC v    Server name           Outcome    Version   Conn ms    TLS ms Phases");
    EXPECT_EQ(grid.line(7), "✗ 10:12:25 www.example.com       failed     TLSv1.3    10.000    20.000 1━━2━━━━");
    EXPECT_EQ(grid.line(8), "· 10:12:24 host2.example         complete   TLSv1.3    10.000    20.000 1━━2━━━━");
    EXPECT_EQ(grid.line(20), "#3 10.0.0.1:50003 → 192.0.2.7:443 · www.example.com");
    EXPECT_EQ(grid.line(21), "The server refused: alert 40. [frame 34]");
    EXPECT_EQ(grid.line(22), "1 connect 10.000  2 tls 20.000");
    EXPECT_THAT(grid.line(23), StartsWith("q Quit  ? Help  s Sort  / Filter  p Pause  Enter Ladder"));
}

TEST(Draw, WideTerminalsShowMore) {
    Model model = busy();
    const Grid grid = drawn(model, 50, 200);
    EXPECT_THAT(grid.line(6), AllOf(HasSubstr("Client"), HasSubstr("Server "), HasSubstr("Cipher"), HasSubstr("ALPN"),
                                    HasSubstr("TTFB ms")));
    EXPECT_THAT(grid.line(7), AllOf(HasSubstr("10.0.0.1:50003"), HasSubstr("192.0.2.7:443")));
    EXPECT_THAT(grid.line(1), HasSubstr("5,000 packets · 2.5 MB in all"));
    EXPECT_TRUE(grid.has("1 connect 10.000  2 tls 20.000"));
}

TEST(Draw, EverySizeHoldsTogether) {
    Model model = busy();
    add(model, 10, 300);
    for (std::size_t rows = 0; rows < 40; ++rows) {
        for (const std::size_t columns : {0U, 1U, 2U, 5U, 10U, 20U, 33U, 40U, 79U, 80U, 81U, 120U, 500U}) {
            for (const Model::Mode mode : {Model::Mode::list, Model::Mode::filter, Model::Mode::help}) {
                model.mode = mode;
                const Grid grid = drawn(model, rows, columns);
                ASSERT_EQ(grid.outside, 0) << rows << 'x' << columns;
                ASSERT_EQ(grid.shown, 1);
            }
        }
    }
    model.mode = Model::Mode::list;
    const Grid tiny = drawn(model, 5, 20);
    EXPECT_THAT(tiny.line(0), StartsWith("tlsscope 0.1.0"));
    EXPECT_THAT(tiny.line(1), HasSubstr("Server name"));
    EXPECT_THAT(tiny.line(2), HasSubstr("host299"));
    EXPECT_THAT(tiny.line(4), StartsWith("q Quit"));
}

TEST(Draw, SmallScreensSayDropsToo) {
    Model model = make_model();
    Stats s = stats(0, 10);
    s.kernel_drops = 1234;
    model.tick(s);
    EXPECT_THAT(drawn(model, 5, 20).line(0), StartsWith("DROPS 1,234"));
    const Grid full = drawn(model);
    EXPECT_THAT(full.line(2), HasSubstr("kernel 1,234!"));
    EXPECT_EQ(full.ink(2, 12).paint, report::Paint::red);
    EXPECT_EQ(full.ink(2, 30).paint, report::Paint::none);
}

TEST(Draw, DropsOfTheMomentAreARate) {
    Model model = make_model();
    Stats s = stats(0, 10);
    model.tick(s);
    s = stats(2, 20);
    s.interface_drops = 30;
    model.tick(s);
    EXPECT_THAT(drawn(model).line(2), HasSubstr("interface 30!"));
    EXPECT_THAT(drawn(model).line(2), HasSubstr("now 15.0/s"));
}

TEST(Draw, NothingOfTheWireReachesTheScreenRaw) {
    Model model = make_model();
    std::uint64_t n = 0;
    for (const std::string& text : synthetic::hostile_texts()) {
        model.add(synthetic::connection(n++, text));
        record::ConnectionRecord failed = synthetic::failed_connection(n++, "It failed because of " + text);
        failed.outcome = text;
        model.add(std::move(failed));
    }
    Stats s = stats(1, 1);
    s.trouble = "eth0\x1b[2J is down";
    model.tick(s);
    for (const std::size_t columns : {20U, 80U, 200U}) {
        Grid grid{100, columns};
        draw(model, grid);
        for (std::uint64_t i = 0; i < n; ++i) {
            press(model, {Key::Kind::down});
            draw(model, grid);
        }
        EXPECT_EQ(grid.hidden, 0);
        press(model, {Key::Kind::enter});
        draw(model, grid);
        EXPECT_EQ(grid.hidden, 0);
        press(model, {Key::Kind::escape});
        model.tell("log \x1b]0;owned\x07");
        draw(model, grid);
        EXPECT_EQ(grid.hidden, 0);
        press(model, {Key::Kind::home});
    }
}

TEST(Draw, WideCharactersKeepTheColumnsInPlace) {
    Model model = make_model();
    model.add(synthetic::connection(0, "\xe4\xb8\xad\xe6\xa9\xb8\xe5\x90\x8d.example"));
    model.add(synthetic::connection(1, "plain.example"));
    const Grid grid = drawn(model);
    const auto column_of = [&](std::size_t row, std::string_view text) {
        const std::string line = grid.line(row);
        return report::display_width(std::string_view{line}.substr(0, line.find(text)));
    };
    EXPECT_THAT(grid.line(8), HasSubstr("\xe4\xb8\xad\xe6\xa9\xb8\xe5\x90\x8d.example"));
    EXPECT_EQ(column_of(7, "complete"), column_of(8, "complete"));
}

TEST(Draw, AsciiWhereTheTerminalHasNoUnicode) {
    Model model = make_model({}, false);
    add(model, 0, 2);
    model.add(synthetic::connection(2, std::string(200, 'a')));
    model.tick(stats(1, 1));
    for (const Model::Mode mode : {Model::Mode::list, Model::Mode::help}) {
        model.mode = mode;
        for (const std::string& line : synthetic::lines_of(drawn(model).all()))
            EXPECT_TRUE(report::is_plain_ascii(line)) << line;
    }
    model.mode = Model::Mode::list;
    EXPECT_THAT(drawn(model).line(8), HasSubstr("1--2----"));
}

TEST(Draw, SlowOnesAndFailuresStandOut) {
    Model model = make_model();
    for (std::uint64_t i = 0; i < 40; ++i) model.add(synthetic::connection(i, host(i), (i == 39 ? 500 : 20) * kMs));
    model.add(synthetic::failed_connection(40));
    model.tick(stats(1, 1));
    const Grid grid = drawn(model);
    const auto paint_at = [&](std::size_t row, std::string_view text) {
        const std::string line = grid.line(row);
        return grid.ink(row, report::display_width(std::string_view{line}.substr(0, line.find(text)))).paint;
    };
    EXPECT_EQ(paint_at(7, "failed"), report::Paint::red);
    EXPECT_EQ(paint_at(8, "500.000"), report::Paint::strong_yellow);
    EXPECT_EQ(paint_at(9, "20.000"), report::Paint::none);
    EXPECT_EQ(paint_at(9, "complete"), report::Paint::green);
}

TEST(Draw, ThePercentilesOfTheLastThousandAreTold) {
    Model model = make_model();
    for (std::uint64_t i = 0; i < 3000; ++i) model.add(synthetic::connection(i, "x", (i < 2000 ? 10 : 90) * kMs));
    model.tick(stats(1, 1));
    EXPECT_EQ(drawn(model, 24, 100).line(4),
              "TLS ms      p50 10.000 p90 90.000 p99 90.000 · last 1,000 p50 90.000 p90 90.000 p99 90.000");
}

TEST(Draw, MessagesAndTroubleTakeTheLastLine) {
    Model model = make_model();
    Stats s = stats(1, 1);
    s.trouble = "eth0 is down";
    model.tick(s);
    EXPECT_EQ(drawn(model).line(23), "! eth0 is down");
    model.tell("could not write x.csv");
    EXPECT_EQ(drawn(model).line(23), "could not write x.csv");
    press_all(model, "s");
    EXPECT_EQ(drawn(model).line(23), "! eth0 is down");
    model.tick(stats(2, 1));
    EXPECT_THAT(drawn(model).line(23), StartsWith("q Quit"));
}

TEST(Draw, HelpNamesAllKeysAndPhases) {
    Model model = make_model();
    press_all(model, "?");
    const Grid grid = drawn(model);
    for (const KeyHelp& k : kKeyHelp) EXPECT_TRUE(grid.has(k.meaning)) << k.meaning;
    EXPECT_TRUE(grid.has("1 connect  2 tls"));
    press_all(model, "x");
    EXPECT_TRUE(drawn(model).has("Waiting for the first handshake."));
}

TEST(Draw, PausedIsSaid) {
    Model model = busy();
    press_all(model, "p");
    EXPECT_THAT(drawn(model).line(0), AllOf(HasSubstr("PAUSED"), HasSubstr("newest, 4")));
    EXPECT_THAT(drawn(model, 10, 20).line(0), HasSubstr("PAUSED"));
    press_all(model, "p");
    EXPECT_THAT(drawn(model).line(0), Not(HasSubstr("PAUSED")));
}

}  // namespace
}  // namespace tlsscope::live_view
