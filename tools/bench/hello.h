// ClientHello, ServerHello and HelloRetryRequest of each kind, by RFC 5246 and RFC 8446.
#pragma once

#include <string>

#include "handshake.h"

namespace bench {

constexpr unsigned kTls12Version = 0x0303;
constexpr unsigned kEcdheRsaAes128GcmSha256 = 0xc02f;
constexpr unsigned kAes128GcmSha256 = 0x1301;

/// Code points of supported_groups.
namespace groups {
constexpr unsigned kSecp256r1 = 23;
constexpr unsigned kX25519 = 29;
constexpr unsigned kX25519MlKem768 = 0x11ec;
}  // namespace groups

/// What a client says again in its second ClientHello.
struct Hello {
    Octets random;
    Octets session_id;
};

/// Messages without their record. `second`: after a HelloRetryRequest.
Octets client_hello(Kind kind, const std::string& sni, const Hello& hello, bool second, Dice& dice);
Octets server_hello(Kind kind, View session_id, Dice& dice);
Octets hello_retry_request(View session_id);

}  // namespace bench
