// CompressedCertificate: RFC 8879 section 4. Seen only with keys.
#pragma once

#include <cstdint>

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

struct CompressedCertificateView {
    std::uint16_t algorithm = 0;  ///< 1: zlib, 2: brotli, 3: zstd
    std::uint32_t uncompressed_length = 0;
    Bytes compressed;
    Oddities oddities;
};

CompressedCertificateView read_compressed_certificate(Reader& in);

}  // namespace tlsscope::tls
