// What the user named, as files in the order they are read.
#pragma once

#include <string>
#include <vector>

#include "capture/source.h"

namespace tlsscope::capture {

/// Replaces directories by the capture files in them (by content, by name, not in folders below) and patterns that no
/// shell has expanded by what they match. What leads to nothing becomes a Problem.
std::vector<std::string> expand_inputs(const std::vector<std::string>& paths, std::vector<Problem>& problems);

/// Puts regular files in order of their first packet's time, equal ones by name. What has no time to know (pipes,
/// standard input, empty or unreadable files) comes behind them in the order given.
void order_by_time(std::vector<std::string>& files);

}  // namespace tlsscope::capture
