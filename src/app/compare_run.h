// --compare BEFORE AFTER: two runs of the analysis, and what changed.
#pragma once

#include "app/options.h"

namespace tlsscope::app {

/// Returns the exit status, as run() does: the worse of both inputs'.
int run_comparison(const Options& options);

}  // namespace tlsscope::app
