// The time of day, for what is handed a clock.
#pragma once

#include <chrono>

#include "record/evidence.h"

namespace tlsscope::app {

/// Nanoseconds since 1970-01-01 00:00:00 UTC.
inline record::Nanos wall_clock() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace tlsscope::app
