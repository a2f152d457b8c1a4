#include "support/tls_messages.h"

#include <utility>

namespace tlsscope::tls::testing {

Blob operator+(Blob a, const Blob& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}
Blob u8(unsigned v) { return {static_cast<std::uint8_t>(v)}; }
Blob u16(unsigned v) { return u8(v >> 8) + u8(v & 0xff); }
Blob u24(unsigned v) { return u8(v >> 16) + u16(v & 0xffff); }
Blob text(std::string_view s) { return {s.begin(), s.end()}; }
Blob fill(std::size_t n, std::uint8_t value) { return Blob(n, value); }
Blob vec8(const Blob& body) { return u8(static_cast<unsigned>(body.size())) + body; }
Blob vec16(const Blob& body) { return u16(static_cast<unsigned>(body.size())) + body; }
Blob vec24(const Blob& body) { return u24(static_cast<unsigned>(body.size())) + body; }

Blob record(unsigned type, const Blob& body, unsigned version) { return u8(type) + u16(version) + vec16(body); }
Blob handshake(unsigned type, const Blob& body) { return u8(type) + vec24(body); }
Blob extension(unsigned type, const Blob& body) { return u16(type) + vec16(body); }
Blob sni_extension(std::string_view host) { return extension(0, vec16(u8(0) + vec16(text(host)))); }

Hello& Hello::tls13() {
    ciphers = {0x1301, 0x1302, 0xc02f};
    session_id = fill(32, 0x55);
    extensions.push_back(extension(43, vec8(u16(0x0304) + u16(0x0303))));
    extensions.push_back(extension(10, vec16(u16(0x001d) + u16(0x0017))));
    extensions.push_back(extension(51, vec16(u16(0x001d) + vec16(fill(32, 0x77)))));
    return *this;
}

Hello& Hello::with(Blob extension_bytes) {
    extensions.push_back(std::move(extension_bytes));
    return *this;
}

namespace {

Blob joined(const std::vector<Blob>& parts) {
    Blob out;
    for (const Blob& p : parts) out = std::move(out) + p;
    return out;
}

}  // namespace

Blob client_hello(const Hello& h) {
    Blob suites;
    for (const unsigned c : h.ciphers) suites = suites + u16(c);
    return handshake(
        1, u16(h.version) + h.random + vec8(h.session_id) + vec16(suites) + vec8(u8(0)) + vec16(joined(h.extensions)));
}

ServerChoice& ServerChoice::tls13(unsigned suite) {
    cipher = suite;
    session_id = fill(32, 0x55);
    extensions.push_back(extension(43, u16(0x0304)));
    extensions.push_back(extension(51, u16(0x001d) + vec16(fill(32, 0x66))));
    return *this;
}

ServerChoice& ServerChoice::retry() {
    tls13();
    // RFC 8446 section 4.1.3: SHA-256 of "HelloRetryRequest".
    random = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
              0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
    extensions.back() = extension(51, u16(0x0017));
    return *this;
}

Blob server_hello(const ServerChoice& c) {
    const Blob list = joined(c.extensions);
    return handshake(2, u16(c.version) + c.random + vec8(c.session_id) + u16(c.cipher) + u8(c.compression) +
                            (list.empty() ? Blob{} : vec16(list)));
}

Blob certificate(const std::vector<Blob>& chain) {
    Blob list;
    for (const Blob& der : chain) list = list + vec24(der);
    return handshake(11, vec24(list));
}
Blob server_key_exchange() {
    return handshake(12, u8(3) + u16(0x001d) + vec8(fill(32, 0x33)) + u16(0x0804) + vec16(fill(256, 0x44)));
}
Blob server_hello_done() { return handshake(14, {}); }
Blob client_key_exchange() { return handshake(16, vec8(fill(32, 0x34))); }
Blob change_cipher_spec() { return record(20, u8(1)); }
Blob encrypted_finished() { return record(22, fill(8, 0) + fill(32, 0xee)); }
Blob application(std::size_t length) { return record(23, fill(length, 0x99)); }
Blob alert(unsigned level, unsigned description) { return record(21, u8(level) + u8(description)); }

}  // namespace tlsscope::tls::testing
