// A comparison as one self-contained page, without scripts.
#pragma once

#include <string>

#include "report/compare/comparison.h"

namespace tlsscope::report::compare {

std::string page_of(const Comparison& comparison);

}  // namespace tlsscope::report::compare
