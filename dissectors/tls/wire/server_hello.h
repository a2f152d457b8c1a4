// ServerHello and HelloRetryRequest: RFC 8446 sections 4.1.3 and 4.1.4, RFC 5246 section 7.4.1.3.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/client_hello.h"
#include "dissectors/tls/wire/extensions.h"

namespace tlsscope::tls {

/// RFC 8446 section 4.1.3: the last 8 bytes of the random of a server that could have done better.
enum class Downgrade : std::uint8_t {
    none,
    to_tls12,  ///< "DOWNGRD" 01: the server speaks TLS 1.3
    to_tls11,  ///< "DOWNGRD" 00: the server speaks TLS 1.2
};

/// Lives as long as the message's bytes. A field whose extension is absent, or of which a part is missing, is empty.
struct ServerHelloView {
    std::uint16_t legacy_version = 0;
    Bytes random;      ///< 32 bytes
    Bytes session_id;  ///< legacy_session_id_echo in TLS 1.3
    std::uint16_t cipher = 0;
    std::uint8_t compression = 0;
    bool has_extensions = false;
    ExtensionList extensions;
    bool extensions_whole = true;
    bool whole = false;
    bool fixed_part_whole = false;  ///< cipher and compression were read: all before the extensions stands
    bool hello_retry_request = false;
    Downgrade downgrade = Downgrade::none;
    Oddities oddities;

    std::optional<std::uint16_t> supported_version;  ///< selected_version
    std::optional<KeyShareEntry> key_share;  ///< in a HelloRetryRequest the key is empty: only the group is asked for
    std::optional<std::uint16_t> pre_shared_key;  ///< selected_identity
    std::optional<Bytes> cookie;                  ///< HelloRetryRequest only
    std::optional<ItemList<Opaque8>> alpn_list;   ///< TLS 1.2 and older: exactly one
    std::optional<Bytes> alpn;                    ///< the first of it
    std::optional<Bytes> renegotiated_connection;
    std::optional<Bytes> ec_point_formats;
    std::optional<std::uint16_t> record_size_limit;
    std::optional<std::uint8_t> max_fragment_length;
    std::optional<std::uint8_t> heartbeat;
    std::optional<ItemList<Opaque8>> next_protocols;  ///< NPN: those the server offers
    std::optional<Bytes> ech_confirmation;            ///< HelloRetryRequest only, 8 bytes
    std::optional<Bytes> scts;
    bool server_name = false;     ///< the server used the SNI
    bool session_ticket = false;  ///< a NewSessionTicket will follow
    bool status_request = false;  ///< a CertificateStatus will follow
    bool extended_master_secret = false;
    bool encrypt_then_mac = false;
    bool channel_id = false;

    /// What was negotiated: selected_version when there is one, else legacy_version. Valid once the extensions are
    /// whole or supported_version was seen: `version_known()`.
    std::uint16_t version() const { return supported_version.value_or(legacy_version); }
    bool version_known() const { return supported_version.has_value() || whole; }
};

/// RFC 8446 section 4.1.3. Also reads the ServerHello of TLS 1.3 drafts up to 21, which has no session id and no
/// compression method. The body of the message, without the handshake header.
ServerHelloView read_server_hello(Reader& in);

/// HelloRetryRequest as a message type of its own (6): TLS 1.3 drafts 16 to 21 only. `hello_retry_request` is set.
ServerHelloView read_hello_retry_request(Reader& in);

}  // namespace tlsscope::tls
