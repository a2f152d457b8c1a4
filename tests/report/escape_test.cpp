#include "report/escape.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "report/utf8.h"
#include "synthetic.h"

namespace tlsscope::report {
namespace {

using namespace std::string_literals;

/// Nothing that a terminal would obey, and valid UTF-8.
void expect_harmless(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint c = decode(text, at);
        ASSERT_TRUE(c.valid) << "invalid UTF-8 at " << at;
        ASSERT_FALSE(is_hidden(c.code)) << "U+" << std::hex << static_cast<unsigned>(c.code) << " at " << at;
        at += c.length;
    }
}

TEST(Visible, ExactEscapes) {
    EXPECT_EQ(visible("plain text"), "plain text");
    EXPECT_EQ(visible("\x1b[31m"), "\\x1b[31m");
    EXPECT_EQ(visible("a\0b"s), "a\\x00b");
    EXPECT_EQ(visible("a\nb\tc\x7f"), "a\\x0ab\\x09c\\x7f");
    EXPECT_EQ(visible("\xc2\x9b"), "\\x9b");
    EXPECT_EQ(visible("\xe2\x80\xae"), "\\u{202e}");
    EXPECT_EQ(visible("\xd8\x9c"), "\\u{61c}");
    EXPECT_EQ(visible("\xf3\xa0\x81\x81"), "\\u{e0041}");
    EXPECT_EQ(visible("\xff\xc0"), "\\xff\\xc0");
    EXPECT_EQ(visible("CN=a\\, b"), "CN=a\\, b");
    EXPECT_EQ(visible("M\xc3\xbcnchen \xe4\xb8\xad"), "M\xc3\xbcnchen \xe4\xb8\xad");
}

TEST(Visible, StacksOfCombiningMarksEnd) {
    const std::string out = visible("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81");
    EXPECT_EQ(out, "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\\u{301}\\u{301}");
}

TEST(Visible, HostileTextsAreHarmless) {
    for (const std::string& text : synthetic::hostile_texts()) expect_harmless(visible(text));
}

TEST(Visible, EveryByteAndPairIsHarmless) {
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b)
            expect_harmless(visible(std::string{static_cast<char>(a), static_cast<char>(b), 'x'}));
        if (testing::Test::HasFatalFailure()) return;
    }
}

std::string csv(std::string_view raw) {
    std::string out;
    append_csv_text(out, raw);
    return out;
}

TEST(CsvText, Quoting) {
    EXPECT_EQ(csv("plain"), "plain");
    EXPECT_EQ(csv("a,b"), "\"a,b\"");
    EXPECT_EQ(csv("a;b"), "\"a;b\"");
    EXPECT_EQ(csv("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(csv(""), "\"\"");
    EXPECT_EQ(csv(" padded "), "\" padded \"");
    EXPECT_EQ(csv("two\nlines"), "two\\x0alines");
}

TEST(CsvText, EveryByteAtEveryPlaceIsSeen) {
    for (std::size_t length = 1; length <= 50; ++length) {
        EXPECT_TRUE(is_bare_csv(std::string(length, 'a')));
        for (std::size_t place = 0; place < length; ++place) {
            for (unsigned byte = 0; byte < 256; ++byte) {
                std::string text(length, 'a');
                text[place] = static_cast<char>(byte);
                const bool everywhere =
                    byte >= 0x20 && byte < 0x7f && byte != ',' && byte != '"' && byte != ';' && byte != '\'';
                const bool at_front = byte >= '.' && byte != '=' && byte != '@';
                const bool at_back = byte != ' ';
                const bool bare = everywhere && (place != 0 || at_front) && (place + 1 != length || at_back);
                ASSERT_EQ(is_bare_csv(text), bare) << length << ' ' << place << ' ' << byte;
            }
        }
    }
}

TEST(CsvText, FormulasAreTextWhereSemicolonsSeparateCells) {
    EXPECT_EQ(csv("a;=1;b"), "\"a;'=1;b\"");
    EXPECT_EQ(csv(";@a;;-b"), "\";'@a;;'-b\"");
    EXPECT_EQ(csv("a;\"=1"), "\"a;'\"\"=1\"");  // such a spreadsheet takes the quotation marks away
    EXPECT_EQ(csv("\"\"=1"), "\"'\"\"\"\"=1\"");
    EXPECT_EQ(csv("a;b=1; =2"), "\"a;b=1; =2\"");
    EXPECT_EQ(csv("a;"), "\"a;\"");
}

TEST(Ascii, OtherCharactersAreEscaped) {
    EXPECT_EQ(ascii("plain\x1b[0m\n"), "plain\x1b[0m\n");  // already visible, in our colours
    EXPECT_EQ(ascii("\xc4\x9b"
                    "2J"),
              "\\u{11b}2J");  // the second byte alone is CSI
    EXPECT_EQ(ascii("\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80"), "\\xe9\\u{6f22}\\u{1f600}");
    EXPECT_EQ(ascii("\x9b"
                    "2J"),
              "\\x9b2J");
}

TEST(CsvText, FormulasAreText) {
    EXPECT_EQ(csv("=1+1"), "\"'=1+1\"");
    EXPECT_EQ(csv("+1"), "\"'+1\"");
    EXPECT_EQ(csv("-1"), "\"'-1\"");
    EXPECT_EQ(csv("@a"), "\"'@a\"");
    EXPECT_EQ(csv("\xef\xbc\x9d"
                  "1"),
              "\"'\xef\xbc\x9d"
              "1\"");
    EXPECT_EQ(csv("\xef\xbc\x8b"
                  "1"),
              "\"'\xef\xbc\x8b"
              "1\"");
    EXPECT_EQ(csv("\xef\xbc\x8d"
                  "1"),
              "\"'\xef\xbc\x8d"
              "1\"");
    EXPECT_EQ(csv("\xef\xbc\xa0"
                  "1"),
              "\"'\xef\xbc\xa0"
              "1\"");
    EXPECT_EQ(csv("\t=1"), "\\x09=1");  // no longer starts with the tab
    EXPECT_EQ(csv("\r=1"), "\\x0d=1");
    EXPECT_EQ(csv("a=1"), "a=1");
}

TEST(JsonString, RoundTripsEveryValidText) {
    for (const std::string& text : {"plain"s, "quote\" back\\slash"s, "nul\0inside"s, "\x1b[2J"s,
                                    "\xe2\x80\xae"
                                    "bidi"s,
                                    "\xf0\x9f\x98\x80"s, "\xf3\xa0\x81\x81"s, "\x7f\xc2\x9b"s}) {
        std::string json;
        append_json_string(json, text);
        rapidjson::Document d;
        d.Parse<rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
        ASSERT_FALSE(d.HasParseError()) << json;
        EXPECT_EQ((std::string{d.GetString(), d.GetStringLength()}), text);
        expect_harmless(json);
    }
}

TEST(JsonString, InvalidBytesBecomeText) {
    std::string json;
    append_json_string(json,
                       "a\xff"
                       "b");
    EXPECT_EQ(json, "\"a\\\\xffb\"");
    for (const std::string& text : synthetic::hostile_texts()) {
        json.clear();
        append_json_string(json, text);
        rapidjson::Document d;
        d.Parse<rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
        EXPECT_FALSE(d.HasParseError());
        expect_harmless(json);
    }
}

TEST(Html, CannotLeaveItsElement) {
    std::string out;
    append_html(out, "<script>\"'&\x1b");
    EXPECT_EQ(out, "&lt;script&gt;&quot;&#39;&amp;\\x1b");
}

TEST(ShellWord, QuotesWhatAShellWouldRead) {
    EXPECT_EQ(shell_word("capture.pcap"), "capture.pcap");
    EXPECT_EQ(shell_word("my file"), "'my file'");
    EXPECT_EQ(shell_word("$(x)'y"), "'$(x)'\\''y'");
    EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace tlsscope::report
