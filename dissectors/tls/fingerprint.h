// Fingerprints of hellos: JA3 and JA3S (github.com/salesforce/ja3), JA4 (FoxIO, the BSD-licensed TLS client
// fingerprint; github.com/FoxIO-LLC/ja4, technical_details/JA4.md).
#pragma once

#include <string>
#include <unordered_map>

#include "dissectors/tls/wire/client_hello.h"
#include "dissectors/tls/wire/server_hello.h"

namespace tlsscope::tls {

/// Empty when the hello is not whole: half a hello would have another fingerprint.
std::string ja3(const ClientHelloView& hello);
/// Empty when the hello is not whole.
std::string ja3s(const ServerHelloView& hello);
/// Empty when the hello is not whole. TLS over TCP: begins with 't'.
std::string ja4(const ClientHelloView& hello);

struct ClientFingerprints {
    std::string ja3;
    std::string ja4;
};

/// Makes the fingerprints once for all hellos that agree in what these are made of: a capture has many connections of
/// few clients and servers. Bounded; not thread-safe.
class FingerprintCache {
    static constexpr std::size_t kMost = 4096;
    static constexpr std::size_t kLongestKey = 4096;

  public:
    /// What both kinds take at most, with the fingerprints and what the containers need.
    static constexpr std::size_t kMostBytes = 2 * kMost * (kLongestKey + 512);

    /// Valid until the next call.
    const ClientFingerprints& of(const ClientHelloView& hello);
    /// ja3s(); valid until the next call.
    const std::string& of(const ServerHelloView& hello);

  private:
    template <class Fingerprint>
    using Known = std::unordered_map<std::string, Fingerprint>;

    /// What is known under key_, else what `make` makes; remembered, unless the key is too long for that.
    template <class Fingerprint, class Make>
    const Fingerprint& recall(Known<Fingerprint>& known, Fingerprint& last, const Make& make);

    Known<ClientFingerprints> known_;
    Known<std::string> known_ja3s_;
    std::string key_;
    ClientFingerprints last_;
    std::string last_ja3s_;
};

/// What is hashed: for tests and the curious.
std::string ja3_text(const ClientHelloView& hello);
std::string ja3s_text(const ServerHelloView& hello);

}  // namespace tlsscope::tls
