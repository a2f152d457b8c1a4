// zstd, xz, lz4 and bzip2 by libarchive's filters.
#pragma once

#include <memory>

#include "capture/byte_source.h"
#include "capture/compression.h"

namespace tlsscope::capture {

/// Opens the stream as one raw compressed file; an error when it is compressed twice or its header is damaged.
OpenedBytes open_archive(std::unique_ptr<ByteSource> compressed, Compression kind);

}  // namespace tlsscope::capture
