#include "report/json.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <limits>

#include "report/utf8.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

using synthetic::column;

std::string write(const std::vector<record::ConnectionRecord>& connections, std::string_view columns = "") {
    return synthetic::run(
        [&](Output& out) {
            return Json{out, select_columns(synthetic::schema(), columns)};
        },
        connections);
}

rapidjson::Document parse(const std::string& line) {
    rapidjson::Document d;
    d.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag>(line.data(), line.size());
    EXPECT_FALSE(d.HasParseError()) << line.substr(0, 200);
    return d;
}

std::string text_of(const rapidjson::Value& v) { return {v.GetString(), v.GetStringLength()}; }

TEST(Json, Golden) {
    std::vector<record::ConnectionRecord> connections;
    connections.push_back(synthetic::connection(3));
    connections.back().row.set_boolean(column("resumed"), true);
    connections.back().row.set_texts(column("names"), std::vector<std::string>{"a", "b;c"});
    const std::uint16_t fruits[] = {2, 9};
    connections.back().row.set_codes(column("fruits"), fruits);
    EXPECT_EQ(
        write(connections, "stream,ts,sni,names,resumed,fruit,fruits,connect_ms,note"),
        "{\"stream\":3,\"ts\":\"2026-11-22T10:12:25.623456Z\",\"sni\":\"www.example.com\",\"names\":[\"a\",\"b;c\"],"
        "\"resumed\":true,\"fruit\":\"pear\",\"fruits\":[\"fig, dried\",\"0x009\"],\"connect_ms\":10.000}\n");
}

TEST(Json, OneValidObjectPerLineWhateverTheText) {
    std::vector<record::ConnectionRecord> connections;
    for (const std::string& text : synthetic::hostile_texts()) {
        connections.push_back(synthetic::connection(connections.size(), text));
        connections.back().row.set_texts(column("names"), std::vector<std::string>{text, text});
    }
    const std::vector<std::string> lines = synthetic::lines_of(write(connections));
    ASSERT_EQ(lines.size(), connections.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const rapidjson::Document d = parse(lines[i]);
        ASSERT_TRUE(d.IsObject());
        EXPECT_EQ(d["stream"].GetUint64(), i);
        EXPECT_EQ(d["names"].Size(), 2U);
        const std::string& raw = synthetic::hostile_texts()[i];
        bool valid = true;
        for (std::size_t at = 0; at < raw.size(); at += decode(raw, at).length) valid = valid && decode(raw, at).valid;
        if (valid) EXPECT_EQ(text_of(d["sni"]), raw);
        else EXPECT_NE(text_of(d["sni"]).find("\\x"), std::string::npos);
        for (std::size_t at = 0; at < lines[i].size();) {
            const CodePoint c = decode(lines[i], at);
            ASSERT_TRUE(c.valid && !is_hidden(c.code));
            at += c.length;
        }
    }
}

TEST(Json, NotSeenHasNoMemberAndEmptyHas) {
    std::vector<record::ConnectionRecord> connections;
    connections.push_back(synthetic::connection(0, ""));
    connections.back().row.set_texts(column("names"), std::vector<std::string>{});
    connections.back().row.set_number(column("ratio"), std::numeric_limits<double>::infinity());
    const rapidjson::Document d = parse(write(connections));
    EXPECT_FALSE(d.HasMember("note"));
    EXPECT_FALSE(d.HasMember("ratio"));  // JSON has no infinity
    EXPECT_EQ(text_of(d["sni"]), "");
    EXPECT_EQ(d["names"].Size(), 0U);
}

TEST(Json, NumbersAreExact) {
    std::vector<record::ConnectionRecord> connections;
    connections.push_back(synthetic::connection(0));
    connections.back().row.set_integer(column("bytes_client"), std::numeric_limits<std::int64_t>::min());
    connections.back().row.set_millis(column("stall_ms"), 123'456'789'012'345'678);
    connections.back().row.set_number(column("ratio"), 0.1);
    const std::string line = write(connections, "bytes_client,stall_ms,ratio");
    EXPECT_EQ(line, "{\"bytes_client\":-9223372036854775808,\"stall_ms\":123456789012.346,\"ratio\":0.1}\n");
    const rapidjson::Document d = parse(line);
    EXPECT_EQ(d["bytes_client"].GetInt64(), std::numeric_limits<std::int64_t>::min());
    EXPECT_DOUBLE_EQ(d["ratio"].GetDouble(), 0.1);
}

}  // namespace
}  // namespace tlsscope::report
