// ServerKeyExchange: RFC 5246 section 7.4.3 (DHE), RFC 8422 section 5.4 (ECDHE), RFC 4279 and RFC 5489 (PSK),
// RFC 5054 (SRP), RFC 2246 section 7.4.3 (RSA export). What it holds follows from the cipher suite.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/lists.h"
#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

/// Lives as long as the message's bytes. What the key exchange has not is empty.
struct ServerKeyExchangeView {
    KeyExchange kind = KeyExchange::unknown;
    std::optional<std::uint8_t> curve_type;    ///< 3: named_curve; 1 and 2: explicit curves, not read further
    std::optional<std::uint16_t> named_curve;  ///< NamedGroup
    Bytes public_key;                          ///< the server's point (ECDHE), Ys (DHE), B (SRP)
    Bytes prime;                               ///< p (DHE), N (SRP), modulus (RSA export), as on the wire
    Bytes generator;                           ///< g (DHE, SRP), exponent (RSA export)
    std::optional<Bytes> psk_identity_hint;
    std::optional<std::uint16_t> scheme;  ///< SignatureScheme; TLS 1.2 only
    Bytes signature;
    bool known_shape = false;  ///< false: nothing was read, the suite's key exchange is unknown here
    Oddities oddities;
};

/// `version` is the negotiated one (signatures name their scheme from TLS 1.2 on).
ServerKeyExchangeView read_server_key_exchange(Reader& in, KeyExchange kind, std::uint16_t version);

/// How many bits a big-endian number has, leading zeros apart: 2048 for most primes seen.
std::uint32_t bit_length(Bytes number);

}  // namespace tlsscope::tls
