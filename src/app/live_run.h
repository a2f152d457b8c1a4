// One live capture: what -i does, and -D.
#pragma once

#include <string>

#include "app/options.h"

namespace tlsscope::app {

/// Captures until it is interrupted or one of the limits is reached; writes every report. An exit status.
int run_live(const Options& options);

/// What -D prints: a line per interface. Empty, and `error` says why, when they cannot be listed.
std::string interface_list(std::string& error);

}  // namespace tlsscope::app
