#include "dissectors/tls/wire/sslv2.h"

#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

namespace {

constexpr std::uint8_t kTwoByteHeader = 0x80;
constexpr std::uint8_t kEscape = 0x40;

struct Lengths {
    std::uint16_t first = 0;
    std::uint16_t second = 0;
    std::uint16_t third = 0;
    std::size_t sum() const { return std::size_t{first} + second + third; }
};

Lengths read_lengths(Reader& in) {
    Lengths l;
    l.first = in.u16();
    l.second = in.u16();
    l.third = in.u16();
    return l;
}

bool is_client_version(std::uint16_t v) { return v == version::kSsl2 || (v >= version::kSsl3 && v <= version::kTls13); }

Sslv2Guess guess_client(Reader& in, std::size_t length) {
    constexpr std::size_t kFixed = 1 + 2 + 6;
    const std::uint16_t version = in.u16();
    if (!in.ok()) return Sslv2Guess::need_more;
    if (!is_client_version(version)) return Sslv2Guess::no;
    const Lengths l = read_lengths(in);
    if (!in.ok()) return Sslv2Guess::need_more;
    const bool fits = l.first >= 3 && l.first % 3 == 0 && l.second <= 32 && l.third >= 16 && l.third <= 32;
    return fits && kFixed + l.sum() == length ? Sslv2Guess::client_hello : Sslv2Guess::no;
}

Sslv2Guess guess_server(Reader& in, std::size_t length) {
    constexpr std::size_t kFixed = 1 + 2 + 2 + 6;
    const std::uint8_t hit = in.u8();
    const std::uint8_t type = in.u8();
    const std::uint16_t version = in.u16();
    if (hit > 1 || type > 1) return Sslv2Guess::no;
    if (!in.ok()) return Sslv2Guess::need_more;
    if (version != version::kSsl2) return Sslv2Guess::no;
    const Lengths l = read_lengths(in);
    if (!in.ok()) return Sslv2Guess::need_more;
    return l.second % 3 == 0 && l.third >= 16 && l.third <= 32 && kFixed + l.sum() == length ? Sslv2Guess::server_hello
                                                                                             : Sslv2Guess::no;
}

}  // namespace

Sslv2Header read_sslv2_header(Reader& in) {
    Sslv2Header h;
    const std::uint8_t first = in.u8();
    h.size = first & kTwoByteHeader ? 2 : 3;
    const unsigned mask = h.size == 2 ? 0x7f : 0x3f;
    h.length = static_cast<std::uint16_t>((first & mask) << 8 | in.u8());
    if (h.size == 3) {
        h.escape = (first & kEscape) != 0;
        h.padding = in.u8();
    }
    return h;
}

Sslv2ClientHelloView read_sslv2_client_hello(Reader& in) {  // RFC 5246 appendix E.2
    Sslv2ClientHelloView ch;
    (void)in.u8();
    ch.version = in.u16();
    const Lengths l = read_lengths(in);
    if (in.ok() && l.first % 3 != 0) ch.oddities.add(Oddity::vec_odd);
    if (in.ok() && in.edge() == Edge::hard && l.sum() > in.size()) ch.oddities.add(Oddity::vec_overrun);
    ch.ciphers = Sslv2Ciphers{in.take(l.first)};
    ch.session_id = in.take(l.second);
    ch.challenge = in.take(l.third);
    return ch;
}

Sslv2ServerHelloView read_sslv2_server_hello(Reader& in) {  // draft-hickman-netscape-ssl-00 section 1.3
    Sslv2ServerHelloView sh;
    (void)in.u8();
    sh.session_id_hit = in.u8() != 0;
    sh.certificate_type = in.u8();
    sh.version = in.u16();
    const Lengths l = read_lengths(in);
    if (in.ok() && in.edge() == Edge::hard && l.sum() > in.size()) sh.oddities.add(Oddity::vec_overrun);
    sh.certificate = in.take(l.first);
    sh.ciphers = Sslv2Ciphers{in.take(l.second)};
    sh.connection_id = in.take(l.third);
    return sh;
}

Sslv2Guess guess_sslv2(Bytes data) {
    if (data.empty()) return Sslv2Guess::need_more;
    Reader in{data};
    const Sslv2Header h = read_sslv2_header(in);
    const std::uint8_t type = in.u8();
    if (!in.ok()) return Sslv2Guess::need_more;
    if (h.escape || h.padding > h.length) return Sslv2Guess::no;
    const std::size_t length = std::size_t{h.length} - h.padding;
    switch (static_cast<Sslv2Message>(type)) {
        case Sslv2Message::client_hello: return guess_client(in, length);
        case Sslv2Message::server_hello: return guess_server(in, length);
        default: return Sslv2Guess::no;
    }
}

}  // namespace tlsscope::tls
