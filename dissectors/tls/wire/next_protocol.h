// NextProtocol: draft-agl-tls-nextprotoneg-04 section 3. ALPN's forerunner; sent encrypted.
#pragma once

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

struct NextProtocolView {
    Bytes protocol;
    Bytes padding;
};

NextProtocolView read_next_protocol(Reader& in);

}  // namespace tlsscope::tls
