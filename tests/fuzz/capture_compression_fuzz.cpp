// Any bytes as a compressed file. Oracle: how much is asked for at a time must not change what comes out.
#include <cstdlib>
#include <vector>

#include "capture/compression.h"
#include "capture_memory.h"

namespace {

using namespace tlsscope;

constexpr std::size_t kEnough = std::size_t{1} << 20;

std::vector<std::uint8_t> unpack(bytes::Bytes file, capture::Compression kind, std::size_t piece) {
    std::vector<std::uint8_t> out;
    auto opened = capture::decompress(std::make_unique<fuzz::MemoryBytes>(file, file.size()), kind);
    if (!opened.source) {
        if (opened.error.empty()) std::abort();
        return out;
    }
    std::vector<std::uint8_t> room(piece);
    while (out.size() < kEnough) {
        const std::size_t got = opened.source->read(room);
        if (got == 0) break;
        out.insert(out.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got));
    }
    out.resize(std::min(out.size(), kEnough));
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes::Bytes file{data, size};
    const capture::Compression kind = capture::recognise_compression(file);
    if (kind == capture::Compression::none) return 0;
    if (unpack(file, kind, 1 << 16) != unpack(file, kind, 777)) std::abort();
    return 0;
}
