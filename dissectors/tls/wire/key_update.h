// KeyUpdate: RFC 8446 section 4.6.3. Seen only with keys.
#pragma once

#include <cstdint>

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

struct KeyUpdateView {
    std::uint8_t request = 0;  ///< 0: update_not_requested, 1: update_requested; others are faults of the sender
};

KeyUpdateView read_key_update(Reader& in);

}  // namespace tlsscope::tls
