// What things are for, one line each, for people who learn TLS (--explain, the page's ladder).
#pragma once

#include <cstdint>
#include <string_view>

#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

/// "The name of the host the client wants: the server picks the certificate by it." Empty for an unknown one.
std::string_view extension_meaning(std::uint16_t type);
/// What a handshake message says to the other side.
std::string_view handshake_meaning(HandshakeType type);
/// What an alert says.
std::string_view alert_meaning(std::uint8_t description);
/// What usually causes it, and where to look.
std::string_view alert_cause(std::uint8_t description);
/// A field of a hello by its name in the RFC: "random", "session_id", "cipher_suites", "compression_methods",
/// "legacy_version", ...
std::string_view field_meaning(std::string_view field);

}  // namespace tlsscope::tls
