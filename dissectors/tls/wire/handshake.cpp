#include "dissectors/tls/wire/handshake.h"

namespace tlsscope::tls {

HandshakeHeader read_handshake_header(bytes::Reader& in) {
    HandshakeHeader h;
    h.type = static_cast<HandshakeType>(in.u8());
    h.length = in.u24();
    return h;
}

bool is_known_handshake_type(HandshakeType type) {
    const auto t = static_cast<std::uint8_t>(type);
    return t <= 6 || t == 8 || (t >= 11 && t <= 16) || (t >= 20 && t <= 25) || type == HandshakeType::next_protocol;
}

}  // namespace tlsscope::tls
