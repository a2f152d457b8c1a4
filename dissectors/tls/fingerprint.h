// Fingerprints of hellos: JA3 and JA3S (github.com/salesforce/ja3), JA4 (FoxIO, the BSD-licensed TLS client
// fingerprint; github.com/FoxIO-LLC/ja4, technical_details/JA4.md).
#pragma once

#include <string>

#include "dissectors/tls/wire/client_hello.h"
#include "dissectors/tls/wire/server_hello.h"

namespace tlsscope::tls {

/// Empty when the hello is not whole: half a hello would have another fingerprint.
std::string ja3(const ClientHelloView& hello);
/// Empty when the hello is not whole.
std::string ja3s(const ServerHelloView& hello);
/// Empty when the hello is not whole. TLS over TCP: begins with 't'.
std::string ja4(const ClientHelloView& hello);

/// What is hashed: for tests and the curious.
std::string ja3_text(const ClientHelloView& hello);
std::string ja3s_text(const ServerHelloView& hello);

}  // namespace tlsscope::tls
