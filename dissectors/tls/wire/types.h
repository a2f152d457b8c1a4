// Code points of the TLS family as the RFCs spell them. Only those the code acts on: names for printing are in names.h.
#pragma once

#include <cstdint>

namespace tlsscope::tls {

/// RFC 8446 section 5.1, RFC 6520 (heartbeat).
enum class ContentType : std::uint8_t {
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
    heartbeat = 24,
};

/// RFC 8446 section 4 and the older documents its registry refers to.
enum class HandshakeType : std::uint8_t {
    hello_request = 0,
    client_hello = 1,
    server_hello = 2,
    hello_verify_request = 3,
    new_session_ticket = 4,
    end_of_early_data = 5,
    hello_retry_request = 6,  ///< drafts 16 to 21 of TLS 1.3; later ones send a ServerHello
    encrypted_extensions = 8,
    certificate = 11,
    server_key_exchange = 12,
    certificate_request = 13,
    server_hello_done = 14,
    certificate_verify = 15,
    client_key_exchange = 16,
    finished = 20,
    certificate_url = 21,
    certificate_status = 22,
    supplemental_data = 23,
    key_update = 24,
    compressed_certificate = 25,
    next_protocol = 67,
    message_hash = 254,
};

namespace version {
inline constexpr std::uint16_t kSsl2 = 0x0002;
inline constexpr std::uint16_t kSsl3 = 0x0300;
inline constexpr std::uint16_t kTls10 = 0x0301;
inline constexpr std::uint16_t kTls11 = 0x0302;
inline constexpr std::uint16_t kTls12 = 0x0303;
inline constexpr std::uint16_t kTls13 = 0x0304;

/// TLS 1.3, one of its drafts (0x7fNN; Facebook's 0xfbNN) or of Google's experiments with middleboxes (0x7eNN).
constexpr bool is_tls13(std::uint16_t v) { return v == kTls13 || v >> 8 == 0x7f || v >> 8 == 0xfb || v >> 8 == 0x7e; }
/// The draft number of a 0x7fNN version, or 0.
constexpr std::uint8_t draft(std::uint16_t v) {
    return v >> 8 == 0x7f ? static_cast<std::uint8_t>(v) : std::uint8_t{0};
}
}  // namespace version

/// ExtensionType values some reader understands; the full list of names is in names.h.
namespace ext {
enum Type : std::uint16_t {
    server_name = 0,
    max_fragment_length = 1,
    status_request = 5,
    supported_groups = 10,
    ec_point_formats = 11,
    signature_algorithms = 13,
    use_srtp = 14,
    heartbeat = 15,
    application_layer_protocol_negotiation = 16,
    status_request_v2 = 17,
    signed_certificate_timestamp = 18,
    client_certificate_type = 19,
    server_certificate_type = 20,
    padding = 21,
    encrypt_then_mac = 22,
    extended_master_secret = 23,
    token_binding = 24,
    compress_certificate = 27,
    record_size_limit = 28,
    delegated_credential = 34,
    session_ticket = 35,
    pre_shared_key = 41,
    early_data = 42,
    supported_versions = 43,
    cookie = 44,
    psk_key_exchange_modes = 45,
    certificate_authorities = 47,
    oid_filters = 48,
    post_handshake_auth = 49,
    signature_algorithms_cert = 50,
    key_share = 51,
    quic_transport_parameters = 57,
    ech_outer_extensions = 64768,
    next_protocol_negotiation = 13172,
    application_settings_old = 17513,
    application_settings = 17613,
    key_share_draft = 40,  ///< key_share in TLS 1.3 drafts up to 22
    channel_id = 30032,
    quic_transport_parameters_draft = 65445,
    encrypted_client_hello = 65037,
    renegotiation_info = 65281,
};
}  // namespace ext

/// RFC 8701: 0x0a0a, 0x1a1a, ... 0xfafa mean nothing, on purpose.
constexpr bool is_grease(std::uint32_t code) {
    return code <= 0xffff && (code & 0x0f0f) == 0x0a0a && (code >> 8) == (code & 0xff);
}

/// How the keys of a cipher suite are agreed; decides the shape of ServerKeyExchange and ClientKeyExchange.
enum class KeyExchange : std::uint8_t {
    unknown,
    none,        ///< TLS_NULL_WITH_NULL_NULL
    rsa,         ///< the client sends the secret under the server's RSA key: no forward secrecy
    rsa_export,  ///< the same with a short-lived 512-bit key
    dh,          ///< fixed Diffie-Hellman key in the certificate
    dhe,
    dhe_export,
    dh_anon,  ///< nobody is authenticated
    ecdh,
    ecdhe,
    ecdh_anon,
    psk,
    rsa_psk,
    dhe_psk,
    ecdhe_psk,
    srp,
    krb5,
    gost,
    eccpwd,
    tls13,  ///< named by key_share and pre_shared_key, not by the suite
};

}  // namespace tlsscope::tls
