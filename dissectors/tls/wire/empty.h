// Messages without a body: HelloRequest (RFC 5246 section 7.4.1.1), ServerHelloDone (7.4.5), EndOfEarlyData (RFC 8446
// section 4.5).
#pragma once

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

struct EmptyView {
    Oddities oddities;  ///< `trailing` when there is a body after all
};

EmptyView read_empty(Reader& in);

}  // namespace tlsscope::tls
