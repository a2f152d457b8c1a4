// SSL 2.0 (draft-hickman-netscape-ssl-00) and the SSLv2-format ClientHello by which old clients asked for SSL 3.0 and
// TLS (RFC 5246 appendix E.2, RFC 6101 appendix E).
#pragma once

#include <cstdint>
#include <iterator>

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

/// The record header: two bytes with the top bit set, or three with a padding length.
struct Sslv2Header {
    std::uint8_t size = 0;     ///< 2 or 3
    std::uint16_t length = 0;  ///< of what follows the header, padding included
    std::uint8_t padding = 0;
    bool escape = false;  ///< three-byte header: a security escape
};

enum class Sslv2Message : std::uint8_t {
    error = 0,
    client_hello = 1,
    client_master_key = 2,
    client_finished = 3,
    server_hello = 4,
    server_verify = 5,
    server_finished = 6,
};

Sslv2Header read_sslv2_header(Reader& in);

/// A list of three-byte CIPHER-KIND values; those beginning with a zero byte are TLS suites.
class Sslv2Ciphers {
  public:
    Sslv2Ciphers() = default;
    explicit Sslv2Ciphers(Bytes raw) : raw_{raw.first(raw.size() / 3 * 3)} {}
    std::size_t size() const { return raw_.size() / 3; }
    std::uint32_t operator[](std::size_t i) const {
        const Bytes c = raw_.subspan(i * 3, 3);
        return std::uint32_t{c[0]} << 16 | std::uint32_t{c[1]} << 8 | c[2];
    }

  private:
    Bytes raw_;
};

/// Lives as long as the message's bytes.
struct Sslv2ClientHelloView {
    std::uint16_t version = 0;  ///< 0x0002, or the 0x03xx really wanted
    Sslv2Ciphers ciphers;
    Bytes session_id;
    Bytes challenge;  ///< 16 to 32 bytes: the random, zeros before it when shorter
    Oddities oddities;
};

struct Sslv2ServerHelloView {
    bool session_id_hit = false;
    std::uint8_t certificate_type = 0;
    std::uint16_t version = 0;
    Bytes certificate;
    Sslv2Ciphers ciphers;
    Bytes connection_id;
    Oddities oddities;
};

/// Without the record header, beginning at MSG-CLIENT-HELLO (1).
Sslv2ClientHelloView read_sslv2_client_hello(Reader& in);
/// Without the record header, beginning at MSG-SERVER-HELLO (4).
Sslv2ServerHelloView read_sslv2_server_hello(Reader& in);

/// Is this the start of an SSLv2-format hello, header included? Checks message type, version and that the inner lengths
/// add up to the record's; `need_more` below 11 bytes of something that fits so far (13 for a server hello).
enum class Sslv2Guess : std::uint8_t { no, need_more, client_hello, server_hello };
Sslv2Guess guess_sslv2(Bytes data);

}  // namespace tlsscope::tls
