#include "record/row.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tlsscope::record {

namespace {

constexpr Column column_of(std::string_view name, Type type) {
    return {.name = name, .type = type, .unit = {}, .meaning = {}, .group = "test"};
}

constexpr Column kText = column_of("text", Type::text);
constexpr Column kOther = column_of("other", Type::text);
constexpr Column kTexts = column_of("texts", Type::text_list);
constexpr Column kInteger = column_of("integer", Type::integer);
constexpr Column kBoolean = column_of("boolean", Type::boolean);
constexpr Column kCode = column_of("code", Type::code);
constexpr Column kCodes = column_of("codes", Type::code_list);
constexpr Column kTime = column_of("time", Type::time);
constexpr Column kMillis = column_of("millis", Type::millis);
constexpr Column kNumber = column_of("number", Type::number);

TEST(Row, WhatWasNotSetIsEmpty) {
    const Row row;
    EXPECT_TRUE(row.get(kText).empty());
    EXPECT_EQ(row.size(), 0U);
}

TEST(Row, TextKeepsEveryByte) {
    Row row;
    const std::string raw{"a\0\xff\n;,\"", 7};
    row.set_text(kText, raw);
    EXPECT_EQ(row.get(kText).text(), raw);
    EXPECT_EQ(&row.get(kText).column(), &kText);
}

TEST(Row, AnEmptyTextWasSeen) {
    Row row;
    row.set_text(kText, "");
    EXPECT_FALSE(row.get(kText).empty());
    EXPECT_EQ(row.get(kText).text(), "");
}

TEST(Row, NumbersKeepTheirFullRange) {
    Row row;
    row.set_integer(kInteger, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(row.get(kInteger).integer(), std::numeric_limits<std::int64_t>::min());
    row.set_integer(kInteger, std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(row.get(kInteger).integer(), std::numeric_limits<std::int64_t>::max());
    row.set_code(kCode, 0xffffU);
    EXPECT_EQ(row.get(kCode).integer(), 0xffff);
    row.set_millis(kMillis, -1);
    EXPECT_EQ(row.get(kMillis).integer(), -1);
    row.set_number(kNumber, -0.1);
    EXPECT_EQ(row.get(kNumber).number(), -0.1);
    row.set_number(kNumber, std::numeric_limits<double>::quiet_NaN());
    EXPECT_TRUE(std::isnan(row.get(kNumber).number()));
}

TEST(Row, FalseAndZeroWereSeen) {
    Row row;
    row.set_boolean(kBoolean, false);
    row.set_integer(kInteger, 0);
    row.set_millis(kMillis, 0);
    EXPECT_FALSE(row.get(kBoolean).empty());
    EXPECT_EQ(row.get(kBoolean).integer(), 0);
    EXPECT_FALSE(row.get(kInteger).empty());
    EXPECT_FALSE(row.get(kMillis).empty());
}

TEST(Row, AnUnknownTimeStaysEmpty) {
    Row row;
    row.set_time(kTime, kNoTime);
    EXPECT_TRUE(row.get(kTime).empty());
    row.set_time(kTime, 0);
    EXPECT_FALSE(row.get(kTime).empty()) << "1970 is a time";
}

TEST(Row, ListsKeepOrderAndEveryItem) {
    Row row;
    const std::vector<std::string> items = {"h2", "", std::string{"\0", 1}, std::string(300, 'x')};
    row.set_texts(kTexts, items);
    const Value v = row.get(kTexts);
    ASSERT_EQ(v.list_size(), items.size());
    for (std::size_t i = 0; i < items.size(); ++i) EXPECT_EQ(v.text_at(i), items[i]);
    std::size_t cursor = 0, n = 0;
    for (std::string_view item; v.next_text(cursor, item); ++n) EXPECT_EQ(item, items.at(n));
    EXPECT_EQ(n, items.size());
}

TEST(Row, ListsOfViewsAreTheSame) {
    Row row;
    const std::vector<std::string_view> items = {"a", "bc"};
    row.set_texts(kTexts, items);
    EXPECT_EQ(row.get(kTexts).text_at(1), "bc");
}

TEST(Row, AnEmptyListWasSeen) {
    Row row;
    row.set_texts(kTexts, std::vector<std::string>{});
    row.set_codes(kCodes, {});
    EXPECT_FALSE(row.get(kTexts).empty());
    EXPECT_EQ(row.get(kTexts).list_size(), 0U);
    std::size_t cursor = 0;
    std::string_view item;
    EXPECT_FALSE(row.get(kTexts).next_text(cursor, item));
    EXPECT_FALSE(row.get(kCodes).empty());
    EXPECT_EQ(row.get(kCodes).list_size(), 0U);
}

TEST(Row, CodeLists) {
    Row row;
    const std::vector<std::uint16_t> codes = {0x1301, 0xc02f, 0, 0xffff};
    row.set_text(kText, "x");  // codes begin at an odd place
    row.set_codes(kCodes, codes);
    ASSERT_EQ(row.get(kCodes).list_size(), 4U);
    for (std::size_t i = 0; i < codes.size(); ++i) EXPECT_EQ(row.get(kCodes).code_at(i), codes[i]);
}

TEST(Row, TheLastValueStaysAndKeepsItsPlace) {
    Row row;
    row.set_text(kText, "first");
    row.set_integer(kInteger, 1);
    row.set_text(kText, "a second, longer one");
    ASSERT_EQ(row.size(), 2U);
    EXPECT_EQ(row.at(0).text(), "a second, longer one");
    EXPECT_EQ(&row.at(1).column(), &kInteger);
    row.set_text(kText, "");
    EXPECT_EQ(row.get(kText).text(), "");
    EXPECT_EQ(row.get(kInteger).integer(), 1);
}

TEST(Row, MergeTakesEveryCellOfTheOther) {
    Row a, b;
    a.set_text(kText, "mine");
    a.set_text(kOther, "kept");
    b.set_text(kText, "theirs");
    b.set_integer(kInteger, 7);
    b.set_texts(kTexts, std::vector<std::string>{"x", "yy"});
    b.set_codes(kCodes, std::vector<std::uint16_t>{1, 2});
    b.set_number(kNumber, 0.5);
    a.merge(b);
    EXPECT_EQ(a.get(kText).text(), "theirs");
    EXPECT_EQ(a.get(kOther).text(), "kept");
    EXPECT_EQ(a.get(kInteger).integer(), 7);
    EXPECT_EQ(a.get(kTexts).text_at(1), "yy");
    EXPECT_EQ(a.get(kCodes).code_at(1), 2U);
    EXPECT_EQ(a.get(kNumber).number(), 0.5);
    EXPECT_EQ(b.get(kText).text(), "theirs");
    EXPECT_EQ(a.size(), 6U);
}

TEST(Row, ACopyIsIndependent) {
    Row a;
    a.set_text(kText, "one");
    const Row b = a;
    a.set_text(kText, "two");
    EXPECT_EQ(b.get(kText).text(), "one");
}

TEST(Column, IsFoundByNameWhenCompiled) {
    static constexpr Column kAll[] = {column_of("a", Type::text), column_of("b", Type::integer)};
    static_assert(column_in(kAll, "b").type == Type::integer);
    EXPECT_EQ(&column_in(kAll, "a"), &kAll[0]);
}

}  // namespace
}  // namespace tlsscope::record
