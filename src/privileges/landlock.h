// Landlock: which files the process can reach (landlock(7)).
#pragma once

#include <string>
#include <vector>

#include "privileges/places.h"

namespace tlsscope::privileges {

struct Step {
    std::string error;  ///< one line; empty: done, or not there
    std::string state;  ///< for -v
};

/// From here on only `places` can be written to, only `readable` and what the libraries read later can be read, nothing
/// can be executed, no TCP port bound or connected to. Needs no_new_privs. Does nothing on a kernel without Landlock.
Step confine_files(const Places& places, const std::vector<std::string>& readable);

}  // namespace tlsscope::privileges
