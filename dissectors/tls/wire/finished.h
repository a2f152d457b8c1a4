// Finished: RFC 8446 section 4.4.4, RFC 5246 section 7.4.9. Seen in the clear only with keys.
#pragma once

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

struct FinishedView {
    Bytes verify_data;  ///< 12 bytes in TLS 1.0 to 1.2, 36 in SSL 3.0, the hash's length in TLS 1.3
};

FinishedView read_finished(Reader& in);

}  // namespace tlsscope::tls
