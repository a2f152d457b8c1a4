// What several modules say in sentences.
#pragma once

#include <string>

#include "record/evidence.h"

namespace tlsscope::record {

/// "12.3 ms", rounded to a tenth. `n` is not negative.
inline std::string milliseconds(Nanos n) {
    constexpr Nanos kTenth = 100'000;
    const Nanos tenths = n / kTenth + (n % kTenth >= kTenth / 2 ? 1 : 0);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

/// "frame 12"
inline std::string frame_text(std::uint64_t frame) { return "frame " + std::to_string(frame); }

}  // namespace tlsscope::record
