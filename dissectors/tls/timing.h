// The moments of a handshake and the durations between them: DESIGN of the timing columns. Phases are contiguous and
// add up to tls_ms: each ends where the next one begins.
#pragma once

#include <span>

#include "flow/tcp_vocabulary.h"
#include "record/connection.h"
#include "record/timeline.h"

namespace tlsscope::tls::timing {

using record::Column;
using record::Mark;
using record::Span;
using record::Summary;
using record::Type;

constexpr Column frame_of(std::string_view name, std::string_view meaning) {
    return {.name = name, .type = Type::integer, .unit = "frame", .meaning = meaning, .group = "verdict"};
}

inline constexpr Mark kHelloFirst{"client_hello_first", "first byte of the first ClientHello", {}};
inline constexpr Mark kHello{"client_hello", "last byte of the first ClientHello",
                             frame_of("ch_frame", "Frame that completed the first ClientHello.")};
inline constexpr Mark kRetryRequest{"hello_retry_request", "last byte of the HelloRetryRequest",
                                    frame_of("hrr_frame", "Frame that completed the HelloRetryRequest.")};
inline constexpr Mark kSecondHello{"client_hello_2", "last byte of the ClientHello that answers a HelloRetryRequest",
                                   frame_of("ch2_frame", "Frame that completed the second ClientHello.")};
inline constexpr Mark kServerHelloFirst{"server_hello_first", "first byte of the ServerHello", {}};
inline constexpr Mark kServerHello{"server_hello", "last byte of the ServerHello",
                                   frame_of("sh_frame",
                                            "Frame that completed the ServerHello (not a "
                                            "HelloRetryRequest).")};
inline constexpr Mark kCertificate{"certificate", "last byte of the server's Certificate",
                                   frame_of("cert_frame", "Frame that completed the server's Certificate message.")};
inline constexpr Mark kServerFlightEnd{
    "server_flight_end", "end of the server's flight",
    frame_of("server_flight_frame",
             "Frame that completed the server's flight: ServerHelloDone; its Finished in an "
             "abbreviated handshake; in TLS 1.3 the last server record before the client's "
             "answer, inferred.")};
inline constexpr Mark kClientFinished{
    "client_finished", "the client's Finished",
    frame_of("client_finished_frame",
             "Frame that completed the client's Finished; inferred from sizes and order in "
             "TLS 1.3.")};
inline constexpr Mark kServerFinished{
    "server_finished", "the server's Finished",
    frame_of("server_finished_frame", "Frame that completed the server's Finished (TLS 1.2 and older).")};
inline constexpr Mark kComplete{"handshake_complete", "the last Finished",
                                frame_of("tls_complete_frame", "Frame that completed the TLS handshake.")};
inline constexpr Mark kRequestEnd{
    "request_end", "last byte of the client's first request",
    frame_of("request_frame",
             "Frame of the last byte the client sent before the server's first answer after the "
             "handshake.")};
inline constexpr Mark kAnswerFirst{
    "answer_first", "first byte of the server's answer",
    frame_of("answer_frame", "Frame of the first application byte of the server's answer to the first request.")};
inline constexpr Mark kAlert{"alert", "the alert of the alert column", frame_of("alert_frame", "Frame of that alert.")};

inline constexpr const Mark* kMarks[] = {
    &kHelloFirst,  &kHello,       &kRetryRequest,    &kSecondHello,    &kServerHelloFirst,
    &kServerHello, &kCertificate, &kServerFlightEnd, &kClientFinished, &kServerFinished,
    &kComplete,    &kRequestEnd,  &kAnswerFirst,     &kAlert,
};

constexpr Column span_column(std::string_view name, std::string_view meaning, Summary summary = Summary::none,
                             std::string_view heading = {}, std::uint8_t priority = 0) {
    return {.name = name,
            .type = Type::millis,
            .unit = "ms",
            .meaning = meaning,
            .group = "timing",
            .name_of = nullptr,
            .summary = summary,
            .heading = heading,
            .priority = priority};
}

inline constexpr Span kSpans[] = {
    {span_column("client_wait_ms",
                 "End of connect to the first byte of the ClientHello: time the client took to "
                 "begin."),
     &flow::kConnected, &kHelloFirst},
    {span_column("hello_ms", "First byte of the first ClientHello to its last byte."), &kHelloFirst, &kHello, true},
    {span_column("server_hello_ms",
                 "Last byte of the first ClientHello to the first byte of the ServerHello; the "
                 "round trip of a HelloRetryRequest included."),
     &kHello, &kServerHelloFirst, true},
    {span_column("server_flight_ms",
                 "First byte of the ServerHello to the end of the server's flight: "
                 "ServerHelloDone; the server's Finished when abbreviated; TLS 1.3: last server "
                 "record before the client answers (inferred)."),
     &kServerHelloFirst, &kServerFlightEnd, true},
    {span_column("client_finish_ms", "End of the server's flight to the client's Finished (TLS 1.3: inferred)."),
     &kServerFlightEnd, &kClientFinished, true},
    {span_column("server_finish_ms",
                 "Client's Finished to the server's Finished; empty in TLS 1.3 and in abbreviated "
                 "handshakes, where the server finishes first."),
     &kClientFinished, &kServerFinished, true},
    {span_column("tls_ms", "First byte of the ClientHello to the end of the handshake: the sum of the phases.",
                 Summary::percentiles, "TLS ms", 2),
     &kHelloFirst, &kComplete},
    {span_column("ttfb_ms",
                 "Last byte of the client's first request after the handshake to the first application "
                 "byte of the server's answer. In TLS 1.3 a session ticket sent after the request cannot "
                 "be told from an answer: then it is a lower bound.",
                 Summary::percentiles, "TTFB ms", 5),
     &kRequestEnd, &kAnswerFirst},
};

/// Columns that are computed from marks of two modules: server_think_ms, client_think_ms.
void fill_think_times(const record::Timeline& timeline, record::Row& row);

}  // namespace tlsscope::tls::timing
