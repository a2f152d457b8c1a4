// Where the time of one handshake went, in a few columns.
#pragma once

#include <string>
#include <vector>

#include "live_view/columns.h"
#include "live_view/screen.h"

namespace tlsscope::live_view {

/// The phases side by side, each as long as its share of them all: it begins with its digit (1: the first phase,
/// whether seen or not), so that colour is not needed. Empty when nothing was measured.
std::vector<Run> phase_bar(const std::vector<Phase>& phases, std::size_t width, bool unicode);

/// "1 connect 10.000", "3 server_hello 20.000": those that were measured, in milliseconds.
std::vector<std::string> phase_words(const std::vector<Phase>& phases);

/// "1 connect", "2 hello", ...: what the digits mean.
std::vector<std::string> phase_legend(const std::vector<Phase>& phases);

/// Lines of at most `width` columns, broken only between the words, which stand two columns apart.
std::vector<std::string> packed(const std::vector<std::string>& words, std::size_t width);

}  // namespace tlsscope::live_view
