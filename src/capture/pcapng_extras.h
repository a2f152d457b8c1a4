// The pcapng blocks that are no packets and are kept for later: TLS secrets and names.
#pragma once

#include "bytes/bytes.h"
#include "capture/source.h"

namespace tlsscope::capture {

/// Decryption Secrets Block: keeps TLS key logs. False when it is damaged.
bool read_secrets(bytes::Bytes body, bool swapped, Extras& out);
/// Name Resolution Block: keeps IPv4 and IPv6 names. False when it is damaged; what was read before is kept.
bool read_names(bytes::Bytes body, bool swapped, Extras& out);

}  // namespace tlsscope::capture
