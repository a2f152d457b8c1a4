// A comparison for the terminal.
#pragma once

#include <string>

#include "report/compare/comparison.h"
#include "report/text.h"

namespace tlsscope::report::compare {

/// Appends all of it; `all`: every row, however many.
void print(std::string& out, const Style& style, const Comparison& comparison, bool all);

}  // namespace tlsscope::report::compare
