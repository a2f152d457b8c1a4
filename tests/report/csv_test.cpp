#include "report/csv.h"

#include <gtest/gtest.h>

#include "report/escape.h"
#include "report/utf8.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

using synthetic::column;
using Cells = std::vector<std::vector<std::string>>;

/// RFC 4180, written for this test and not for the reporter.
Cells parse_csv(std::string_view text) {
    Cells rows(1);
    std::string cell;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') cell += '"', ++i;
        else if (c == '"') quoted = !quoted;
        else if (!quoted && (c == ',' || c == '\n')) {
            rows.back().push_back(std::move(cell));
            cell.clear();
            if (c == '\n') rows.emplace_back();
        } else cell += c;
    }
    EXPECT_FALSE(quoted) << "a quotation mark was never closed";
    EXPECT_TRUE(rows.back().empty()) << "the last line has no end";
    rows.pop_back();
    return rows;
}

Cells write(const std::vector<record::ConnectionRecord>& connections, std::string_view columns = "") {
    return parse_csv(synthetic::run(
        [&](Output& out) {
            return Csv{out, select_columns(synthetic::schema(), columns)};
        },
        connections));
}

TEST(Csv, HeaderHasEveryColumnInOrder) {
    const Cells rows = write({});
    ASSERT_EQ(rows.size(), 1U);
    ASSERT_EQ(rows[0].size(), synthetic::schema().columns().size());
    for (std::size_t i = 0; i < rows[0].size(); ++i) EXPECT_EQ(rows[0][i], synthetic::schema().columns()[i]->name);
}

TEST(Csv, Golden) {
    std::vector<record::ConnectionRecord> connections;
    connections.push_back(synthetic::connection(3, "a,b"));
    connections.back().row.set_boolean(column("resumed"), false);
    const std::string text = synthetic::run(
        [](Output& out) {
            return Csv{out,
                       select_columns(synthetic::schema(), "stream,ts,sni,fruit,resumed,connect_ms,syn_frame,note")};
        },
        connections);
    EXPECT_EQ(text,
              "stream,ts,sni,fruit,resumed,connect_ms,syn_frame,note\n"
              "3,2026-11-22T10:12:25.623456Z,\"a,b\",pear,false,10.000,31,\n");
}

TEST(Csv, HostileTextsStayInTheirCells) {
    for (const std::string& text : synthetic::hostile_texts()) {
        std::vector<record::ConnectionRecord> connections;
        connections.push_back(synthetic::connection(0, text));
        const Cells rows = write(connections, "stream,sni,version");
        ASSERT_EQ(rows.size(), 2U);
        ASSERT_EQ(rows[1].size(), 3U);
        EXPECT_EQ(rows[1][0], "0");
        EXPECT_EQ(rows[1][2], "TLSv1.3");
        const std::string expected = visible(text);
        const bool neutralised = rows[1][1] == '\'' + expected;
        EXPECT_TRUE(neutralised || rows[1][1] == expected) << rows[1][1].substr(0, 100);
        if (expected.empty()) continue;
        const char32_t first = decode(rows[1][1], 0).code;
        EXPECT_EQ(std::u32string_view{U"=+-@\t\r\uff1d\uff0b\uff0d\uff20"}.find(first), std::u32string_view::npos);
    }
}

TEST(Csv, NumbersAreNeverNeutralised) {
    std::vector<record::ConnectionRecord> connections;
    connections.push_back(synthetic::connection(0));
    connections.back().row.set_integer(column("bytes_client"), -5);
    connections.back().row.set_millis(column("stall_ms"), -1'500'000);
    connections.back().row.set_number(column("ratio"), -0.25);
    EXPECT_EQ(write(connections, "bytes_client,stall_ms,ratio")[1],
              (std::vector<std::string>{"-5", "-1.500", "-0.25"}));
}

TEST(Csv, ListsSplitAtEverySemicolon) {
    std::vector<record::ConnectionRecord> connections;
    connections.push_back(synthetic::connection(0));
    const std::vector<std::string> names = {"=a", "b;c", "", "d\ne"};
    connections.back().row.set_texts(column("names"), names);
    const std::uint16_t fruits[] = {2, 0};
    connections.back().row.set_codes(column("fruits"), fruits);
    EXPECT_EQ(write(connections, "names,fruits")[1],
              (std::vector<std::string>{"'=a;b\\x3bc;;d\\x0ae", "fig, dried;apple"}));
}

TEST(Csv, EmptyIsNotTheSameAsNotSeen) {
    std::vector<record::ConnectionRecord> connections;
    connections.push_back(synthetic::connection(0, ""));
    const std::string text = synthetic::run(
        [](Output& out) {
            return Csv{out, select_columns(synthetic::schema(), "sni,note")};
        },
        connections);
    EXPECT_EQ(text, "sni,note\n\"\",\n");
}

TEST(Csv, TheLastValueSetWins) {
    std::vector<record::ConnectionRecord> connections;
    connections.push_back(synthetic::connection(0, "first"));
    connections.back().row.set_text(column("sni"), "second");
    EXPECT_EQ(write(connections, "sni")[1][0], "second");
}

TEST(RowReader, IgnoresForeignColumnsAndForgetsTheLastRow) {
    static constexpr record::Column foreign{
        .name = "foreign", .type = record::Type::text, .unit = "", .meaning = "", .group = ""};
    const std::vector<const record::Column*> columns = {&column("sni"), &column("stream")};
    RowReader reader{columns};
    record::Row row;
    row.set_text(foreign, "x");
    row.set_integer(column("stream"), 7);
    auto values = reader.read(row);
    EXPECT_TRUE(values[0].empty());
    EXPECT_EQ(values[1].integer(), 7);
    record::Row other;
    other.set_text(column("sni"), "y");
    values = reader.read(other);
    EXPECT_EQ(values[0].text(), "y");
    EXPECT_TRUE(values[1].empty());
    EXPECT_TRUE(RowReader{{}}.read(row).empty());
}

}  // namespace
}  // namespace tlsscope::report
