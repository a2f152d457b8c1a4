// Code points to IANA's names. The tables are generated from iana/*.csv by tools/gen-iana.
// Every function appends to `out`; an unknown code gives 0x1a2b, a GREASE one "GREASE (0x0a0a)". All take uint32_t so
// that they fit record::Column::name_of.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

/// "TLS_AES_128_GCM_SHA256"; three-byte SSLv2 kinds too: "SSL_CK_RC4_128_WITH_MD5".
void cipher_name(std::uint32_t code, std::string& out);
/// "x25519", "X25519MLKEM768".
void group_name(std::uint32_t code, std::string& out);
/// "server_name".
void extension_name(std::uint32_t code, std::string& out);
/// "ecdsa_secp256r1_sha256"; the hash and signature pairs of TLS 1.2 as "sha1+dsa".
void signature_scheme_name(std::uint32_t code, std::string& out);
/// "handshake_failure".
void alert_name(std::uint32_t code, std::string& out);
/// "TLS 1.3", "TLS 1.3 draft 28", "SSL 3.0", "SSL 2.0".
void version_name(std::uint32_t code, std::string& out);
/// The RFC's name of the struct: "ClientHello".
void handshake_type_name(std::uint32_t code, std::string& out);
/// "application_data".
void content_type_name(std::uint32_t code, std::string& out);
/// "null", "DEFLATE".
void compression_name(std::uint32_t code, std::string& out);
/// "uncompressed".
void ec_point_format_name(std::uint32_t code, std::string& out);
/// "psk_dhe_ke".
void psk_mode_name(std::uint32_t code, std::string& out);
/// "rsa_sign".
void client_certificate_type_name(std::uint32_t code, std::string& out);
/// "brotli".
void certificate_compression_name(std::uint32_t code, std::string& out);

/// The same as a new string: `name_of(cipher_name, 0x1301)`.
std::string name_of(void (*append)(std::uint32_t, std::string&), std::uint32_t code);

/// The protocol an ALPN identifier is registered for: "HTTP/2 over TLS"; empty for an unknown one.
std::string_view alpn_meaning(std::string_view protocol);

/// TLS_AES_..., TLS_CHACHA20_..., TLS_SM4_... and the like: suites that name no key exchange.
bool is_tls13_cipher(std::uint16_t code);
/// Read off the IANA name: the part between TLS_ and _WITH_.
KeyExchange key_exchange_of(std::uint16_t cipher);
/// "RSA", "ECDHE", "DHE", "TLS 1.3", ... for people.
std::string_view key_exchange_label(KeyExchange kind);
/// Do the session's keys stay secret when the server's key is lost later? Ephemeral Diffie-Hellman of any kind.
bool has_forward_secrecy(KeyExchange kind);
/// Nobody is authenticated: the anon suites.
bool is_anonymous(KeyExchange kind);
/// The server answers this suite with a Certificate in a full handshake: not the anon, PSK and password ones. For a
/// TLS 1.3 suite true: there it depends on pre_shared_key.
bool sends_certificate(std::uint16_t cipher);
/// Does the suite exist in the registry (GREASE and SCSVs do not count)?
bool is_known_cipher(std::uint16_t cipher);

/// The same for a group; what only experiments know (Open Quantum Safe) counts as known.
bool is_known_group(std::uint16_t group);

enum class PostQuantum : std::uint8_t {
    no,
    hybrid,        ///< X25519MLKEM768, ...
    pure,          ///< MLKEM768, ...
    hybrid_draft,  ///< X25519Kyber768Draft00, ...
};
PostQuantum post_quantum(std::uint16_t group);
inline bool is_post_quantum_group(std::uint16_t group) { return post_quantum(group) != PostQuantum::no; }

}  // namespace tlsscope::tls
