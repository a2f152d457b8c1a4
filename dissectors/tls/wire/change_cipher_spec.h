// ChangeCipherSpec: RFC 5246 section 7.1; in TLS 1.3 a dummy for middleboxes (RFC 8446 appendix D.4).
#pragma once

#include <cstdint>

#include "bytes/reader.h"

namespace tlsscope::tls {

struct ChangeCipherSpecView {
    std::uint8_t type = 0;
    bool valid() const { return type == 1; }
};

/// One byte of value 1 fills the record; the caller's finish() tells if it does not.
ChangeCipherSpecView read_change_cipher_spec(bytes::Reader& in);

}  // namespace tlsscope::tls
