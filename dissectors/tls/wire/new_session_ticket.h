// NewSessionTicket: RFC 5077 section 3.3 (TLS 1.2 and older), RFC 8446 section 4.6.1.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/extensions.h"

namespace tlsscope::tls {

/// Lives as long as the message's bytes.
struct NewSessionTicketView {
    std::uint32_t lifetime = 0;  ///< seconds; 0 in TLS 1.2: unspecified
    std::uint32_t age_add = 0;   ///< TLS 1.3
    Bytes nonce;                 ///< TLS 1.3
    Bytes ticket;
    std::optional<std::uint32_t> max_early_data;  ///< TLS 1.3: bytes of 0-RTT data the server will take
    ExtensionList extensions;                     ///< TLS 1.3
    bool extensions_whole = true;
    Oddities oddities;
};

/// RFC 5077 section 3.3.
NewSessionTicketView read_new_session_ticket12(Reader& in);
/// RFC 8446 section 4.6.1.
NewSessionTicketView read_new_session_ticket13(Reader& in);

}  // namespace tlsscope::tls
