// The time by which files are rotated; handed in, so that nothing here reads a clock by itself.
#pragma once

#include <cstdint>
#include <functional>

namespace tlsscope::files {

/// Nanoseconds since 1970-01-01 00:00:00 UTC.
using Nanos = std::int64_t;
using Clock = std::function<Nanos()>;

inline constexpr Nanos kSecond = 1'000'000'000;

}  // namespace tlsscope::files
