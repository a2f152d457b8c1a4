// What this build calls itself.
#pragma once

#include <string>

namespace tlsscope::app {

/// "tlsscope 0.1.0"
std::string version_line();
/// With the libraries it runs on, for --version.
std::string version_text();

}  // namespace tlsscope::app
