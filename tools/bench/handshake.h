// TLS handshakes, assembled by hand from RFC 5246 and RFC 8446: what each side sends, flight by flight.
#pragma once

#include <string>

#include "wire.h"

namespace bench {

enum class Kind : std::uint8_t {
    tls12,
    tls12_resumed,      ///< by session ID
    tls12_ticket,       ///< resumed by RFC 5077
    tls12_client_cert,  ///< the client proves itself, too
    tls12_refused,      ///< the client does not like the certificate: a plain alert
    tls13,
    tls13_resumed,  ///< PSK
    tls13_retry,    ///< HelloRetryRequest: the server wants secp256r1
    tls13_client_cert,
    tls13_refused,       ///< an encrypted alert of the client
    tls13_post_quantum,  ///< X25519MLKEM768: a hello of two segments
    alert,               ///< handshake_failure in answer to the ClientHello
};

constexpr bool is_tls12(Kind k) { return k <= Kind::tls12_refused; }
constexpr bool fails(Kind k) { return k == Kind::tls12_refused || k == Kind::tls13_refused || k == Kind::alert; }

/// What the capture says of a connection; a line of the truth file.
struct Truth {
    std::string kind;  ///< what the connection is, in our words
    std::string tls;   ///< yes, no; empty: cannot be known
    std::string sni;
    std::string version;
    std::string cipher;
    std::string alpn;
    std::string group;
    std::string resumed;      ///< no, session_id, ticket, psk
    std::string retried;      ///< by a HelloRetryRequest: yes, no
    std::string client_auth;  ///< none, sent; empty: cannot be known
    std::string outcome;
    Octets client_random;
};

struct Flight {
    bool from_client = true;
    Octets bytes;
};

struct Handshake {
    Truth truth;
    std::vector<Flight> flights;
};

/// The whole handshake of that kind, in sending order; an alert ends it early.
Handshake make_handshake(Kind kind, const std::string& sni, Dice& dice);

/// A record, and a handshake message, of any type around any bytes.
Octets record(unsigned type, View body, unsigned version = 0x0303);
Octets message(unsigned type, View body);

/// A protected record (application_data) around `length` bytes that look encrypted.
Octets application_record(std::size_t length, Dice& dice);

/// A protected close_notify as TLS 1.2 and 1.3 show it.
Octets close_notify(Kind kind, Dice& dice);

}  // namespace bench
