#include "dissectors/tls/outcome.h"

#include <string>
#include <vector>

#include "dissectors/tls/columns.h"
#include "dissectors/tls/meanings.h"
#include "dissectors/tls/timing.h"

namespace tlsscope::tls {

namespace {

using record::ConnectionRecord;
using record::Mark;
using record::Severity;
using record::Side;

enum class Outcome : std::uint8_t { complete, alert, closed, reset, not_tls, incomplete, no_handshake };

std::string_view text_of(const ConnectionRecord& record, std::string_view tcp_column) {
    return record.row.get(flow::tcp_column(tcp_column)).text();
}

std::string_view closed_by(const ConnectionRecord& record) { return text_of(record, "closed_by"); }

bool one_sided(const ConnectionRecord& record) { return record.anomalies.has(flow::kOneSided); }

Outcome judge(const Ending& e, const ConnectionRecord& record) {
    if (!e.established && (e.fatal_alert || (e.encrypted_alert && !e.lossy))) return Outcome::alert;
    if (!e.hello_seen && !e.server_hello_seen && (e.midstream || e.assumed || e.data_only))
        return Outcome::no_handshake;
    if (e.established) return Outcome::complete;
    if (e.not_tls) return Outcome::not_tls;
    if (e.lossy || one_sided(record) || closed_by(record).empty()) return Outcome::incomplete;
    return text_of(record, "close_kind").starts_with("reset") ? Outcome::reset : Outcome::closed;
}

std::string word_for(Outcome outcome, const ConnectionRecord& record) {
    switch (outcome) {
        case Outcome::complete: return "complete";
        case Outcome::alert: return "alert";
        case Outcome::closed: return "closed_by_" + std::string{closed_by(record)};
        case Outcome::reset: return "reset_by_" + std::string{closed_by(record)};
        case Outcome::not_tls: return "not_tls";
        case Outcome::incomplete: return "incomplete";
        case Outcome::no_handshake: return "no_handshake";
    }
    return {};
}

/// How far the handshake had come, for people: "after the ClientHello".
std::string_view progress(const Ending& e) {
    if (e.phase == Phase::hello_sent && e.hello_cut) return "in the middle of the ClientHello";
    switch (e.phase) {
        case Phase::start: return "before any ClientHello";
        case Phase::hello_sent: return "after the ClientHello, before any answer";
        case Phase::retry_requested: return "after the server asked for another ClientHello";
        case Phase::hello_repeated: return "after the second ClientHello, before the ServerHello";
        case Phase::hello_answered:
        case Phase::server_certificate:
        case Phase::server_status:
        case Phase::server_keys:
        case Phase::certificate_requested: return "in the middle of the server's first flight";
        case Phase::server_done: return "after the server's first flight, when it was the client's turn";
        case Phase::client_certificate:
        case Phase::client_keys:
        case Phase::client_verify:
        case Phase::client_changing: return "in the middle of the client's second flight";
        case Phase::client_finished: return "after the client's Finished, when it was the server's turn";
        case Phase::server_ticket:
        case Phase::server_changing: return "before the server's Finished";
        case Phase::hello_answered_13: return "after the ServerHello";
        case Phase::protected_flight_13:
        case Phase::server_finished_13: return "after the server's flight, when it was the client's turn";
        default: return "before the handshake was over";
    }
}

std::string capitalized(std::string_view side) { return side == "client" ? "The client" : "The server"; }

std::vector<std::uint64_t> frames(const ConnectionRecord& record, std::initializer_list<const Mark*> marks) {
    std::vector<std::uint64_t> out;
    for (const Mark* m : marks)
        if (const record::Evidence e = record.timeline.at(*m); e.seen()) out.push_back(e.frame);
    return out;
}

std::string milliseconds(record::Nanos n) {
    const record::Nanos tenths = (n + 50'000) / 100'000;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

void explain_alert(const Ending& e, ConnectionRecord& record) {
    if (e.fatal_alert) {
        const auto code = static_cast<std::uint8_t>(record.row.get(column("alert")).integer());
        std::string sentence = capitalized(record.row.get(column("alert_from")).text()) +
                               " refused the handshake with alert " + name_of(alert_name, code) + " (" +
                               std::to_string(code) + ")";
        const std::string_view cause = alert_cause(code);
        if (!cause.empty()) sentence += ": " + std::string{cause};
        sentence += '.';
        record.conclude(Severity::high, std::move(sentence), frames(record, {&timing::kAlert, &timing::kHello}));
        return;
    }
    const std::string_view who = record::name(e.encrypted_alert_from);
    record.row.set_text(column("alert_from"), who);
    std::string sentence =
        capitalized(who) + " refused the handshake with an encrypted alert " + std::string{progress(e)} + ".";
    sentence += e.encrypted_alert_from == Side::client ? " Usual cause: it does not accept the server's certificate."
                                                       : " Usual cause: it does not accept the client's certificate, "
                                                         "or wants one.";
    std::vector<std::uint64_t> proof;
    if (e.encrypted_alert_at.seen()) proof.push_back(e.encrypted_alert_at.frame);
    for (const std::uint64_t f : frames(record, {&timing::kServerHello})) proof.push_back(f);
    record.conclude(Severity::high, std::move(sentence), std::move(proof));
}

void explain_end(const Ending& e, bool reset, ConnectionRecord& record) {
    const std::string_view who = closed_by(record);
    std::string sentence =
        capitalized(who) + (reset ? " reset" : " closed") + " the connection " + std::string{progress(e)};
    const auto waited = record.timeline.between(timing::kHello, flow::kCloseStart);
    if (e.phase == Phase::hello_sent && who == "client" && waited && *waited >= 0)
        sentence += ": it had waited " + milliseconds(*waited) + " for the server";
    record.conclude(Severity::high, sentence + ".",
                    frames(record, {&flow::kCloseStart, &timing::kHello, &timing::kServerHello}));
}

void explain_incomplete(const Ending& e, ConnectionRecord& record) {
    if (e.phase == Phase::start) return;
    const char* why = one_sided(record) ? "Only one direction of the handshake is in the capture."
                      : e.lossy         ? "Bytes of the handshake are missing in the capture."
                                        : nullptr;
    std::string sentence = why != nullptr ? why : "The capture ends " + std::string{progress(e)} + ".";
    record.conclude(Severity::note, std::move(sentence), frames(record, {&timing::kHello, &timing::kServerHello}));
}

/// A handshake that succeeded, but with a certificate that others will refuse. Slow ones: src/verdict.
void remark(ConnectionRecord& record) {
    const std::string_view status = record.row.get(column("cert_status")).text();
    if (status == "expired" || status == "not_yet_valid")
        record.conclude(Severity::low,
                        status == "expired" ? "The server's certificate had expired, yet the client accepted it."
                                            : "The server's certificate was not valid yet, yet the client accepted it.",
                        frames(record, {&timing::kCertificate}));
}

}  // namespace

void conclude(const Ending& e, ConnectionRecord& record) {
    const Outcome outcome = judge(e, record);
    record.row.set_text(column("tls_outcome"), word_for(outcome, record));
    if (outcome != Outcome::no_handshake && (outcome != Outcome::incomplete || !e.lossy))
        record.row.set_boolean(column("established"), outcome == Outcome::complete);
    switch (outcome) {
        case Outcome::complete: record.outcome = "complete"; return remark(record);
        case Outcome::alert: record.outcome = "failed"; return explain_alert(e, record);
        case Outcome::closed:
        case Outcome::reset: record.outcome = "failed"; return explain_end(e, outcome == Outcome::reset, record);
        case Outcome::not_tls:
            record.outcome = "failed";
            return record.conclude(Severity::high,
                                   "The server answered the ClientHello with something that is not TLS: it does not "
                                   "expect TLS on this port.",
                                   frames(record, {&timing::kHello}));
        case Outcome::incomplete: record.outcome = "incomplete"; return explain_incomplete(e, record);
        case Outcome::no_handshake: record.outcome = "incomplete"; return;
    }
}

}  // namespace tlsscope::tls
