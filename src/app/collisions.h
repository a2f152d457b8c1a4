// Files that one run may not use for two things.
#pragma once

#include <string>

#include "app/options.h"

namespace tlsscope::app {

/// One line for the user when a report would take the place of a capture that is read, or of another report: the first
/// would be lost. Empty when all is well. Only files count: two reports may well go to /dev/null.
std::string collision(const Options& options);

}  // namespace tlsscope::app
