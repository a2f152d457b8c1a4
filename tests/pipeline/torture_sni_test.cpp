// Torture cases S36 to S44: hostile server names from the wire to the reports.
#include <gtest/gtest.h>

#include "support/scenario.h"

namespace tlsscope::pipeline {

namespace {

using namespace support;
using tls::testing::client_hello;
using tls::testing::Hello;
using tls::testing::sni_extension;

Scenario asking_for(const std::string& name) {
    Scenario s;
    s.handshake().client(hello(name)).server(flight12()).client(client_finish12()).server(server_finish12()).close();
    return s;
}

/// Nothing a terminal, an editor or a spreadsheet would obey.
std::string first_raw_byte_of_control(const std::string& report) {
    for (const char c : report)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) return std::to_string(int{c});
    for (const std::string hidden : {"\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\x8b", "\xff"})
        if (report.find(hidden) != std::string::npos) return "hidden character";
    return "";
}

struct Case {
    std::string name;
    std::string csv;  ///< as it stands there
    std::set<std::string> anomalies = {"sni_invalid"};
};

void expect_shown(const Case& c) {
    SCOPED_TRACE(c.csv);
    const Scenario s = asking_for(c.name);
    expect(s, {{"tls_outcome", "complete"}}, c.anomalies);
    const Analyzed run = analyze_frames(s.frames());
    for (const Format format : {Format::csv, Format::json, Format::table, Format::summary})
        EXPECT_EQ(first_raw_byte_of_control(report_text(run, format)), "");
    EXPECT_NE(report_text(run, Format::csv).find(',' + c.csv + ','), std::string::npos);
}

TEST(TortureSni, S36_AnEmptyNameIsNotTheSameAsNone) {
    expect(asking_for(""), {{"sni", ""}, {"tls_outcome", "complete"}}, {"sni_invalid"});
    const std::string empty = report_text(analyze_frames(asking_for("").frames()), Format::json);
    EXPECT_NE(empty.find("\"sni\":\"\""), std::string::npos);
}

TEST(TortureSni, S37_ANulInTheNameIsShownWhole) {
    expect_shown(
        {std::string{"good.example\0.evil.example", 26}, "good.example\\x00.evil.example", {"sni_invalid", "sni_nul"}});
}

TEST(TortureSni, S38_ControlCharactersAreEscapedEverywhere) {
    expect_shown({"\x1b[2Jcleared.example", "\\x1b[2Jcleared.example"});
    expect_shown({"two\r\nlines.example", "two\\x0d\\x0alines.example"});
}

TEST(TortureSni, S39_AFormulaIsNeutralInCsv) { expect_shown({"=cmd|' /C calc'!A0\"", "\"'=cmd|' /C calc'!A0\"\"\""}); }

TEST(TortureSni, S40_MarkupIsTextInCsvAndJson) {
    expect_shown({"<script>alert(1)</script>", "<script>alert(1)</script>"});
}

TEST(TortureSni, S41_WrongAndHiddenUnicodeIsMadeVisible) {
    expect_shown({"\xff\xfe.example", "\\xff\\xfe.example"});
    expect_shown(
        {"\xc2\x9b"
         "31m.example",
         "\\x9b31m.example"});
    expect_shown(
        {"\xe2\x80\xae"
         "gpj.example",
         "\\u{202e}gpj.example"});
    expect_shown({"a\xe2\x80\x8b.example", "a\\u{200b}.example"});
}

TEST(TortureSni, S42_LongNamesAreBoundedUnderEveryCarrier) {
    const Hello h{.extensions = {sni_extension(std::string(15000, 'a'))}};
    Scenario s;
    s.handshake().client(tls_record(22, client_hello(h), 0x0301)).each(1400);
    s.server(flight12()).client(client_finish12()).server(server_finish12()).close();
    expect(s, {{"sni", std::string(255, 'a')}, {"sni_length", "15000"}}, {"sni_invalid"});
}

TEST(TortureSni, S43_AnAddress) { expect_shown({"192.0.2.1", "192.0.2.1", {"sni_ip"}}); }

// DNS does not tell capitals apart; RFC 6066 section 3 wants no trailing dot, so a name with one is another to see.
TEST(TortureSni, S44_NamesAreCountedInLowerCaseAndShownAsTheyCame) {
    Scenario s;
    std::uint16_t port = 40000;
    for (const char* name : {"www.example.com", "WWW.Example.COM", "www.example.com", "www.example.com."}) {
        s.connection(++port).handshake().client(hello(name)).server(flight12());
        s.client(client_finish12()).server(server_finish12()).close();
    }
    const Analyzed run = analyze_frames(s.frames());
    ASSERT_EQ(run.records.size(), 4U);
    EXPECT_EQ(cell(run.records[1], "sni"), "WWW.Example.COM");
    const std::string summary = report_text(run, Format::summary);
    const std::string counted =
        summary.substr(summary.find("\nSNI\n"), summary.find("One value only") - summary.find("\nSNI\n"));
    EXPECT_NE(counted.find("  www.example.com           3 "), std::string::npos) << counted;
    EXPECT_EQ(counted.find("WWW.Example.COM"), std::string::npos) << counted;
}

}  // namespace
}  // namespace tlsscope::pipeline
