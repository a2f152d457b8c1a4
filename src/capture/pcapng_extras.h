// The pcapng blocks that are no packets and are kept for later: TLS secrets and names.
#pragma once

#include <cstddef>

#include "bytes/bytes.h"
#include "capture/source.h"

namespace tlsscope::capture {

/// How much more may be kept: a file can be all secrets and names. What is beyond is dropped.
struct ExtrasRoom {
    std::size_t secrets;  ///< bytes, each block counted with what it costs to keep
    std::size_t names;    ///< bytes, the same
};

/// What the files before have left of 64 MiB of secrets and 16 MiB of names.
ExtrasRoom room_for_more(const Extras& kept);

/// Decryption Secrets Block: keeps TLS key logs. False when it is damaged.
bool read_secrets(bytes::Bytes body, bool swapped, Extras& out, ExtrasRoom& room);
/// Name Resolution Block: keeps IPv4 and IPv6 names. False when it is damaged; what was read before is kept.
bool read_names(bytes::Bytes body, bool swapped, Extras& out, ExtrasRoom& room);

}  // namespace tlsscope::capture
