#include "dissectors/tls/failure.h"

#include <algorithm>

#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/clauses.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/failure_rules.h"
#include "dissectors/tls/meanings.h"
#include "dissectors/tls/timing.h"
#include "dissectors/tls/wire/alert.h"
#include "record/words.h"
#include "verdict/failure_rules.h"

namespace tlsscope::tls {

namespace {

using record::ConnectionRecord;
using record::Severity;
using record::Side;
using verdict::CertificateFault;

std::string_view text(const ConnectionRecord& record, const record::Column& of) { return record.row.get(of).text(); }

/// The server asked for a certificate and the client had none to send.
bool declined(const ConnectionRecord& record) { return text(record, column("client_auth")) == "declined"; }

/// The gravest fault an alert of the other side may be about (RFC 8446 section 6.2); `count`: none of them.
CertificateFault fault_behind(std::uint8_t alert, verdict::CertificateFaults faults) {
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

/// Which rule an alert in the clear is a case of.
const record::Rule& rule_for(std::uint8_t alert, bool by_client, const ConnectionRecord& record) {
    switch (alert) {
        case kProtocolVersion:
        case kInappropriateFallback: return kNoCommonVersion;
        case kNoCertificate:
        case kCertificateRequired: return kClientCertMissing;
        case kUnrecognizedName: return by_client ? kHandshakeAlert : kNameNotServed;
        case kNoApplicationProtocol: return kNoCommonAlpn;
        case kBadCertificate:
        case kUnsupportedCertificate:
        case kCertificateRevoked:
        case kCertificateExpired:
        case kCertificateUnknown:
        case kUnknownCa:
        case kAccessDenied:
            return by_client ? kServerCertRefused : declined(record) ? kClientCertMissing : kClientCertRefused;
        case kBadCertificateStatus: return by_client ? kServerCertRefused : kHandshakeAlert;
        case kHandshakeFailure:
        case kExportRestriction:
        case kInsufficientSecurity:
        case kMissingExtension: break;
        default: return kHandshakeAlert;
    }
    if (by_client) return kHandshakeAlert;
    if (declined(record)) return kClientCertMissing;
    return record.timeline.at(timing::kServerHello).seen() ? kHandshakeAlert : kNoCommonParameters;
}

/// Why it was sent, as the end of a sentence: what this handshake shows, or else what is usual.
std::string cause_of(const record::Rule& rule, std::uint8_t alert, const ConnectionRecord& record) {
    if (&rule == &kClientCertMissing)
        return "it wants a certificate of the client, who sent none; configure one, of a CA the server asks for";
    if (&rule == &kNoCommonParameters)
        return "nothing of what was offered is acceptable, or it has no certificate for this name";
    if (&rule == &kNameNotServed && !text(record, column("sni")).empty())
        return "it does not serve the name " + std::string{text(record, column("sni"))} +
               ": wrong address, wrong name, or a missing virtual host";
    return std::string{alert_cause(alert)};
}

std::string offered_protocols(const ConnectionRecord& record) {
    const record::Value offered = record.row.get(column("alpn_offered"));
    std::string list;
    for (std::size_t i = 0; !offered.empty() && i < offered.list_size(); ++i)
        list.append(list.empty() ? "" : ", ").append(offered.text_at(i));
    return list;
}

/// What an alert can only be understood with.
std::string offer_for(const record::Rule& rule, const ConnectionRecord& record) {
    const std::string offer = &rule == &kNoCommonVersion      ? offered_versions(record)
                              : &rule == &kNoCommonParameters ? offered_parameters(record)
                              : &rule == &kNoCommonAlpn       ? offered_protocols(record)
                                                              : std::string{};
    return offer.empty() ? offer : " The client offered " + offer + ".";
}

/// Nothing of TLS came from the client, and the server said so.
bool client_spoke_something_else(const Ending& e, const ConnectionRecord& record) {
    const record::Value sent = record.row.get(flow::tcp_column("bytes_client"));
    return !e.hello_seen && !e.midstream && !e.lossy && text(record, column("alert_from")) == "server" &&
           !sent.empty() && sent.integer() > 0;
}

void explain_plaintext(ConnectionRecord& record) {
    std::string sentence = "The client sent something that is not TLS, and the server refused it with alert ";
    column("alert").name_of(static_cast<std::uint32_t>(record.row.get(column("alert")).integer()), sentence);
    record.conclude(kClientNotTls, sentence + "; " + std::string{kClientNotTls.cure} + ".",
                    frames_of(record, {&timing::kAlert}));
}

void explain_clear_alert(const Ending& e, ConnectionRecord& record) {
    if (client_spoke_something_else(e, record)) return explain_plaintext(record);
    const auto code = static_cast<std::uint8_t>(record.row.get(column("alert")).integer());
    const std::string_view who = text(record, column("alert_from"));
    const bool by_client = who == "client";
    const verdict::Presented* refused = by_client ? e.server_certificate : e.client_certificate;
    const auto fault = refused != nullptr ? fault_behind(code, refused->seen_by_peer()) : CertificateFault::count;
    const bool known = refusable(fault);
    const record::Rule& rule = rule_for(code, by_client, record);

    std::string sentence = capitalized(who) + " refused the handshake with alert " + name_of(alert_name, code) + " (" +
                           std::to_string(code) + ")";
    const std::string cause = known ? certificate_clause(*refused, fault, record) : cause_of(rule, code, record);
    if (!cause.empty()) sentence += ": " + cause;
    sentence += '.' + offer_for(rule, record);
    std::vector<std::uint64_t> proof = frames_of(record, {&timing::kAlert, &timing::kHello});
    if (known) proof.insert(proof.begin() + 1, refused->evidence.frame);
    record.conclude(rule, std::move(sentence), std::move(proof));
}

/// Nothing but its place and size is known of it.
void explain_encrypted_alert(const Ending& e, ConnectionRecord& record) {
    const bool by_client = e.encrypted_alert_from == Side::client;
    const std::string_view auth = text(record, column("client_auth"));
    const record::Rule& rule = by_client            ? kServerCertRefused
                               : auth == "declined" ? kClientCertMissing
                               : auth == "sent"     ? kClientCertRefused
                                                    : kHandshakeAlert;
    const std::string_view who = record::name(e.encrypted_alert_from);
    record.row.set_text(column("alert_from"), who);
    std::string sentence = capitalized(who) + " refused the handshake with an encrypted alert " +
                           std::string{progress(e)} + ". Usual cause: ";
    if (by_client) sentence += "it does not accept the server's certificate.";
    else if (&rule == &kClientCertMissing) sentence += "it wants a certificate of the client, who sent none.";
    else if (&rule == &kClientCertRefused) sentence += "it does not accept the client's certificate.";
    else sentence += "it does not accept the client's certificate, or wants one.";
    std::vector<std::uint64_t> proof;
    if (e.encrypted_alert_at.seen()) proof.push_back(e.encrypted_alert_at.frame);
    for (const std::uint64_t f : frames_of(record, {&timing::kServerHello})) proof.push_back(f);
    record.conclude(rule, std::move(sentence), std::move(proof));
}

}  // namespace

void explain_alert(const Ending& e, ConnectionRecord& record) {
    if (e.fatal_alert) explain_clear_alert(e, record);
    else explain_encrypted_alert(e, record);
}

void explain_end(const Ending& e, bool reset, ConnectionRecord& record) {
    const std::string_view who = record.row.get(flow::tcp_column("closed_by")).text();
    std::string sentence =
        capitalized(who) + (reset ? " reset" : " closed") + " the connection " + std::string{progress(e)};
    const auto waited = record.timeline.between(timing::kHello, flow::kCloseStart);
    if (e.phase == Phase::hello_sent && who == "client" && waited && *waited >= 0)
        sentence += ": it had waited " + record::milliseconds(*waited) + " for the server";
    std::vector<std::uint64_t> proof = frames_of(record, {&flow::kCloseStart, &timing::kHello, &timing::kServerHello});
    // Clients that do not like a certificate may go without a word.
    const verdict::Presented* refused = e.server_certificate;
    const auto fault = refused != nullptr ? verdict::gravest(refused->seen_by_peer()) : CertificateFault::count;
    if (e.phase == Phase::server_done && who == "client" && refusable(fault)) {
        sentence += ". A likely reason: " + certificate_clause(*refused, fault, record);
        proof.push_back(refused->evidence.frame);
    }
    record.conclude(verdict::kHandshakeClosed, sentence + ".", std::move(proof));
}

void explain_not_tls(ConnectionRecord& record) {
    record.conclude(
        Severity::high,
        "The server answered the ClientHello with something that is not TLS: it does not expect TLS on this "
        "port.",
        frames_of(record, {&timing::kHello}), &anomaly::kNotTls);
}

void explain_incomplete(const Ending& e, bool one_sided, ConnectionRecord& record) {
    if (e.phase == Phase::start) return;
    const char* why = one_sided ? "Only one direction of the handshake is in the capture."
                      : e.lossy ? "Bytes of the handshake are missing in the capture."
                                : nullptr;
    std::string sentence = why != nullptr ? why : "The capture ends " + std::string{progress(e)} + ".";
    record.conclude(Severity::note, std::move(sentence), frames_of(record, {&timing::kHello, &timing::kServerHello}));
}

}  // namespace tlsscope::tls
