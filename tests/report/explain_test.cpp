#include "report/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ladders.h"
#include "report/sections.h"
#include "report/utf8.h"

namespace tlsscope::report {
namespace {

using synthetic::LadderBuilder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using enum record::Side;

std::string print(const record::ConnectionRecord& c, Style style = {.width = 80, .colour = false, .unicode = true},
                  const RunInfo& run = {"tlsscope", {"capture.pcap"}}) {
    std::string text;
    const auto out = output_to(text);
    explain(c, synthetic::schema(), run, style, *out);
    out->finish();
    return text;
}

TEST(Explain, TheTextbookHandshake) {
    const std::string text = print(synthetic::textbook());
    EXPECT_THAT(text, HasSubstr("1. TCP three-way handshake\n"));
    EXPECT_THAT(text, HasSubstr("    SYN-SENT │─── [SYN] seq = X = 1000 ──────────────────────────►│ SYN-RECEIVED\n"
                                "             │ relative seq 0, length 0, window 64240, MSS=1460   │\n"));
    EXPECT_THAT(text, HasSubstr(" ESTABLISHED │◄─── [SYN, ACK] seq = Y = 5000, ack = X+1 = 1001 ───│ SYN-RECEIVED\n"));
    EXPECT_THAT(text, HasSubstr(" ESTABLISHED │─── [ACK] seq = X+1 = 1001, ack = Y+1 = 5001 ──────►│ ESTABLISHED\n"));
}

TEST(Explain, ALabelThatDoesNotFitGoesOnBelow) {
    record::ConnectionRecord c = synthetic::textbook();
    for (record::Step& s : c.ladder->steps) {
        s.segment.seq += 3'000'000'000;
        s.segment.ack += 3'000'000'000;
    }
    EXPECT_THAT(print(c), HasSubstr(" ESTABLISHED │◄─── [SYN, ACK] seq = Y = 3000005000 ───────────────│ SYN-RECEIVED\n"
                                    "             │ ack = X+1 = 3000001001                             │\n"));
}

TEST(Explain, TheTextbookClose) {
    const std::string text = print(synthetic::textbook());
    EXPECT_THAT(text, HasSubstr("4. Close\n"));
    EXPECT_THAT(text, HasSubstr("  FIN-WAIT-1 │─── [FIN, ACK] seq = U = 1618 ─────────────────────►│ CLOSE-WAIT\n"));
    EXPECT_THAT(text, HasSubstr("  FIN-WAIT-2 │◄─── [ACK] ack = U+1 = 1619 ────────────────────────│ CLOSE-WAIT\n"));
    EXPECT_THAT(text, HasSubstr("   TIME-WAIT │◄─── [FIN, ACK] seq = V = 6401, ack = U+1 = 1619 ───│ LAST-ACK\n"));
    EXPECT_THAT(text, HasSubstr("   TIME-WAIT │─── [ACK] seq = U+1 = 1619, ack = V+1 = 6402 ──────►│ CLOSED\n"));
}

TEST(Explain, MessagesWithTheirFields) {
    const std::string text = print(synthetic::textbook(), {.width = 160, .colour = false, .unicode = true});
    EXPECT_THAT(text, HasSubstr("2. TLS handshake\n"));
    EXPECT_THAT(text, HasSubstr("│ ▪ ClientHello "));
    EXPECT_THAT(
        text,
        HasSubstr(
            "│     legacy_version: TLS 1.2 (0x0303) — fixed since TLS 1.3; the real offer is in supported_versions "));
    EXPECT_THAT(text, HasSubstr("│       server_name: www.example.com\\x1b[2J — the name the client wants to reach "));
    EXPECT_THAT(text, HasSubstr("│ ▪ Finished (inferred) "));
    EXPECT_THAT(text, HasSubstr("! retransmission of frame 33"));
    EXPECT_THAT(text, HasSubstr("│ seq 1 (1001), ack 1 (5001), length 517, window 64240 "));
    EXPECT_THAT(text, HasSubstr("⋮ 812 segments left out, 1.1 MB from the server"));
}

TEST(Explain, TitleTimingOdditiesAndHint) {
    const std::string text = print(synthetic::textbook());
    EXPECT_THAT(text, testing::StartsWith("Connection 3 of capture.pcap\n"
                                          "10.0.0.1:50003 → 192.0.2.7:443  (www.example.com)\n"
                                          "2026-11-22 10:12:25.623456 UTC, first frame 31\n"
                                          "TLSv1.3\n"
                                          "Outcome: complete\n"));
    EXPECT_THAT(text, HasSubstr("\n  connect_ms      10.000  █"));
    EXPECT_THAT(text, HasSubstr("    First byte of the hello to the end. (inferred from encrypted records)\n"
                                "  duration_ms   5000.000\n"));
    EXPECT_THAT(text, HasSubstr("  medium  overlap_conflict: The same bytes were sent twice with different\n"
                                "          content. 2 times, first in frame 33.\n"));
    EXPECT_THAT(text, HasSubstr("  tshark -r capture.pcap -Y 'tcp.stream == 3'\n"));
    EXPECT_THAT(print(synthetic::textbook(), {}, {"tlsscope", {"a", "b"}}), Not(HasSubstr("tshark")));
}

TEST(Explain, AFailureIsNamedWithItsFrames) {
    record::ConnectionRecord c = synthetic::textbook();
    c.outcome = "failed";
    c.conclude(record::Severity::high, "The server sent the fatal alert \x1b[2J.", {35, 36});
    EXPECT_THAT(print(c),
                HasSubstr("Outcome: failed\n  The server sent the fatal alert \\x1b[2J. [frames 35 and 36]\n"));
}

TEST(Explain, NoLineIsWiderThanTheTerminal) {
    record::ConnectionRecord c = synthetic::textbook();
    for (const std::string& text : synthetic::hostile_texts()) {
        auto& messages = c.ladder->steps[4].messages;
        messages.push_back(
            synthetic::message(server, text, text, {}, {{text, text, text, 0}, {"deep", text, "", 200}}));
        c.ladder->steps[1].segment.notes.push_back(text);
    }
    c.ladder->steps[2].segment.client_state = std::string(100, 'S');
    c.ladder->steps[2].segment.seq = 4'000'000'000;
    c.row.set_text(synthetic::column("sni"), std::string(300, 'n'));
    for (const std::size_t width : {60U, 80U, 100U, 120U, 200U, 0U}) {
        for (const bool unicode : {true, false}) {
            const Style style{.width = width, .colour = false, .unicode = unicode};
            const std::string out = print(c, style);
            for (const std::string& line : synthetic::lines_of(out)) {
                ASSERT_LE(display_width(line), style.columns()) << line;
                for (std::size_t at = 0; at < line.size();) {
                    const CodePoint p = decode(line, at);
                    ASSERT_TRUE(p.valid && !is_hidden(p.code));
                    at += p.length;
                }
            }
        }
    }
}

TEST(Explain, AsciiStyleIsAscii) {
    for (const std::string& line :
         synthetic::lines_of(print(synthetic::textbook(), {.width = 80, .colour = false, .unicode = false})))
        EXPECT_TRUE(is_plain_ascii(line)) << line;
}

TEST(Explain, ColourChangesNothingElse) {
    std::string coloured = print(synthetic::textbook(), {.width = 100, .colour = true, .unicode = true});
    for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b', at))
        coloured.erase(at, coloured.find('m', at) - at + 1);
    EXPECT_EQ(coloured, print(synthetic::textbook(), {.width = 100, .colour = false, .unicode = true}));
}

TEST(Explain, WithoutALadder) {
    EXPECT_THAT(print(synthetic::connection(1)), HasSubstr("The steps of this connection were not kept."));
    record::ConnectionRecord empty;
    EXPECT_THAT(print(empty), HasSubstr("Connection 0 of capture.pcap\n"));
}

std::vector<Section> sections(const record::ConnectionRecord& c) { return sections_of(c, synthetic::schema()); }

TEST(Sections, Textbook) {
    using enum Section;
    EXPECT_THAT(sections(synthetic::textbook()),
                ElementsAre(opening, opening, opening, handshake, handshake, data, closing, closing, closing, closing));
}

TEST(Sections, ARefusedConnectionIsOnlyItsOpening) {
    record::ConnectionRecord c = synthetic::connection(0);
    LadderBuilder b{c};
    b.add(client, 0x002, 0, -1, 0, "SYN-SENT", "LISTEN", "");
    b.add(client, 0x002, 0, -1, 0, "SYN-SENT", "LISTEN", "");
    b.add(server, 0x014, 0, 1, 0, "CLOSED", "CLOSED", "");
    EXPECT_THAT(sections(c), ElementsAre(Section::opening, Section::opening, Section::opening));
    EXPECT_THAT(print(c), HasSubstr("[RST, ACK] ack = X+1 = 1001"));
}

TEST(Sections, MidstreamWithoutMessagesIsData) {
    record::ConnectionRecord c = synthetic::connection(0);
    LadderBuilder b{c};
    b.add(client, 0x018, 500, 900, 10, "ESTABLISHED", "ESTABLISHED", "");
    b.add(server, 0x010, 900, 510, 0, "ESTABLISHED", "ESTABLISHED", "");
    b.add(server, 0x004, 900, -1, 0, "CLOSED", "CLOSED", "");
    EXPECT_THAT(sections(c), ElementsAre(Section::data, Section::data, Section::closing));
    EXPECT_THAT(print(c), HasSubstr("1. Data\n"));
    EXPECT_THAT(print(c), HasSubstr("2. Close\n"));
}

TEST(Sections, DataOnTheAckAndAFailedHandshake) {
    record::ConnectionRecord c = synthetic::connection(0);
    c.outcome = "failed";
    LadderBuilder b{c};
    b.add(client, 0x002, 0, -1, 0, "SYN-SENT", "SYN-RECEIVED", "");
    b.add(server, 0x012, 0, 1, 0, "ESTABLISHED", "SYN-RECEIVED", "");
    auto& hello = b.add(client, 0x018, 1, 1, 200, "ESTABLISHED", "ESTABLISHED", "");
    hello.messages.push_back(synthetic::message(client, "ClientHello", "", hello.segment.at));
    auto& alert = b.add(server, 0x018, 1, 201, 7, "ESTABLISHED", "ESTABLISHED", "");
    alert.messages.push_back(synthetic::message(server, "Alert", "", alert.segment.at));
    b.add(server, 0x011, 8, 201, 0, "ESTABLISHED", "FIN-WAIT-1", "");
    EXPECT_THAT(sections(c), ElementsAre(Section::opening, Section::opening, Section::handshake, Section::handshake,
                                         Section::closing));
}

TEST(Symbols, AFinWithDataIsNumberedBehindIt) {
    record::ConnectionRecord c = synthetic::connection(0);
    LadderBuilder b{c};
    b.add(server, 0x019, 100, 50, 30, "CLOSE-WAIT", "FIN-WAIT-1", "");
    b.add(client, 0x010, 50, 131, 0, "CLOSE-WAIT", "FIN-WAIT-2", "");
    const Symbols symbols{*c.ladder};
    EXPECT_EQ(symbols.seq(c.ladder->steps[0].segment, Section::closing), "seq = 5100, FIN = U = 5130");
    EXPECT_EQ(symbols.ack(c.ladder->steps[1].segment, Section::closing), "ack = U+1 = 5131");
    EXPECT_EQ(symbols.seq(c.ladder->steps[1].segment, Section::closing), "");
}

TEST(Symbols, WrapAroundTheEndOfSequenceSpace) {
    record::Ladder ladder;
    ladder.steps.resize(2);
    ladder.steps[0].segment.flags = kSyn;
    ladder.steps[0].segment.seq = 0xffffffff;
    ladder.steps[1].segment.from = server;
    ladder.steps[1].segment.flags = kSyn | kAck;
    ladder.steps[1].segment.ack = 0;
    EXPECT_EQ(Symbols{ladder}.seq(ladder.steps[0].segment, Section::opening), "seq = X = 4294967295");
    EXPECT_EQ(Symbols{ladder}.ack(ladder.steps[1].segment, Section::opening), "ack = X+1 = 0");
}

TEST(Symbols, FlagNames) {
    EXPECT_EQ(flag_names(0x012), "SYN, ACK");
    EXPECT_EQ(flag_names(0x018), "PSH, ACK");
    EXPECT_EQ(flag_names(0x0c2), "SYN, ECE, CWR");
    EXPECT_EQ(flag_names(0), "none");
}

}  // namespace
}  // namespace tlsscope::report
