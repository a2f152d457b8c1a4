// ClientHello: RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2. One reader for SSL 3.0 to TLS 1.3.
// To show one more extension: a field here, a row in kExtensions in client_hello.cpp.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/extensions.h"

namespace tlsscope::tls {

/// RFC 6066 section 3: `struct { NameType name_type; opaque name<1..2^16-1>; } ServerName;`
struct ServerName {
    std::uint8_t type = 0;  ///< 0: host_name, the only one there is
    Bytes name;
    static ServerName read(Reader& in);
};

/// RFC 8446 section 4.2.8: `struct { NamedGroup group; opaque key_exchange<1..2^16-1>; } KeyShareEntry;`
struct KeyShareEntry {
    std::uint16_t group = 0;
    Bytes key;
    static KeyShareEntry read(Reader& in);
};

/// RFC 8446 section 4.2.11: `struct { opaque identity<1..2^16-1>; uint32 obfuscated_ticket_age; } PskIdentity;`
struct PskIdentity {
    Bytes identity;
    std::uint32_t obfuscated_ticket_age = 0;
    static PskIdentity read(Reader& in);
};

struct OfferedPsks {
    ItemList<PskIdentity> identities;
    ItemList<Opaque8> binders;
};

/// RFC 6066 section 8 and RFC 6961.
struct StatusRequest {
    std::uint8_t type = 0;  ///< 1: ocsp, 2: ocsp_multi
    Bytes responder_ids;
    Bytes request_extensions;
};

/// RFC 9849 (draft-ietf-tls-esni) section 5: ECHClientHello.
struct EncryptedClientHello {
    std::uint8_t type = 0;  ///< 0: outer (the SNI seen is the public name), 1: inner
    std::uint16_t kdf = 0;  ///< the rest is empty for inner
    std::uint16_t aead = 0;
    std::uint8_t config_id = 0;
    Bytes enc;      ///< encapsulated key; empty in the ClientHello after a HelloRetryRequest
    Bytes payload;  ///< the encrypted inner ClientHello
};

/// A view of one ClientHello; lives as long as the message's bytes. A field whose extension is absent, or of which a
/// part is missing, is empty.
struct ClientHelloView {
    std::uint16_t version = 0;  ///< legacy_version
    Bytes random;               ///< 32 bytes
    Bytes session_id;
    U16List ciphers;
    Bytes compression;
    bool has_extensions = false;   ///< there is an extension list, maybe an empty one
    ExtensionList extensions;      ///< all of them in order, of those that are whole
    bool extensions_whole = true;  ///< false when cut or overrun: fingerprints of it would be wrong
    bool whole = false;            ///< the message was read to its end: fingerprints may be made
    Oddities oddities;

    ItemList<ServerName> server_names;
    std::optional<Bytes> sni;      ///< the first host_name; present and empty when the sender sent an empty one
    std::optional<Bytes> sni_alt;  ///< a further, different host_name: in the list or in a second server_name extension
    std::optional<ItemList<Opaque8>> alpn;
    std::optional<U16List> supported_versions;
    std::optional<U16List> supported_groups;
    std::optional<Bytes> ec_point_formats;
    std::optional<U16List> signature_algorithms;
    std::optional<U16List> signature_algorithms_cert;
    std::optional<ItemList<KeyShareEntry>> key_share;
    std::optional<Bytes> psk_key_exchange_modes;
    std::optional<OfferedPsks> pre_shared_key;
    std::optional<Bytes> session_ticket;  ///< empty: "I take tickets"; else the ticket itself
    std::optional<StatusRequest> status_request;
    std::optional<EncryptedClientHello> ech;
    std::optional<Bytes> renegotiated_connection;  ///< renegotiation_info: empty in an initial handshake
    std::optional<std::uint16_t> record_size_limit;
    std::optional<std::uint8_t> max_fragment_length;  ///< RFC 6066 section 4: 1..4 mean 2^9..2^12
    std::optional<std::uint16_t> padding;             ///< its length
    std::optional<U16List> compress_certificate;
    std::optional<ItemList<Opaque8>> application_settings;  ///< ALPS: protocols
    std::optional<U16List> delegated_credentials;           ///< signature schemes for them
    std::optional<Bytes> cookie;
    std::optional<Bytes> quic_transport_parameters;
    std::optional<std::uint8_t> heartbeat;  ///< 1: peer_allowed_to_send
    std::optional<Bytes> client_certificate_types;
    std::optional<Bytes> server_certificate_types;
    bool early_data = false;
    bool sct = false;
    bool extended_master_secret = false;
    bool encrypt_then_mac = false;
    bool post_handshake_auth = false;
    bool next_protocol_negotiation = false;
    bool channel_id = false;
    bool renegotiation_scsv = false;  ///< TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746) among the suites
    bool fallback_scsv = false;       ///< TLS_FALLBACK_SCSV (RFC 7507) among the suites

    /// The highest version offered: of supported_versions without GREASE when there is one, else legacy_version. A
    /// final version ranks above its drafts.
    std::uint16_t highest_version() const;
    /// Is there a key share of this group?
    bool has_key_share(std::uint16_t group) const;
};

/// RFC 8446 section 4.1.2. The body of the message, without the handshake header.
ClientHelloView read_client_hello(Reader& in);

}  // namespace tlsscope::tls
