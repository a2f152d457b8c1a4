// TLS bytes by hand, right or wrong on purpose, inside out:
//
//     record(22, client_hello(Hello{}.tls13()), 0x0301)
//     record(22, server_hello({}) + certificate({der}) + server_hello_done())
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tlsscope::tls::testing {

using Blob = std::vector<std::uint8_t>;

Blob operator+(Blob a, const Blob& b);
Blob u8(unsigned v);
Blob u16(unsigned v);
Blob u24(unsigned v);
Blob text(std::string_view s);
/// n bytes of value `fill`.
Blob fill(std::size_t n, std::uint8_t value = 0xab);
Blob vec8(const Blob& body);
Blob vec16(const Blob& body);
Blob vec24(const Blob& body);

Blob record(unsigned type, const Blob& body, unsigned version = 0x0303);
Blob handshake(unsigned type, const Blob& body);
Blob extension(unsigned type, const Blob& body);
Blob sni_extension(std::string_view host);

struct Hello {
    unsigned version = 0x0303;
    Blob random = fill(32, 0x11);
    Blob session_id = {};
    std::vector<unsigned> ciphers = {0xc02f, 0x002f};
    std::vector<Blob> extensions = {sni_extension("www.example.com")};
    /// As a TLS 1.3 client: supported_versions, a key share, middlebox session id.
    Hello& tls13();
    Hello& with(Blob extension_bytes);
};
Blob client_hello(const Hello& h);

struct ServerChoice {
    unsigned version = 0x0303;
    Blob random = fill(32, 0x22);
    Blob session_id = {};
    unsigned cipher = 0xc02f;
    unsigned compression = 0;
    std::vector<Blob> extensions = {};
    ServerChoice& tls13(unsigned suite = 0x1301);
    ServerChoice& retry();
};
Blob server_hello(const ServerChoice& c);
/// A Certificate message of TLS 1.2; entries are not real DER.
Blob certificate(const std::vector<Blob>& chain);
Blob server_key_exchange();
Blob server_hello_done();
Blob client_key_exchange();
Blob change_cipher_spec();
/// An encrypted handshake record as AES-GCM makes it.
Blob encrypted_finished();
/// A protected or application data record of that length.
Blob application(std::size_t length);
Blob alert(unsigned level, unsigned description);

}  // namespace tlsscope::tls::testing
