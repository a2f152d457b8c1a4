// --show-limits: how much memory a run with these options may take.
#pragma once

#include <string>

#include "app/options.h"

namespace tlsscope::app {

/// The formula of LIMITS, term by term, with its numbers; for people.
std::string limits_text(const Options& options);

}  // namespace tlsscope::app
