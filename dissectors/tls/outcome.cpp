#include "dissectors/tls/outcome.h"

#include <algorithm>
#include <string>
#include <vector>

#include "dissectors/tls/columns.h"
#include "dissectors/tls/meanings.h"
#include "dissectors/tls/timing.h"
#include "dissectors/tls/wire/alert.h"

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

/// What is wrong with the certificates, as a clause and its cure; empty: nothing.
std::string certificate_clause(const verdict::Presented& p, verdict::CertificateFault fault,
                               const ConnectionRecord& record) {
    return verdict::clause(p, fault, record.row.get(column("sni")).text()) + "; " +
           std::string{verdict::rule_of(fault).rule.cure};
}

/// A fault for which the other side may refuse the handshake.
bool refusable(verdict::CertificateFault fault) { return fault < verdict::CertificateFault::expires_soon; }

/// The gravest fault an alert of the other side may be about (RFC 8446 section 6.2); `count`: none of them.
verdict::CertificateFault fault_behind(std::uint8_t alert, verdict::CertificateFaults faults) {
    using verdict::CertificateFault;
    const auto first_of = [&](std::initializer_list<CertificateFault> about) {
        const auto* found = std::find_if(about.begin(), about.end(), [&](CertificateFault f) { return faults.has(f); });
        return found == about.end() ? CertificateFault::count : *found;
    };
    switch (alert) {
        case kBadCertificate:
        case kUnsupportedCertificate:
        case kCertificateUnknown: return verdict::gravest(faults);
        case kCertificateExpired: return first_of({CertificateFault::expired, CertificateFault::not_yet_valid});
        case kUnknownCa:
            return first_of({CertificateFault::missing_intermediate, CertificateFault::unknown_issuer,
                             CertificateFault::self_signed});
        default: return CertificateFault::count;
    }
}

void explain_alert(const Ending& e, ConnectionRecord& record) {
    if (e.fatal_alert) {
        const auto code = static_cast<std::uint8_t>(record.row.get(column("alert")).integer());
        std::string sentence = capitalized(record.row.get(column("alert_from")).text()) +
                               " refused the handshake with alert " + name_of(alert_name, code) + " (" +
                               std::to_string(code) + ")";
        const bool by_client = record.row.get(column("alert_from")).text() == "client";
        const verdict::Presented* refused = by_client ? e.server_certificate : e.client_certificate;
        const auto fault =
            refused != nullptr ? fault_behind(code, refused->seen_by_peer()) : verdict::CertificateFault::count;
        const bool known = refusable(fault);
        const std::string cause = known ? certificate_clause(*refused, fault, record) : std::string{alert_cause(code)};
        if (!cause.empty()) sentence += ": " + cause;
        sentence += '.';
        std::vector<std::uint64_t> proof = frames(record, {&timing::kAlert, &timing::kHello});
        if (known) proof.insert(proof.begin() + 1, refused->evidence.frame);
        record.conclude(Severity::high, std::move(sentence), std::move(proof));
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
    std::vector<std::uint64_t> proof = frames(record, {&flow::kCloseStart, &timing::kHello, &timing::kServerHello});
    // Clients that do not like a certificate may go without a word.
    const verdict::Presented* refused = e.server_certificate;
    const auto fault =
        refused != nullptr ? verdict::gravest(refused->seen_by_peer()) : verdict::CertificateFault::count;
    if (e.phase == Phase::server_done && who == "client" && refusable(fault)) {
        sentence += ". A likely reason: " + certificate_clause(*refused, fault, record);
        proof.push_back(refused->evidence.frame);
    }
    record.conclude(Severity::high, sentence + ".", std::move(proof));
}

void explain_incomplete(const Ending& e, ConnectionRecord& record) {
    if (e.phase == Phase::start) return;
    const char* why = one_sided(record) ? "Only one direction of the handshake is in the capture."
                      : e.lossy         ? "Bytes of the handshake are missing in the capture."
                                        : nullptr;
    std::string sentence = why != nullptr ? why : "The capture ends " + std::string{progress(e)} + ".";
    record.conclude(Severity::note, std::move(sentence), frames(record, {&timing::kHello, &timing::kServerHello}));
}

void remark_certificate(const verdict::Presented* p, ConnectionRecord& record) {
    if (p == nullptr) return;
    const auto fault = verdict::gravest(p->faults);
    if (fault == verdict::CertificateFault::count) return;
    const Severity severity = verdict::rule_of(fault).rule.finding.severity;
    if (severity <= Severity::note) return;  // among the anomalies
    std::string sentence = certificate_clause(*p, fault, record) + '.';
    sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');  // a clause begins with "the", "a", ...
    if (refusable(fault) && p->seen_by_peer().has(fault))
        sentence +=
            p->from == Side::server ? " The client accepted it all the same." : " The server accepted it all the same.";
    record.conclude(severity, std::move(sentence), {p->evidence.frame});
}

/// A handshake that succeeded, but with a certificate that others will refuse. Slow ones: src/verdict.
void remark(const Ending& e, ConnectionRecord& record) {
    for (const verdict::Presented* p : {e.server_certificate, e.client_certificate}) remark_certificate(p, record);
}

}  // namespace

void conclude(const Ending& e, ConnectionRecord& record) {
    const Outcome outcome = judge(e, record);
    record.row.set_text(column("tls_outcome"), word_for(outcome, record));
    if (outcome != Outcome::no_handshake && (outcome != Outcome::incomplete || !e.lossy))
        record.row.set_boolean(column("established"), outcome == Outcome::complete);
    switch (outcome) {
        case Outcome::complete: record.outcome = "complete"; return remark(e, record);
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
