// Compressed captures: which kind, and their bytes as they were before.
#pragma once

#include <cstdint>
#include <memory>

#include "bytes/bytes.h"
#include "capture/byte_source.h"

namespace tlsscope::capture {

enum class Compression : std::uint8_t { none, gzip, zstd, xz, lz4, bzip2 };

const char* name(Compression c);

/// By the magic number at the start; six bytes are enough to know.
Compression recognise_compression(bytes::Bytes start);

/// Wraps a compressed stream. Memory stays constant whatever the ratio; a fault in the middle gives everything before
/// it. Only one layer is taken off.
OpenedBytes decompress(std::unique_ptr<ByteSource> compressed, Compression kind);

}  // namespace tlsscope::capture
