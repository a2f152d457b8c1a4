#include "report/format.h"

#include <gtest/gtest.h>

#include <limits>

#include "synthetic.h"

namespace tlsscope::report {
namespace {

std::string millis(Nanos ns) {
    std::string out;
    append_millis(out, ns);
    return out;
}

TEST(Millis, ThreeDecimalsHalfAwayFromZero) {
    EXPECT_EQ(millis(0), "0.000");
    EXPECT_EQ(millis(1), "0.000");
    EXPECT_EQ(millis(499), "0.000");
    EXPECT_EQ(millis(500), "0.001");
    EXPECT_EQ(millis(1'234'499), "1.234");
    EXPECT_EQ(millis(1'234'500), "1.235");
    EXPECT_EQ(millis(999'999'500), "1000.000");
    EXPECT_EQ(millis(-1), "0.000");
    EXPECT_EQ(millis(-500), "-0.001");
    EXPECT_EQ(millis(-1'234'500), "-1.235");
    EXPECT_EQ(millis(std::numeric_limits<Nanos>::max()), "9223372036854.776");
    EXPECT_EQ(millis(std::numeric_limits<Nanos>::min()), "-9223372036854.776");
}

std::string time_text(Nanos t) {
    std::string out;
    append_time(out, t);
    return out;
}

TEST(Time, Iso8601) {
    EXPECT_EQ(time_text(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(time_text(synthetic::kStart), "2026-11-22T10:12:21.123456Z");
    EXPECT_EQ(time_text(synthetic::kStart + 7), "2026-11-22T10:12:21.123456007Z");
    EXPECT_EQ(time_text(951'782'400'000'001'000), "2000-02-29T00:00:00.000001Z");
    EXPECT_EQ(time_text(-1), "1969-12-31T23:59:59.999999999Z");
    EXPECT_EQ(time_text(-1'000'000'000), "1969-12-31T23:59:59Z");
    EXPECT_EQ(time_text(std::numeric_limits<Nanos>::max()), "2262-04-11T23:47:16.854775807Z");
    EXPECT_EQ(time_text(record::kNoTime), "");
    EXPECT_EQ(readable_time(0), "1970-01-01 00:00:00 UTC");
    EXPECT_EQ(readable_time(record::kNoTime), "at an unknown time");
}

TEST(Numbers, ForPeople) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(18'446'744'073'709'551'615U), "18,446,744,073,709,551,615");
    EXPECT_EQ(readable_bytes(1), "1 byte");
    EXPECT_EQ(readable_bytes(999), "999 bytes");
    EXPECT_EQ(readable_bytes(1100), "1.1 kB");
    EXPECT_EQ(readable_bytes(1'234'567), "1.2 MB");
    EXPECT_EQ(readable_bytes(18'446'744'073'709'551'615U), "18.4 EB");
    EXPECT_EQ(readable_duration(1'234'567), "1.235 ms");
    EXPECT_EQ(readable_duration(45'600'000'000), "45.600 s");
    EXPECT_EQ(readable_duration(200'000'000'000), "3 min 20 s");
    EXPECT_EQ(readable_duration(7'500'000'000'000), "2 h 5 min");
}

TEST(Value, ByColumnType) {
    record::Row row;
    const auto text = [&](std::string_view name) {
        std::string out;
        append_value(out, row.get(synthetic::column(name)));
        return out;
    };
    EXPECT_EQ(text("sni"), "");
    row.set_text(synthetic::column("sni"), "a\x1b");
    row.set_boolean(synthetic::column("resumed"), true);
    row.set_code(synthetic::column("fruit"), 2);
    const std::uint16_t codes[] = {0, 9};
    row.set_codes(synthetic::column("fruits"), codes);
    const std::string names[] = {"one", "two;2"};
    row.set_texts(synthetic::column("names"), names);
    row.set_number(synthetic::column("ratio"), 0.1);
    row.set_millis(synthetic::column("stall_ms"), 1'500'000);
    EXPECT_EQ(text("sni"), "a\\x1b");
    EXPECT_EQ(text("resumed"), "true");
    EXPECT_EQ(text("fruit"), "fig, dried");
    EXPECT_EQ(text("fruits"), "apple, 0x009");
    EXPECT_EQ(text("names"), "one, two;2");
    EXPECT_EQ(text("ratio"), "0.1");
    EXPECT_EQ(text("stall_ms"), "1.500");
    std::string list;
    append_csv_list(list, row.get(synthetic::column("names")));
    EXPECT_EQ(list, "one;two\\x3b2");
}

TEST(Value, ListsAreWalkedInOrder) {
    record::Row row;
    std::vector<std::string> names;
    for (int i = 0; i < 20'000; ++i) names.push_back(std::to_string(i));
    row.set_texts(synthetic::column("names"), names);
    std::size_t cursor = 0;
    std::size_t seen = 0;
    const record::Value v = row.get(synthetic::column("names"));
    for (std::string_view item; v.next_text(cursor, item); ++seen) ASSERT_EQ(item, names[seen]);
    EXPECT_EQ(seen, names.size());
    row.set_texts(synthetic::column("names"), std::vector<std::string>{});
    std::string_view none;
    cursor = 0;
    EXPECT_FALSE(row.get(synthetic::column("names")).next_text(cursor, none));
    row.set_texts(synthetic::column("names"), std::vector<std::string>{"", ""});
    cursor = 0;
    const record::Value empties = row.get(synthetic::column("names"));
    EXPECT_TRUE(empties.next_text(cursor, none));
    EXPECT_TRUE(empties.next_text(cursor, none));
    EXPECT_FALSE(empties.next_text(cursor, none));
}

}  // namespace
}  // namespace tlsscope::report
