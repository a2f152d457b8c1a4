// Options that make no sense together.
#pragma once

#include <string>

#include "app/options.h"

namespace tlsscope::app {

/// What the reports ask for can be done together; else false, and one line in `error`.
bool check_outputs(const Options& o, std::string& error);

/// A comparison has two captures and reports of its own; the same.
bool check_comparison(const Options& o, std::string& error);

}  // namespace tlsscope::app
