// Handshake messages: what each says, and whether it may come here.
#include <algorithm>

#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/ladder.h"
#include "dissectors/tls/stream.h"
#include "dissectors/tls/timing.h"
#include "dissectors/tls/wire/certificate_status.h"

namespace tlsscope::tls {

namespace {

constexpr std::size_t kMaxChain = 16;

/// Of the messages only one side sends.
bool sent_by(HandshakeType type, Side side) {
    switch (type) {
        case HandshakeType::client_hello:
        case HandshakeType::client_key_exchange:
        case HandshakeType::certificate_verify:
        case HandshakeType::certificate_url: return side == Side::client;
        case HandshakeType::server_hello:
        case HandshakeType::server_key_exchange:
        case HandshakeType::certificate_request:
        case HandshakeType::server_hello_done:
        case HandshakeType::new_session_ticket:
        case HandshakeType::certificate_status: return side == Side::server;
        case HandshakeType::certificate: return true;
        default: return false;
    }
}

/// After a HelloRetryRequest, which may be missing, a client says the same again (RFC 8446 section 4.1.2).
bool repeats(const ClientHelloView& hello, const Offer& offer) {
    return std::equal(hello.random.begin(), hello.random.end(), offer.random.begin(), offer.random.end());
}

}  // namespace

bool Stream::lossy() const {
    for (const Direction& d : directions_)
        if (d.lossy || !d.bytes_seen) return true;
    return false;
}

/// Follows the table. Where bytes are missing, messages may be missing too: then the next edge of that kind is taken.
bool Stream::order(Side from, Event event, Evidence at) {
    const bool fits = machine_.step(from, event) || (lossy() && machine_.catch_up(from, event));
    if (!fits) {
        anomaly(anomaly::kOrder, at);
        return false;
    }
    // Neither waits for the other side: 0-RTT data may pass in the middle of the server's flight.
    if (event == Event::early_data || event == Event::protected_record) return true;
    if (from == Side::server && flight_of_ == Side::client) ++round_trips_;
    flight_of_ = from;
    return true;
}

bool Stream::plausible_message(Side from, const HandshakeHeader& header, std::size_t record_left) {
    constexpr std::uint32_t kSmallestHello = 38;
    constexpr std::uint32_t kLargestHello = 1U << 14;
    constexpr std::size_t kFragment = 512;  // a shorter record does not stop in the middle of a message
    if (direction(from).changing)           // only a second ClientHello can follow in the clear (RFC 8446 appendix D.4)
        return from == Side::client && header.type == HandshakeType::client_hello && header.length >= kSmallestHello &&
               header.length <= record_left;
    if (!sent_by(header.type, from)) return false;
    if (header.type == HandshakeType::server_hello_done) return header.length == 0;
    if (header.length == 0) return false;
    // A hello may be spread over records of any size, and as a hello's header ciphertext hardly ever looks.
    const bool hello = header.type == HandshakeType::client_hello || header.type == HandshakeType::server_hello;
    if (hello && header.length >= kSmallestHello && header.length <= kLargestHello) return true;
    return header.length <= record_left || record_left >= kFragment;
}

void Stream::handshake_message(Side from, const HandshakeMessage& message) {
    if (!in_handshake()) return;
    if (message.cut == HandshakeMessage::Cut::cap) {
        anomaly(anomaly::kOverCap, message.shown());
        if (message.header.type == HandshakeType::certificate) anomaly(anomaly::kChainOverCap, message.shown());
    }
    if (message.cut == HandshakeMessage::Cut::budget) anomaly(anomaly::kOverBudget, message.shown());
    if (message.broken_off()) anomaly(anomaly::kTruncated, message.shown());
    if (context_.want_ladder)
        tell(ladder::handshake(from, message, facts_.chosen(), [this](Bytes der) { return summarize(der); }));
    switch (message.header.type) {
        case HandshakeType::client_hello:
            if (from == Side::client) return client_hello(message);
            return anomaly(anomaly::kOrder, message.shown());
        case HandshakeType::server_hello:
        case HandshakeType::hello_retry_request:
            if (from == Side::server) return server_hello(message);
            return anomaly(anomaly::kOrder, message.shown());
        case HandshakeType::certificate: return certificate(from, message);
        case HandshakeType::server_key_exchange: return server_key_exchange(message);
        case HandshakeType::certificate_request: return certificate_request(message);
        case HandshakeType::server_hello_done: return server_hello_done(message);
        default: break;
    }
    other_message(from, message);
}

void Stream::client_hello(const HandshakeMessage& message) {
    Reader in{message.body, message.edge()};
    const ClientHelloView hello = read_client_hello(in);
    const Reporter report{*sink_, message.shown()};
    Offer& offer = handshake_->offer;
    const bool expected = !hello_seen_ || machine_.allows(Side::client, Event::client_hello) || repeats(hello, offer);
    if (!expected) return anomaly(anomaly::kOrder, message.shown());
    const bool fits = order(Side::client, Event::client_hello, message.shown());
    if (hello_seen_) {
        if (!fits) return;
        mark_message(timing::kSecondHello, Side::client, message.last);
        return facts_.second_hello(hello, offer, report);
    }
    hello_seen_ = true;
    direction(Side::client).lossy = message.lossy();  // what was before does not matter
    hello_cut_ = message.cut == HandshakeMessage::Cut::end;
    facts_.client_hello(hello, message.header.length + kHandshakeHeaderSize, offer, report);
    facts_.client_fingerprints(caches() != nullptr ? caches()->fingerprints.of(hello)
                                                   : ClientFingerprints{ja3(hello), ja4(hello)});
    const bool first_is_missing = machine_.phase() == Phase::hello_repeated;
    mark_message(first_is_missing ? timing::kSecondHello : timing::kHello, Side::client, message.last);
    if (!first_is_missing) mark(timing::kHelloFirst, message.first);
}

void Stream::server_hello(const HandshakeMessage& message) {
    Reader in{message.body, message.edge()};
    const bool old_retry = message.header.type == HandshakeType::hello_retry_request;
    const ServerHelloView hello = old_retry ? read_hello_retry_request(in) : read_server_hello(in);
    // Cut off: even HelloRetryRequest and ServerHello look alike, but for the drafts' message of its own type.
    if (!old_retry && hello.random.size() < 32) return;
    const bool tls13 = version::is_tls13(hello.version());
    const Event event = hello.hello_retry_request ? Event::hello_retry_request
                        : tls13                   ? Event::server_hello_13
                                                  : Event::server_hello;
    if (!hello.hello_retry_request) no_retry_after_all(message.shown());
    const bool known = hello.version_known() || hello.hello_retry_request;
    const bool fits = known && order(Side::server, event, message.shown());
    if (server_hello_seen_ && !fits) return;  // the first one stands
    const Reporter report{*sink_, message.shown()};
    facts_.server_hello(hello, hello_seen_ ? &handshake_->offer : nullptr, report);
    if (hello.hello_retry_request) return mark_message(timing::kRetryRequest, Side::server, message.last);
    facts_.server_fingerprint(caches() != nullptr ? caches()->fingerprints.of(hello) : ja3s(hello));
    server_hello_seen_ = true;
    direction(Side::server).lossy = message.lossy();
    mark(timing::kServerHelloFirst, message.first);
    mark_message(timing::kServerHello, Side::server, message.last);
    if (facts_.chosen().tls13()) flight_.begin(hello.cipher, handshake_->offer.early_data);
    exchange_ = FirstExchange{facts_.chosen().tls13()};
    keys_so_far();
}

/// A hello that was repeated before anything of the server was seen: now all of the server is, and it did not ask.
void Stream::no_retry_after_all(Evidence at) {
    const bool asked = !facts_.row().get(column("hrr")).empty();
    if (machine_.phase() != Phase::hello_repeated || asked || direction(Side::server).lossy) return;
    if (!hello_seen_ || !direction(Side::server).from_first_byte) return;
    machine_.assume(Phase::hello_sent);
    anomaly(anomaly::kOrder, at);
}

/// With the version it is known what a ChangeCipherSpec seen before the ServerHello meant: in TLS 1.3 nothing, and
/// nothing where it was the last thing a client said that hoped for TLS 1.3 (RFC 8446 appendix D.4).
void Stream::keys_so_far() {
    for (Direction& d : directions_) {
        if (d.last_type == ContentType::change_cipher_spec && !lossy()) d.changing = false;
        d.encrypted = d.changing && facts_.chosen().older();
    }
}

std::shared_ptr<const crypto::CertificateSummary> Stream::summarize(Bytes der) const {
    if (caches() != nullptr) return caches()->certificates.get(der);
    return std::make_shared<const crypto::CertificateSummary>(crypto::summarize(der));
}

void Stream::certificate(Side from, const HandshakeMessage& message) {
    order(from, Event::certificate, message.shown());
    Reader in{message.body, message.edge()};
    const CertificateView12 view = read_certificate12(in);
    const Evidence at = message.shown();
    Reporter{*sink_, at}(view.oddities);
    const std::size_t count = view.entries.count();
    const auto chain = count != 0 ? chain_of(view.entries.raw()) : nullptr;
    if (count > kMaxChain) anomaly(anomaly::kChainLong, at);
    if (from == Side::client) {
        if (chain) facts_.client_certificate(chain->leaf());
        if (chain) judge_certificates(from, chain, view.whole, at);
        if (count != 0 || view.whole) facts_.row().set_text(column("client_auth"), count != 0 ? "sent" : "declined");
        return;
    }
    full_handshake();
    handshake_->certificate_seen = count != 0 || !view.whole;
    if (!handshake_->certificate_seen) anomaly(anomaly::of(Oddity::vec_empty), at);  // RFC 5246 section 7.4.2
    mark_message(timing::kCertificate, Side::server, message.last);
    if (view.whole) facts_.row().set_integer(column("chain_len"), static_cast<std::int64_t>(count));
    if (!chain) return;
    facts_.server_certificate(chain->leaf(), at);
    judge_certificates(from, chain, view.whole, at);
}

std::shared_ptr<const verdict::Chain> Stream::chain_of(Bytes list) const {
    if (caches() != nullptr) return caches()->chains.get(list);
    crypto::CertificateCache alone;
    return std::make_shared<const verdict::Chain>(list, alone);
}

/// What a client checks of a server's certificates, and a server of a client's: src/verdict.
void Stream::judge_certificates(Side from, const std::shared_ptr<const verdict::Chain>& chain, bool whole,
                                Evidence at) {
    verdict::Presented presented = verdict::present(
        chain,
        {.from = from,
         .at = at,
         .whole = whole,
         .names_the_host = from == Side::server ? facts_.certificate_names_sni() : std::optional<bool>{}},
        policy());
    facts_.certificates(presented);
    bool worth_a_word = policy() != nullptr && policy()->keep_chains;
    presented.faults.for_each([&](verdict::CertificateFault fault) {
        const record::Anomaly& finding = verdict::rule_of(fault).rule.finding;
        anomaly(finding, at);
        worth_a_word = worth_a_word || finding.severity > record::Severity::note;
    });
    if (worth_a_word)
        presented_[record::index(from)] = std::make_unique<const verdict::Presented>(std::move(presented));
}

/// The server sends what an abbreviated handshake has not.
void Stream::full_handshake() {
    if (facts_.chosen().older()) facts_.settle_resumption(false);
}

void Stream::server_key_exchange(const HandshakeMessage& message) {
    order(Side::server, Event::server_key_exchange, message.shown());
    full_handshake();
    if (!facts_.chosen().older()) return;
    Reader in{message.body, message.edge()};
    const auto view = read_server_key_exchange(in, key_exchange_of(facts_.chosen().cipher), facts_.chosen().version);
    Reporter{*sink_, message.shown()}(view.oddities);
    facts_.key_exchange(view);
}

void Stream::certificate_request(const HandshakeMessage& message) {
    order(Side::server, Event::certificate_request, message.shown());
    handshake_->request_seen = true;
    facts_.row().set_text(column("client_auth"), "requested");
}

void Stream::server_hello_done(const HandshakeMessage& message) {
    order(Side::server, Event::server_hello_done, message.shown());
    full_handshake();
    mark_message(timing::kServerFlightEnd, Side::server, message.last);
    if (direction(Side::server).lossy) return;
    if (!handshake_->request_seen) facts_.row().set_text(column("client_auth"), "none");
    if (!handshake_->certificate_seen) facts_.row().set_text(column("cert_status"), "none");
}

void Stream::other_message(Side from, const HandshakeMessage& message) {
    const auto event = [&]() -> Event {
        switch (message.header.type) {
            case HandshakeType::hello_request: return Event::hello_request;
            case HandshakeType::new_session_ticket: return Event::new_session_ticket;
            case HandshakeType::certificate_status: return Event::certificate_status;
            case HandshakeType::client_key_exchange: return Event::client_key_exchange;
            case HandshakeType::certificate_verify: return Event::certificate_verify;
            case HandshakeType::certificate_url: return Event::certificate_url;
            case HandshakeType::supplemental_data: return Event::supplemental_data;
            case HandshakeType::finished: return Event::finished;
            case HandshakeType::end_of_early_data: return Event::end_of_early_data;
            case HandshakeType::encrypted_extensions: return Event::encrypted_extensions;
            case HandshakeType::key_update: return Event::key_update;
            case HandshakeType::compressed_certificate: return Event::compressed_certificate;
            default: return Event::event_count;
        }
    }();
    if (event == Event::event_count) return anomaly(anomaly::kUnknownMessage, message.shown());
    const bool right_after_hello = machine_.phase() == Phase::hello_answered;
    order(from, event, message.shown());
    if (event == Event::new_session_ticket && right_after_hello) facts_.settle_resumption(true);
    if (event == Event::certificate_status) certificate_status(message);
}

void Stream::certificate_status(const HandshakeMessage& message) {
    constexpr std::uint32_t kNoResponse = 4;  // status_type and a length of 0 (RFC 6066 section 8)
    Reader in{message.body, message.edge()};
    Reporter{*sink_, message.shown()}(read_certificate_status(in).oddities);
    if (message.header.length > kNoResponse) facts_.row().set_boolean(column("ocsp_stapled"), true);
}

void Stream::encrypted_handshake(Side from, Evidence last) {
    if (machine_.established())
        return tell_encrypted(from, "Encrypted Handshake Message", "Part of a further handshake (renegotiation).",
                              direction(from).record);
    const bool finished = machine_.allows(from, Event::finished) || (lossy() && direction(from).changing);
    if (finished) order(from, Event::finished, last);
    else order(from, Event::encrypted_handshake, last);
    const Phase phase = machine_.phase();
    tell_encrypted(from, finished ? "Finished" : "Encrypted Handshake Message",
                   finished ? "A checksum over the whole handshake, the first message under the new keys."
                            : "A handshake message under the new keys.",
                   direction(from).record);
    if (!finished) {
        // NextProtocol and ChannelID go before the client's Finished: the last one is it.
        if (phase == Phase::client_finished && last.seen()) sink_->move_mark(timing::kClientFinished, last);
        return;
    }
    mark(from == Side::client ? timing::kClientFinished : timing::kServerFinished, last);
    if (phase == Phase::resumed_finished) mark(timing::kServerFlightEnd, last);
    if (machine_.established()) mark(timing::kComplete, last);
}

}  // namespace tlsscope::tls
