// TLS handshakes, assembled by hand from RFC 5246 and RFC 8446: what each side sends, flight by flight.
#pragma once

#include <string>

#include "wire.h"

namespace bench {

enum class Kind : std::uint8_t { tls12, tls12_resumed, tls13, tls13_resumed, alert };

/// What the capture says of a connection; a line of the truth file.
struct Truth {
    std::string sni;
    std::string version;
    std::string cipher;
    std::string alpn;
    std::string resumed;
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
