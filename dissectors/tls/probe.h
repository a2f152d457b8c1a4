// Is this TLS? By content, on any port, in either direction.
#pragma once

#include "dissect/dissector.h"

namespace tlsscope::tls {

/// dissect::Dissector::probe. Cheap: a few bytes decide nearly always.
dissect::ProbeResult probe(bytes::Bytes data, record::Side from, bool at_start);

}  // namespace tlsscope::tls
