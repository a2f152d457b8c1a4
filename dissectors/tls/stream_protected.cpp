// Application data, and TLS 1.3's protected records that may be part of the handshake.
#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/stream.h"
#include "dissectors/tls/timing.h"

namespace tlsscope::tls {

void Stream::application_record(Side from, const ProtectedRecord& r) {
    if (machine_.established()) return data_record(from, r);
    if (facts_.chosen().tls13() && server_hello_seen_) return protected_record(from, r);
    if (from == Side::client && handshake_ && handshake_->offer.early_data && machine_.step(from, Event::early_data)) {
        facts_.row().set_text(column("early_data"), "sent");
        return tell_encrypted(from, "Early Data", "Application data sent before the server answered (0-RTT).", r);
    }
    if (machine_.step(from, Event::application_data)) return data_record(from, r);
    data_first_ = data_first_ || before_any_hello(from);
    if (before_any_hello(from)) return anomaly(anomaly::kDataEarly, r.last);
    direction(from).data_early = true;
    if (!lossy()) anomaly(anomaly::kDataEarly, r.last);
    // One side alone may be at fault; what both do, both take to be right, whatever was odd before.
    if (!lossy() && !direction(record::other(from)).data_early) return;
    assume_established();
    data_record(from, r);
}

/// All of the client was seen from its first byte on, and no hello among it: none is missing.
bool Stream::before_any_hello(Side from) const {
    const Direction& d = direction(from);
    return from == Side::client && machine_.phase() == Phase::start && d.from_first_byte && !d.lossy;
}

/// Data flows and messages are missing: the handshake went by unseen.
void Stream::assume_established() {
    assumed_ = true;
    machine_.assume(facts_.chosen().tls13() ? Phase::established_13 : Phase::established);
}

/// Where a hello was seen and the end was not, data of one side proves little: the other may still refuse.
bool Stream::surely_established() const {
    if (!machine_.established()) return false;
    if (!assumed_ || (!hello_seen_ && !server_hello_seen_)) return true;
    const Direction& client = direction(Side::client);
    const Direction& server = direction(Side::server);
    const auto sends_data = [](const Direction& d) { return d.data_early || d.data_seen; };
    return (client.changing && server.changing) || (sends_data(client) && sends_data(server));
}

void Stream::data_record(Side from, const ProtectedRecord& r) {
    if (!direction(from).data_seen)
        tell_encrypted(from, "Application Data", "The first encrypted data of this side; more of it is not shown.", r);
    direction(from).data_seen = true;
    const bool tls13 = facts_.chosen().tls13();
    // An alert, or two bytes of data: too little to be a request or an answer anyway.
    if (tls13 && r.length == flight_.sizes().alert) return;
    if (exchange_.answered()) return;
    if (from == Side::client) exchange_.client_record(r);
    else exchange_.server_record(r);
    if (from == Side::client && !exchange_.answered() && r.last.seen()) sink_->move_mark(timing::kRequestEnd, r.last);
    mark(timing::kAnswerFirst, exchange_.answer_first(), tls13);
}

void Stream::protected_record(Side from, const ProtectedRecord& r) {
    if (from == Side::client) protected_client_record(r);
    else protected_server_record(r);
}

void Stream::protected_client_record(const ProtectedRecord& r) {
    switch (flight_.client_record(r)) {
        case ProtectedFlight::Reading::finished:
            tell_encrypted(Side::client, "Finished",
                           "By size and place the client's Finished: the handshake is complete.", r);
            return protected_finished();
        case ProtectedFlight::Reading::early_data:
            order(Side::client, Event::early_data, r.last);
            facts_.row().set_text(column("early_data"), "sent");
            return tell_encrypted(Side::client, "Early Data",
                                  "Application data sent before the handshake is over (0-RTT), or its end.", r);
        case ProtectedFlight::Reading::alert:
            return tell_encrypted(Side::client, "Encrypted Alert",
                                  "By its size an alert, where the client's Finished should stand.", r);
        case ProtectedFlight::Reading::undecided:
            order(Side::client, Event::protected_record, r.last);
            return tell_encrypted(Side::client, "Protected Record",
                                  "Encrypted: by place the client's Certificate, CertificateVerify or Finished.", r);
    }
}

void Stream::protected_server_record(const ProtectedRecord& r) {
    if (flight_.settle()) {
        protected_finished();
        return data_record(Side::server, r);
    }
    order(Side::server, Event::protected_record, r.last);
    tell_encrypted(Side::server, "Protected Record",
                   "Encrypted: part of the server's flight (EncryptedExtensions, CertificateRequest, Certificate, "
                   "CertificateVerify, Finished).",
                   r);
    flight_.server_record(r);
}

void Stream::protected_finished() {
    if (!order(Side::client, Event::finished, flight_.finished())) return;
    flight_certain_ = handshake_ && handshake_->offer.whole && !direction(Side::client).lossy;
    // Where a record is missing, the last one seen need not be the last one sent.
    if (!direction(Side::server).lossy) mark(timing::kServerFlightEnd, flight_.server_end(), true);
    if (!direction(Side::client).lossy) {
        mark(timing::kClientFinished, flight_.finished(), true);
        mark(timing::kComplete, flight_.finished(), true);
    }
    if (!flight_.data_behind().seen()) return;
    exchange_.client_record({0, flight_.data_behind(), flight_.data_behind()});
    sink_->move_mark(timing::kRequestEnd, flight_.data_behind());
}

/// A server that wanted a certificate and got none, or a wrong one, says so in an alert that closes the connection
/// right after the client's Finished.
bool Stream::ended_by_server_alert() const {
    const Direction& client = direction(Side::client);
    const Direction& server = direction(Side::server);
    if (!server.ended || !server_may_refuse()) return false;
    const std::uint16_t alert = flight_.sizes().alert;
    return server.last_length == alert && client.last_length != alert;
}

bool Stream::server_may_refuse() const {
    if (!facts_.chosen().tls13() || !machine_.established() || exchange_.answered()) return false;
    return flight_.certificate_sent() || flight_.certificate_declined();
}

}  // namespace tlsscope::tls
