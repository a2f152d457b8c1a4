#include "dissectors/tls/outcome.h"

#include <string>
#include <vector>

#include "dissectors/tls/clauses.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/failure.h"
#include "dissectors/tls/remark_rules.h"
#include "dissectors/tls/timing.h"
#include "record/words.h"

namespace tlsscope::tls {

namespace {

using record::ConnectionRecord;
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

/// A certificate that was accepted, and that others will refuse.
void remark_certificate(const verdict::Presented* p, ConnectionRecord& record) {
    if (p == nullptr) return;
    const auto fault = verdict::gravest(p->faults);
    if (fault == verdict::CertificateFault::count) return;
    const record::Anomaly& finding = verdict::rule_of(fault).rule.finding;
    if (finding.severity <= Severity::note) return;  // among the anomalies
    std::string sentence = certificate_clause(*p, fault, record) + '.';
    sentence.front() = static_cast<char>(sentence.front() - 'a' + 'A');  // a clause begins with "the", "a", ...
    if (refusable(fault) && p->seen_by_peer().has(fault))
        sentence +=
            p->from == Side::server ? " The client accepted it all the same." : " The server accepted it all the same.";
    record.conclude(finding.severity, std::move(sentence), {p->evidence.frame}, &finding);
}

void remark_retry(ConnectionRecord& record) {
    if (record.row.get(column("hrr")).empty()) return;
    std::string sentence = "One round trip more";
    if (const auto cost = record.timeline.between(timing::kHello, timing::kSecondHello); cost && *cost >= 0)
        sentence += ", " + record::milliseconds(*cost);
    sentence += ": the server asked for another ClientHello (HelloRetryRequest)";
    if (const record::Value group = record.row.get(column("group")); !group.empty()) {
        const std::string shares = listed(record, column("key_shares"));
        sentence += " and chose ";
        column("group").name_of(static_cast<std::uint32_t>(group.integer()), sentence);
        sentence +=
            shares.empty() ? "; the first had no key share" : "; the first had key shares of " + shares + " only";
    }
    record.conclude(kHelloRetry, sentence + "; " + std::string{kHelloRetry.cure} + ".",
                    frames_of(record, {&timing::kHello, &timing::kRetryRequest, &timing::kSecondHello}));
}

void remark_resumption(ConnectionRecord& record) {
    const record::Value offered = record.row.get(column("resumption_offered"));
    const record::Value resumed = record.row.get(column("resumed"));
    if (offered.empty() || resumed.empty() || resumed.integer() != 0) return;
    std::string kinds;
    for (std::size_t i = 0; i < offered.list_size(); ++i)
        kinds.append(kinds.empty() ? "" : ", ").append(offered.text_at(i));
    record.conclude(kResumptionRefused,
                    "The client offered to resume a session (" + kinds +
                        ") and the server made a whole handshake of it; " + std::string{kResumptionRefused.cure} + ".",
                    frames_of(record, {&timing::kHello, &timing::kServerHello}));
}

/// A handshake that succeeded, and yet. Slow ones: src/verdict.
void remark(const Ending& e, ConnectionRecord& record) {
    for (const verdict::Presented* p : {e.server_certificate, e.client_certificate}) remark_certificate(p, record);
    remark_retry(record);
    if (!e.assumed) remark_resumption(record);
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
        case Outcome::not_tls: record.outcome = "failed"; return explain_not_tls(record);
        case Outcome::incomplete:
            record.outcome = "incomplete";
            return explain_incomplete(e, one_sided(record), record);
        case Outcome::no_handshake: record.outcome = "incomplete"; return;
    }
}

}  // namespace tlsscope::tls
