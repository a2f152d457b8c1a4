// Asks the processor to fetch memory ahead of its use.
#pragma once

#include <cstddef>

namespace tlsscope::bytes {

/// A hint: has no effect but on speed. `size` bytes from `start`.
inline void prefetch(const void* start, std::size_t size) {
    constexpr std::size_t kCacheLine = 64;
    const char* at = static_cast<const char*>(start);
    for (std::size_t i = 0; i < size; i += kCacheLine) __builtin_prefetch(at + i);
}

}  // namespace tlsscope::bytes
