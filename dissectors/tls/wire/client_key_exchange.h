// ClientKeyExchange: RFC 5246 section 7.4.7, RFC 8422 section 5.7, RFC 4279, RFC 5489, RFC 5054, RFC 6101
// section 5.6.7.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/lists.h"
#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

/// Lives as long as the message's bytes. What the key exchange has not is empty.
struct ClientKeyExchangeView {
    KeyExchange kind = KeyExchange::unknown;
    std::optional<Bytes> psk_identity;
    Bytes encrypted_premaster;  ///< RSA
    Bytes public_key;           ///< Yc (DHE), the client's point (ECDHE), A (SRP); empty: it is in the certificate
    bool known_shape = false;
    Oddities oddities;
};

/// `version` is the negotiated one: SSL 3.0 puts no length before the RSA-encrypted secret.
ClientKeyExchangeView read_client_key_exchange(Reader& in, KeyExchange kind, std::uint16_t version);

}  // namespace tlsscope::tls
