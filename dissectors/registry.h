// Every stream dissector of this build; the list is generated from the folders.
#pragma once

#include <span>

#include "dissect/dissector.h"

namespace tlsscope::dissectors {

/// Static, in order of folder name.
std::span<const dissect::Dissector* const> all();

}  // namespace tlsscope::dissectors
