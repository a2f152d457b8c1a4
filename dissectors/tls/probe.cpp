#include "dissectors/tls/probe.h"

#include <algorithm>
#include <string_view>

#include "dissectors/tls/record_layer.h"
#include "dissectors/tls/wire/alert.h"
#include "dissectors/tls/wire/sslv2.h"

namespace tlsscope::tls {

namespace {

using bytes::Bytes;
using dissect::Probe;
using dissect::ProbeResult;

/// How far behind a preface (PROXY, CONNECT, a STARTTLS command in the same segment) a ClientHello is looked for.
constexpr std::size_t kPrefaceWindow = 4096;

constexpr ProbeResult kNo{Probe::no, 0};
constexpr ProbeResult kYes{Probe::yes, 0};
constexpr ProbeResult kNeedMore{Probe::need_more, 0};

ProbeResult probe_hello(Bytes data, Side from) {
    switch (guess_hello(data)) {
        case HelloGuess::no: return kNo;
        case HelloGuess::need_more: return kNeedMore;
        case HelloGuess::client_hello: return from == Side::client ? kYes : kNo;
        case HelloGuess::server_hello: return from == Side::server ? kYes : kNo;
    }
    return kNo;
}

/// A connection that is refused at once: one alert, and nothing else so far.
ProbeResult probe_alert(Bytes data) {
    constexpr std::size_t kWhole = kRecordHeaderSize + 2;
    if (!is_plausible_record_header(data)) return data.size() < kRecordHeaderSize ? kNeedMore : kNo;
    Reader in{data};
    const RecordHeader header = read_record_header(in);
    if (header.type != ContentType::alert || header.length != 2) return kNo;
    if (data.size() < kWhole) return kNeedMore;
    return read_alert(in).plausible() ? kYes : kNo;
}

/// Application data of a connection that is older than the capture.
ProbeResult probe_data(Bytes data, bool at_start) {
    if (data.size() < kRecordHeaderSize) return at_start ? kNeedMore : kNo;
    Reader in{data};
    const RecordHeader header = read_record_header(in);
    const bool real = header.version >= version::kSsl3 && header.version <= version::kTls13 && header.length != 0;
    return real && begins_with_record(data) ? kYes : kNo;
}

bool starts_like(Bytes data, ContentType type) { return data.front() == static_cast<std::uint8_t>(type); }

/// What may stand before a ClientHello in one go, because nobody waits for an answer: text (PROXY version 1, CONNECT, a
/// STARTTLS command), PROXY version 2, MySQL's SSLRequest, PostgreSQL's. A ClientHello inside other framing (OpenVPN)
/// is not a stream of records.
bool is_preface(Bytes before) {
    const auto printable = [](std::uint8_t b) {
        return (b >= 0x20 && b < 0x7f) || b == '\r' || b == '\n' || b == '\t';
    };
    if (std::all_of(before.begin(), before.end(), printable)) return true;
    constexpr std::string_view kProxy2{"\r\n\r\n\0\r\nQUIT\n", 12};
    constexpr std::string_view kPostgres{"\0\0\0\x08\x04\xd2\x16\x2f", 8};
    if (bytes::as_text(before) == kPostgres) return true;
    if (bytes::as_text(before).starts_with(kProxy2)) {
        Reader in{before.subspan(kProxy2.size())};
        in.skip(2);
        (void)in.vec16(0, 0xffff);
        return in.finish() == Fault::none;
    }
    constexpr std::size_t kMySqlHeader = 4;  // length, little-endian, and a sequence number
    constexpr std::size_t kMySqlRequest = 32;
    return before.size() == kMySqlHeader + kMySqlRequest && before[0] == kMySqlRequest && before[1] == 0 &&
           before[2] == 0;
}

/// A ClientHello behind something else in the same bytes. `16 03` is rare enough to look at each.
ProbeResult probe_behind_preface(Bytes data) {
    const Bytes window = data.first(std::min(data.size(), kPrefaceWindow));
    for (std::size_t at = 1; at + kRecordHeaderSize < window.size(); ++at) {
        if (window[at] != static_cast<std::uint8_t>(ContentType::handshake) || window[at + 1] != 3) continue;
        if (guess_hello(data.subspan(at)) != HelloGuess::client_hello) continue;
        return is_preface(data.first(at)) ? ProbeResult{Probe::yes, at} : kNo;
    }
    return kNo;
}

/// Only as the very first bytes; a server that speaks it follows a client that does, so it is never asked alone.
ProbeResult probe_ssl2(Bytes data, Side from) {
    const bool two_byte_header = (data.front() & 0x80) != 0;
    if (from == Side::server && !two_byte_header) return kNo;
    switch (guess_sslv2(data)) {
        case Sslv2Guess::no: return kNo;
        case Sslv2Guess::need_more: return kNeedMore;
        case Sslv2Guess::client_hello: return from == Side::client ? kYes : kNo;
        case Sslv2Guess::server_hello: return from == Side::server ? kYes : kNo;
    }
    return kNo;
}

}  // namespace

ProbeResult probe(Bytes data, Side from, bool at_start) {
    if (data.empty()) return kNeedMore;
    if (starts_like(data, ContentType::handshake))
        if (const ProbeResult r = probe_hello(data, from); r.answer != Probe::no) return r;
    if (starts_like(data, ContentType::application_data)) return probe_data(data, at_start);
    if (starts_like(data, ContentType::alert)) return at_start ? probe_alert(data) : kNo;
    if (at_start)
        if (const ProbeResult r = probe_ssl2(data, from); r.answer != Probe::no) return r;
    return from == Side::client ? probe_behind_preface(data) : kNo;
}

}  // namespace tlsscope::tls
