// Linux capabilities (libcap-ng).
#pragma once

#include <string>

namespace tlsscope::privileges {

/// Empties the bounding set, as far as there is a right to (CAP_SETPCAP): before the user is changed. An error, or
/// empty.
std::string clear_bounding_set();

/// Empties every other set, and makes sure that they are. An error, or empty.
std::string clear_capabilities();

/// "capabilities: none", or what the bounding set still has.
std::string capability_state();

}  // namespace tlsscope::privileges
