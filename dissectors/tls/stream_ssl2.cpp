// The SSLv2-format hello by which old clients asked for SSL 3.0 and TLS, and servers that speak nothing newer.
#include <algorithm>
#include <utility>

#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/ladder.h"
#include "dissectors/tls/stream.h"
#include "dissectors/tls/timing.h"
#include "dissectors/tls/wire/sslv2.h"

namespace tlsscope::tls {

namespace {

bool is_record_type(std::uint8_t byte) {
    return byte >= static_cast<std::uint8_t>(ContentType::change_cipher_spec) &&
           byte <= static_cast<std::uint8_t>(ContentType::heartbeat);
}

}  // namespace

/// The first bytes of a direction, when they are no TLS record: of the client always, of the server only when the
/// client used that format.
bool Stream::may_be_ssl2(const flow::Chunk& chunk) const {
    if (!handshake_ || chunk.data.empty() || context_.midstream) return false;
    if (handshake_->ssl2_open) return handshake_->ssl2_side == chunk.from;
    const Direction& d = direction(chunk.from);
    if (d.bytes_seen || is_record_type(chunk.data.front())) return false;
    return chunk.from == Side::client || handshake_->ssl2_hello;
}

/// Collects the hello; gives back what of the chunk lies behind it.
Bytes Stream::ssl2_bytes(const flow::Chunk& chunk) {
    Handshake& h = *handshake_;
    if (!h.ssl2_open) h.ssl2_first = chunk.carried;
    h.ssl2_open = true;
    h.ssl2_side = chunk.from;
    const std::size_t before = h.ssl2.size();
    if (!h.ssl2.append(chunk.data)) {
        anomaly(anomaly::kOverBudget, chunk.released);
        forget_ssl2(chunk.from);
        return {};
    }
    const Bytes all = h.ssl2.bytes();
    const Sslv2Guess guess = guess_sslv2(all);
    if (guess == Sslv2Guess::need_more) {
        h.ssl2_chunks.push_back(chunk);
        return {};
    }
    const bool hello = guess == (chunk.from == Side::client ? Sslv2Guess::client_hello : Sslv2Guess::server_hello);
    if (!hello) {
        no_ssl2_after_all(chunk.from);
        return chunk.data;
    }
    h.ssl2_chunks.clear();
    Reader in{all};
    const Sslv2Header header = read_sslv2_header(in);
    const std::size_t whole = std::size_t{header.size} + header.length;
    if (all.size() < whole) return {};
    const std::vector<std::uint8_t> kept = h.ssl2.take();
    h.ssl2_open = false;
    const Bytes body =
        Bytes{kept}.subspan(header.size, header.length - std::min<std::size_t>(header.length, header.padding));
    if (context_.want_ladder) tell(ladder::ssl2_hello(chunk.from, body, h.ssl2_first, chunk.released));
    if (chunk.from == Side::client) ssl2_client_hello(body, h.ssl2_first, chunk.released);
    else ssl2_server_hello(body, h.ssl2_first, chunk.released);
    return chunk.data.subspan(std::min(chunk.data.size(), whole - before));
}

/// Lets the record layer say what is wrong with it: with all bytes that waited, each dated by the segment that brought
/// it.
void Stream::no_ssl2_after_all(Side from) {
    const std::vector<std::uint8_t> kept = handshake_->ssl2.take();
    std::size_t at = 0;
    handshake_->ssl2_open = false;
    for (flow::Chunk& chunk : std::exchange(handshake_->ssl2_chunks, {})) {
        chunk.data = Bytes{kept}.subspan(at, chunk.data.size());
        at += chunk.data.size();
        direction(from).records.data(chunk, *this);
    }
}

/// Bytes are missing: what comes behind them does not continue the hello.
void Stream::forget_ssl2(Side from) {
    if (!handshake_ || !handshake_->ssl2_open || handshake_->ssl2_side != from) return;
    handshake_->ssl2_open = false;
    handshake_->ssl2.release();
    handshake_->ssl2_chunks = {};
}

void Stream::ssl2_client_hello(Bytes body, Evidence first, Evidence last) {
    Reader in{body};
    const Sslv2ClientHelloView hello = read_sslv2_client_hello(in);
    order(Side::client, Event::ssl2_client_hello, last);
    anomaly(anomaly::kSsl2, last);
    Reporter{*sink_, last}(hello.oddities);
    handshake_->ssl2_hello = true;
    hello_seen_ = true;
    ++direction(Side::client).count;
    facts_.ssl2_client_hello(hello, body.size(), handshake_->offer);
    mark(timing::kHelloFirst, first);
    mark(timing::kHello, last);
}

void Stream::ssl2_server_hello(Bytes body, Evidence first, Evidence last) {
    Reader in{body};
    const Sslv2ServerHelloView hello = read_sslv2_server_hello(in);
    order(Side::server, Event::ssl2_server_hello, last);
    Reporter{*sink_, last}(hello.oddities);
    server_hello_seen_ = true;
    ++direction(Side::server).count;
    facts_.ssl2_server_hello(hello);
    if (!hello.certificate.empty()) {
        facts_.server_certificate(*summarize(hello.certificate), last);
        facts_.row().set_integer(column("chain_len"), 1);
    }
    mark(timing::kServerHelloFirst, first);
    mark(timing::kServerHello, last);
}

}  // namespace tlsscope::tls
