// A small vocabulary of our own and connections made of it: the reporters know no others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/connection.h"
#include "record/schema.h"
#include "report/output.h"
#include "report/writer.h"

namespace tlsscope::report::synthetic {

using record::Column;
using record::ConnectionRecord;
using record::Nanos;
using record::Severity;
using record::Summary;
using record::Type;

inline constexpr Nanos kMs = 1'000'000;
inline constexpr Nanos kStart = 1'795'342'341'123'456'000;  // 2026-11-22T10:12:21.123456Z

inline void fruit_name(std::uint32_t code, std::string& out) {
    constexpr std::string_view kNames[] = {"apple", "pear", "fig, dried"};
    if (code < 3) out += kNames[code];
    else out += "0x00" + std::to_string(code);
}

inline constexpr Column kColumns[] = {
    {.name = "stream",
     .type = Type::integer,
     .unit = "",
     .meaning = "Number of the connection.",
     .group = "identity",
     .heading = "#",
     .priority = 1},
    {.name = "ts",
     .type = Type::time,
     .unit = "",
     .meaning = "Time of the first packet.",
     .group = "identity",
     .heading = "Start",
     .priority = 4},
    {.name = "client_ip", .type = Type::text, .unit = "", .meaning = "Address of the client.", .group = "identity"},
    {.name = "client_port", .type = Type::integer, .unit = "", .meaning = "Port of the client.", .group = "identity"},
    {.name = "server_ip", .type = Type::text, .unit = "", .meaning = "Address of the server.", .group = "identity"},
    {.name = "server_port", .type = Type::integer, .unit = "", .meaning = "Port of the server.", .group = "identity"},
    {.name = "sni",
     .type = Type::text,
     .unit = "",
     .meaning = "Name the client asked for.",
     .group = "identity",
     .summary = Summary::count,
     .heading = "Server name",
     .priority = 2},
    {.name = "names", .type = Type::text_list, .unit = "", .meaning = "Several names.", .group = "tls"},
    {.name = "resumed",
     .type = Type::boolean,
     .unit = "",
     .meaning = "Resumed.",
     .group = "tls",
     .summary = Summary::count},
    {.name = "version",
     .type = Type::text,
     .unit = "",
     .meaning = "Version.",
     .group = "tls",
     .summary = Summary::count,
     .heading = "Version",
     .priority = 3},
    {.name = "fruit",
     .type = Type::code,
     .unit = "",
     .meaning = "A fruit.",
     .group = "tls",
     .name_of = fruit_name,
     .summary = Summary::count,
     .heading = "Fruit",
     .priority = 6},
    {.name = "fruits",
     .type = Type::code_list,
     .unit = "",
     .meaning = "Several fruits.",
     .group = "tls",
     .name_of = fruit_name},
    {.name = "ratio",
     .type = Type::number,
     .unit = "",
     .meaning = "A fraction.",
     .group = "tls",
     .summary = Summary::percentiles},
    {.name = "bytes_client",
     .type = Type::integer,
     .unit = "bytes",
     .meaning = "Payload bytes of the client.",
     .group = "tcp",
     .heading = "Bytes",
     .priority = 7},
    {.name = "stall_ms",
     .type = Type::millis,
     .unit = "ms",
     .meaning = "Time lost to retransmission.",
     .group = "timing"},
    {.name = "outcome",
     .type = Type::text,
     .unit = "",
     .meaning = "How it ended.",
     .group = "verdict",
     .summary = Summary::count,
     .heading = "Outcome",
     .priority = 1},
    {.name = "note", .type = Type::text, .unit = "", .meaning = "A text that nothing else uses.", .group = "verdict"},
};

inline constexpr const Column& column(std::string_view name) {
    for (const Column& c : kColumns)
        if (c.name == name) return c;
    throw "no such column";
}

inline constexpr record::Mark kSyn{
    "syn",
    "first SYN",
    {.name = "syn_frame", .type = Type::integer, .unit = "frame", .meaning = "Frame of the SYN.", .group = "verdict"}};
inline constexpr record::Mark kConnected{"connected", "ACK of the SYN/ACK", {}};
inline constexpr record::Mark kHello{"hello", "first byte of the hello", {}};
inline constexpr record::Mark kDone{"done", "handshake complete", {}};
inline constexpr record::Mark kEnd{"end", "last packet", {}};
inline constexpr const record::Mark* kMarks[] = {&kSyn, &kConnected, &kHello, &kDone, &kEnd};

inline constexpr record::Span kSpans[] = {
    {{.name = "connect_ms",
      .type = Type::millis,
      .unit = "ms",
      .meaning = "First SYN to the client's ACK.",
      .group = "timing",
      .summary = Summary::percentiles,
      .heading = "Connect ms",
      .priority = 5},
     &kSyn,
     &kConnected},
    {{.name = "tls_ms",
      .type = Type::millis,
      .unit = "ms",
      .meaning = "First byte of the hello to the end.",
      .group = "timing",
      .summary = Summary::percentiles,
      .heading = "TLS ms",
      .priority = 3},
     &kHello,
     &kDone,
     true},
    {{.name = "duration_ms", .type = Type::millis, .unit = "ms", .meaning = "First to last packet.", .group = "timing"},
     &kSyn,
     &kEnd},
};

inline constexpr record::Anomaly kOverlap{"overlap_conflict", Severity::medium,
                                          "The same bytes were sent twice with different content."};
inline constexpr record::Anomaly kExpired{"cert_expired", Severity::high, "The certificate is no longer valid."};
inline constexpr record::Anomaly kUrgent{"urg", Severity::note, "Urgent data was sent."};
inline constexpr const record::Anomaly* kAnomalies[] = {&kOverlap, &kExpired, &kUrgent};

inline const record::Schema& schema() {
    static const record::Vocabulary vocabulary[] = {{"synthetic", kColumns, kMarks, kSpans, kAnomalies}};
    static const record::Schema all{vocabulary};
    return all;
}

/// A connection with endpoints, times and an outcome.
inline ConnectionRecord connection(std::uint64_t stream, std::string_view sni = "www.example.com",
                                   Nanos tls = 20 * kMs) {
    ConnectionRecord c;
    c.stream = stream;
    c.first_frame = stream * 10 + 1;
    c.first_time = kStart + static_cast<Nanos>(stream) * 1500 * kMs;
    c.outcome = "complete";
    c.row.set_integer(column("stream"), static_cast<std::int64_t>(stream));
    c.row.set_time(column("ts"), c.first_time);
    c.row.set_text(column("client_ip"), "10.0.0.1");
    c.row.set_integer(column("client_port"), 50000 + static_cast<std::int64_t>(stream % 1000));
    c.row.set_text(column("server_ip"), "192.0.2.7");
    c.row.set_integer(column("server_port"), 443);
    c.row.set_text(column("sni"), sni);
    c.row.set_text(column("version"), "TLSv1.3");
    c.row.set_code(column("fruit"), 1);
    c.row.set_integer(column("bytes_client"), 517);
    c.timeline.set(kSyn, {c.first_time, c.first_frame});
    c.timeline.set(kConnected, {c.first_time + 10 * kMs, c.first_frame + 2});
    c.timeline.set(kHello, {c.first_time + 11 * kMs, c.first_frame + 3});
    c.timeline.set(kDone, {c.first_time + 11 * kMs + tls, c.first_frame + 5});
    c.timeline.set(kEnd, {c.first_time + 5000 * kMs, c.first_frame + 9});
    (void)c.timeline.fill(kSpans, kMarks, c.row);
    c.row.set_text(column("outcome"), c.outcome);
    return c;
}

inline ConnectionRecord failed_connection(std::uint64_t stream,
                                          std::string sentence = "The server refused: alert 40.") {
    ConnectionRecord c = connection(stream);
    c.outcome = "failed";
    c.conclude(Severity::high, std::move(sentence), {stream * 10 + 4});
    return c;
}

/// What nobody should be able to do to a reader of the report.
inline const std::vector<std::string>& hostile_texts() {
    using namespace std::string_literals;
    static const std::vector<std::string> texts = {
        "=cmd|'/c calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\xef\xbc\x9d"
        "1+1",                      // full-width =
        "\x1b[2J\x1b]0;owned\x07",  // clears the screen, sets the title
        "\xc2\x9b"
        "2J",  // C1 CSI
        "evil\xe2\x80\xae"
        "txt.exe",                               // right-to-left override
        "\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8f",  // isolates, RLM
        "zero\xe2\x80\x8bwidth\xef\xbb\xbf",     // ZWSP, BOM
        "nul\0inside"s,
        "two\nlines\r\n",
        "quo\"te,and;semicolon",
        "\xff\xfe\x80",      // never UTF-8
        "\xc0\xaf",          // overlong /
        "\xed\xa0\x80",      // surrogate
        "\xf4\x90\x80\x80",  // above U+10FFFF
        "\xf0\x9f\x98",      // cut off
        "<script>alert(1)</script>",
        "\xf3\xa0\x81\x81tag",  // U+E0041
        "Z" +
            [] {
                std::string marks;
                for (int i = 0; i < 50; ++i) marks += "\xcc\x81";
                return marks;
            }(),
        std::string(65536, 'A'),
        std::string(65536, '\x01'),
        "\xe4\xb8\xad\xe6\xa9\xb8\xe5\x90\x8d.example",  // wide
        "",
        " ",
    };
    return texts;
}

/// Runs a reporter over connections and gives what it wrote.
template <class Make>
std::string run(const Make& make, const std::vector<ConnectionRecord>& connections, const Totals& totals = {},
                const RunInfo& info = {"tlsscope", {"capture.pcap"}}) {
    std::string text;
    const auto out = output_to(text);
    auto reporter = make(*out);
    reporter.begin(schema(), info);
    for (const ConnectionRecord& c : connections) reporter.connection(c);
    reporter.finish(totals);
    out->finish();
    return text;
}

inline std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace tlsscope::report::synthetic
