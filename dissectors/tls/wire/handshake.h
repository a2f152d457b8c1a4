// The handshake message header: RFC 8446 section 4. `struct { HandshakeType msg_type; uint24 length; ... } Handshake;`
#pragma once

#include <cstddef>
#include <cstdint>

#include "bytes/reader.h"
#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

inline constexpr std::size_t kHandshakeHeaderSize = 4;

struct HandshakeHeader {
    HandshakeType type{};
    std::uint32_t length = 0;  ///< of the body that follows
};

/// RFC 8446 section 4.
HandshakeHeader read_handshake_header(bytes::Reader& in);

/// A type some RFC or draft has given a meaning to (as against ciphertext read by mistake).
bool is_known_handshake_type(HandshakeType type);

}  // namespace tlsscope::tls
