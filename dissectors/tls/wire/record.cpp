#include "dissectors/tls/wire/record.h"

#include <algorithm>
#include <array>

#include "dissectors/tls/wire/handshake.h"

namespace tlsscope::tls {

using bytes::Bytes;
using bytes::Reader;

RecordHeader read_record_header(Reader& in) {
    RecordHeader h;
    h.type = static_cast<ContentType>(in.u8());
    h.version = in.u16();
    h.length = in.u16();
    return h;
}

bool is_plausible_record_header(const RecordHeader& h) {
    const bool type = h.type >= ContentType::change_cipher_spec && h.type <= ContentType::heartbeat;
    const bool version = (h.version >= version::kSsl3 && h.version <= version::kTls13) || h.version >> 8 == 0x7f;
    const bool empty = h.length == 0 && h.type != ContentType::application_data;
    return type && version && !empty && h.length <= kMaxCiphertext12;
}

bool is_plausible_record_header(Bytes data) {
    Reader in{data};
    const RecordHeader h = read_record_header(in);
    return in.ok() && is_plausible_record_header(h);
}

namespace {

/// Handshake header, version, random and the lengths of session id and cipher suites after a session id of at most 32
/// bytes.
constexpr std::size_t kLookAt = kHandshakeHeaderSize + 2 + 32 + 1 + 32 + 2;
/// version, random, an empty session id, one suite (a TLS 1.3 draft's ServerHello has less).
constexpr std::uint32_t kShortestHello = 36;

/// So many empty records and nothing else begin no other protocol, and no more of them can be kept until a hello comes.
constexpr std::size_t kPatience = 64;

/// The first bytes of the handshake stream, which hostile or odd senders spread over many records.
struct Beginning {
    std::array<std::uint8_t, kLookAt> bytes{};
    std::size_t size = 0;
    std::uint16_t first_version = 0;
    std::uint16_t first_length = 0;
    std::size_t empty_records = 0;
    bool broken = false;  // something other than handshake records
    Bytes seen() const { return Bytes{bytes}.first(size); }
};

Beginning beginning_of(Bytes data) {
    Beginning b;
    Reader in{data};
    for (bool first = true; in.more() && b.size < kLookAt; first = false) {
        if (in.peek()[0] != static_cast<std::uint8_t>(ContentType::handshake)) b.broken = true;
        const RecordHeader h = read_record_header(in);
        if (!in.ok() || b.broken) return b;
        if (first) {
            b.first_version = h.version;
            b.first_length = h.length;
        }
        if (h.length > kMaxCiphertext12 || h.version != b.first_version) b.broken = true;
        if (h.length == 0) ++b.empty_records;
        const std::size_t room = std::min(kLookAt - b.size, std::min<std::size_t>(h.length, in.size()));
        const Bytes part = in.take(std::min<std::size_t>(h.length, in.size())).first(room);
        std::copy(part.begin(), part.end(), b.bytes.begin() + static_cast<std::ptrdiff_t>(b.size));
        b.size += room;
    }
    return b;
}

bool is_hello_version(std::uint16_t v) { return v >> 8 == 3 || version::is_tls13(v); }

/// What follows the random, as far as it is there: nothing in it may contradict the message's length.
bool fits(Reader& in, const HandshakeHeader& h) {
    const std::size_t session_id = in.u8();
    if (!in.ok()) return true;
    if (session_id > 32) return h.length > 2 + 32 + 1 + session_id;
    in.skip(session_id);
    const std::size_t ciphers = in.u16();
    if (!in.ok() || h.type != HandshakeType::client_hello) return true;
    return 2 + 32 + 1 + session_id + 2 + ciphers < h.length;
}

}  // namespace

HelloGuess guess_hello(Bytes data) {
    const Beginning b = beginning_of(data);
    const bool usual = b.first_version >= version::kSsl3 && b.first_version <= version::kTls13;
    if (b.broken) return HelloGuess::no;
    if (usual && b.size == 0 && b.empty_records >= kPatience) return HelloGuess::client_hello;
    Reader in{b.seen()};
    const HandshakeHeader h = read_handshake_header(in);
    const std::uint16_t version = in.u16();
    if (b.size >= 1 && h.type != HandshakeType::client_hello && h.type != HandshakeType::server_hello)
        return HelloGuess::no;
    if (!in.ok()) return HelloGuess::need_more;
    if (h.length < kShortestHello || !is_hello_version(version)) return HelloGuess::no;
    in.skip(32);
    const bool fills_record = h.length + kHandshakeHeaderSize == b.first_length;
    if (!(usual && fills_record) && !fits(in, h)) return HelloGuess::no;
    if (!usual && !in.ok()) return HelloGuess::need_more;
    return h.type == HandshakeType::client_hello ? HelloGuess::client_hello : HelloGuess::server_hello;
}

}  // namespace tlsscope::tls
