// How good the TLS that was negotiated is: what is weak about it, and whether it withstands a quantum computer.
#pragma once

#include "record/row.h"

namespace tlsscope::tls {

/// Fills weaknesses, pq_offered and pq from the columns of the hellos and of the server's key exchange. What was not
/// seen is not judged.
void describe_strength(record::Row& row);

}  // namespace tlsscope::tls
