// The program without its main(): options in, reports out, exit status back.
#pragma once

#include "app/options.h"

namespace tlsscope::app {

/// Exit status, DESIGN section 8.
enum Exit : int {
    kOk = 0,
    kGate = 1,        ///< a condition of --fail-on holds
    kUsage = 2,       ///< bad usage, unreadable input, bad filter
    kDamaged = 3,     ///< the report covers what could be read
    kNotWritten = 4,  ///< an output could not be written
};

/// Analyzes and reports as asked.
int run(const Options& options);

}  // namespace tlsscope::app
