// EncryptedExtensions: RFC 8446 section 4.3.1. Seen only with keys.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/extensions.h"

namespace tlsscope::tls {

/// Lives as long as the message's bytes.
struct EncryptedExtensionsView {
    ExtensionList extensions;
    bool extensions_whole = true;
    Oddities oddities;

    std::optional<Bytes> alpn;  ///< the protocol chosen
    std::optional<U16List> supported_groups;
    std::optional<std::uint16_t> record_size_limit;
    std::optional<std::uint8_t> max_fragment_length;
    std::optional<Bytes> ech_retry_configs;  ///< ECH was rejected: the server's current configurations
    std::optional<Bytes> quic_transport_parameters;
    std::optional<Bytes> application_settings;
    bool server_name = false;
    bool early_data = false;  ///< 0-RTT data was accepted
};

/// RFC 8446 section 4.3.1.
EncryptedExtensionsView read_encrypted_extensions(Reader& in);

}  // namespace tlsscope::tls
