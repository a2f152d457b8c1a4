// Records: which are accepted, which are read, and those that are messages by themselves.
#include <algorithm>
#include <utility>

#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/ladder.h"
#include "dissectors/tls/stream.h"
#include "dissectors/tls/timing.h"
#include "dissectors/tls/wire/change_cipher_spec.h"

namespace tlsscope::tls {

namespace {

/// A plaintext record holds few alerts; an encrypted one is longer than this, or unreadable anyway.
constexpr std::uint16_t kMaxPlainAlerts = 8;

bool known_type(ContentType type) { return type >= ContentType::change_cipher_spec && type <= ContentType::heartbeat; }

/// Of a record header. Drafts of TLS 1.3 put their number into hellos only.
bool real_version(std::uint16_t v) { return v >= version::kSsl3 && v <= version::kTls13; }

}  // namespace

Body Stream::begin_record(Side from, const RecordHeader& header, Evidence first) {
    Direction& d = direction(from);
    if (!acceptable(d, header, first)) return Body::refuse;
    ++d.count;
    d.record = {header.length, first, first};
    d.handshake_left = header.length;
    d.scratch_have = 0;
    if (header.type == ContentType::alert && d.alert_half) anomaly(anomaly::kAlertSplit, first);
    check_length(d, header, first);
    if (in_handshake() && handshake_->layer(from).pending() && header.type != ContentType::handshake)
        anomaly(anomaly::kInterleaved, first);
    return body_of(from, header);
}

/// Unknown types pass when the version is one that exists; a version that does not exist passes for known types
/// when the direction began with it (S27) and is refused in the middle.
bool Stream::acceptable(Direction& d, const RecordHeader& header, Evidence at) {
    if (header.length > kMaxCiphertext12) return false;
    if (!known_type(header.type)) {
        if (header.version >> 8 != 3) return false;
        anomaly(anomaly::kRecordUnknown, at);
        return true;
    }
    if (real_version(header.version)) return true;
    const bool first_hello = d.count == 0 && header.type == ContentType::handshake;
    const bool near = header.version >> 8 == 3 || version::is_tls13(header.version);
    if (!first_hello && !near && header.version != d.odd_version) return false;
    if (first_hello) d.odd_version = header.version;
    anomaly(anomaly::kRecordVersion, at);
    return true;
}

void Stream::check_length(const Direction& d, const RecordHeader& header, Evidence at) {
    const bool data = header.type == ContentType::application_data;
    if (header.length == 0 && !data) anomaly(anomaly::kRecordZero, at);
    const bool plain = !data && !d.encrypted && !facts_.chosen().tls13() && in_handshake();
    const std::uint16_t limit = plain ? kMaxPlaintext : facts_.chosen().tls13() ? kMaxCiphertext13 : kMaxCiphertext12;
    if (header.length > limit) anomaly(anomaly::kRecordLength, at);
}

Body Stream::body_of(Side from, const RecordHeader& header) {
    Direction& d = direction(from);
    switch (header.type) {
        case ContentType::change_cipher_spec: return Body::pieces;
        case ContentType::alert: return d.encrypted || header.length > kMaxPlainAlerts ? Body::hop : Body::pieces;
        case ContentType::heartbeat: return d.encrypted || !in_handshake() ? Body::hop : Body::pieces;
        case ContentType::handshake: break;
        default: return Body::hop;
    }
    if (!in_handshake() || d.encrypted) return Body::hop;
    HandshakeLayer& layer = handshake_->layer(from);
    if (d.changing && !facts_.chosen().tls13()) layer.distrust();
    layer.record_begins(d.record.first);
    return Body::pieces;
}

void Stream::record_piece(Side from, const RecordHeader& header, Bytes piece, Evidence carried, Evidence released) {
    Direction& d = direction(from);
    if (header.type == ContentType::handshake) {
        d.handshake_left = static_cast<std::uint16_t>(d.handshake_left - piece.size());
        if (handshake_) handshake_->layer(from).data(piece, d.handshake_left, carried, released, *this);
        return;
    }
    if (header.type == ContentType::alert) return alert_bytes(from, piece, released);
    for (const std::uint8_t b : piece.first(std::min(piece.size(), d.scratch.size() - d.scratch_have)))
        d.scratch[d.scratch_have++] = b;
}

void Stream::record_hole(Side from, const RecordHeader& header, std::uint64_t length, Evidence at) {
    Direction& d = direction(from);
    if (header.type == ContentType::handshake && handshake_) {
        d.handshake_left = static_cast<std::uint16_t>(d.handshake_left - length);
        d.lossy = d.lossy || length != 0;
        handshake_->layer(from).hole(length, at, *this);
    }
    d.alert_half = false;
}

void Stream::end_record(Side from, const RecordHeader& header, Evidence last) {
    Direction& d = direction(from);
    d.record.last = last;
    d.last_length = header.length;
    d.last_type = header.type;
    switch (header.type) {
        case ContentType::handshake:
            if (handshake_)
                for (const record::Mark* m : std::exchange(handshake_->moving, {}))
                    if (last.seen()) sink_->move_mark(*m, last);
            if (!handshake_ || d.encrypted || (d.changing && handshake_->layer(from).unreadable()))
                encrypted_handshake(from, last);
            break;
        case ContentType::change_cipher_spec: on_change_cipher_spec(from, header, last); break;
        case ContentType::alert:
            if (d.encrypted || header.length > kMaxPlainAlerts) on_encrypted_alert(from, last);
            else if (header.length > 2) anomaly(anomaly::kAlertSeveral, last);
            break;
        case ContentType::heartbeat: on_heartbeat(from, header, last); break;
        case ContentType::application_data: application_record(from, d.record); break;
        default: break;
    }
}

void Stream::framing_lost(Side from, bool gap, Evidence at) {
    Direction& d = direction(from);
    d.lossy = true;
    d.alert_half = false;
    if (handshake_) handshake_->layer(from).interrupt(*this);
    if (gap) return;
    // One header that looked like application data or an alert was all there was to the claim.
    const std::uint32_t records = direction(Side::client).count + direction(Side::server).count;
    not_mine_ = !hello_seen_ && !server_hello_seen_ && records <= 2;
    const bool answer = from == Side::server && d.count == 0 && hello_seen_;
    if (answer) not_tls_ = true;
    anomaly(answer ? anomaly::kNotTls : anomaly::kDesync, at);
}

void Stream::framing_found(Side from, Evidence at) {
    if (from == Side::server) not_tls_ = false;
    anomaly(anomaly::kResync, at);
}

void Stream::alert_bytes(Side from, Bytes piece, Evidence at) {
    Direction& d = direction(from);
    for (const std::uint8_t b : piece) {
        d.alert_half = !d.alert_half;
        if (d.alert_half) d.alert_level = b;
        else on_alert(from, {d.alert_level, b}, at);
    }
}

void Stream::on_alert(Side from, AlertView alert, Evidence at) {
    if (!alert.plausible()) return anomaly(anomaly::kAlertBad, at);
    if (context_.want_ladder) tell(ladder::alert(from, alert, at));
    if (alert.description == kCloseNotify) direction(from).close_notify = true;
    if (facts_.alert(alert, from)) sink_->move_mark(timing::kAlert, at);
}

void Stream::on_encrypted_alert(Side from, Evidence at) {
    tell_encrypted(from, "Encrypted Alert", "An alert: after the handshake usually close_notify, the end of the data.",
                   direction(from).record);
    if (machine_.established() || !direction(record::other(from)).bytes_seen) {
        direction(from).encrypted_alert = true;
        return;
    }
    if (encrypted_alert_.seen() || (context_.midstream && !hello_seen_)) return;
    encrypted_alert_ = at;
    encrypted_alert_from_ = from;
    anomaly(anomaly::kAlertEncrypted, at);
}

void Stream::on_change_cipher_spec(Side from, const RecordHeader& header, Evidence at) {
    Direction& d = direction(from);
    if (!d.encrypted && (header.length != 1 || (d.scratch_have == 1 && d.scratch[0] != 1)))
        anomaly(anomaly::kCcsBad, at);
    // Its one byte may be lost in a gap, which has no time: then the header's segment shows it.
    const Evidence shown = at.seen() ? at : d.record.first;
    if (context_.want_ladder) tell(ladder::change_cipher_spec(from, facts_.chosen().tls13(), shown));
    if (machine_.established()) {
        // The first one of a side belongs to a handshake that was only taken to be over, because of a gap.
        if (std::exchange(d.changing, true)) ++d.changes;
        return;
    }
    // Keys do not change in the middle of a message. It is hs_interleaved, and that is all.
    if (in_handshake() && !d.lossy && handshake_->layer(from).pending()) return;
    const bool right_after_hello = machine_.phase() == Phase::hello_answered && from == Side::server;
    order(from, Event::change_cipher_spec, at);
    if (right_after_hello) facts_.settle_resumption(true);
    d.changing = true;
    if (facts_.chosen().older()) d.encrypted = true;
}

void Stream::on_heartbeat(Side from, const RecordHeader& header, Evidence at) {
    const Direction& d = direction(from);
    constexpr std::size_t kHeader = 3;  // RFC 6520 section 4: type, payload_length
    if (d.scratch_have < kHeader) return;
    const std::size_t payload = static_cast<std::size_t>(d.scratch[1]) << 8 | d.scratch[2];
    if (payload + kHeader > header.length) anomaly(anomaly::kHeartbleed, at);
}

}  // namespace tlsscope::tls
