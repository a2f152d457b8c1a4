#include "capture/compression.h"

#include <algorithm>
#include <array>

#include "capture/archive_bytes.h"
#include "capture/gzip_bytes.h"

namespace tlsscope::capture {

namespace {

struct Magic {
    Compression kind;
    std::array<std::uint8_t, 6> octets;
    std::size_t length;
};

constexpr std::array kMagics{
    Magic{Compression::gzip, {0x1f, 0x8b, 0x08}, 3},        // RFC 1952 section 2.3.1, deflate
    Magic{Compression::zstd, {0x28, 0xb5, 0x2f, 0xfd}, 4},  // RFC 8878 section 3.1.1
    Magic{Compression::xz, {0xfd, '7', 'z', 'X', 'Z', 0x00}, 6},
    Magic{Compression::lz4, {0x04, 0x22, 0x4d, 0x18}, 4},
    Magic{Compression::bzip2, {'B', 'Z', 'h'}, 3},
};

}  // namespace

const char* name(Compression c) {
    switch (c) {
        case Compression::gzip: return "gzip";
        case Compression::zstd: return "zstd";
        case Compression::xz: return "xz";
        case Compression::lz4: return "lz4";
        case Compression::bzip2: return "bzip2";
        case Compression::none: break;
    }
    return "none";
}

Compression recognise_compression(bytes::Bytes start) {
    for (const Magic& magic : kMagics)
        if (start.size() >= magic.length &&
            std::equal(start.begin(), start.begin() + static_cast<std::ptrdiff_t>(magic.length), magic.octets.begin()))
            return magic.kind;
    return Compression::none;
}

OpenedBytes decompress(std::unique_ptr<ByteSource> compressed, Compression kind) {
    if (kind == Compression::gzip) return {std::make_unique<GzipBytes>(std::move(compressed)), {}};
    return open_archive(std::move(compressed), kind);
}

}  // namespace tlsscope::capture
