// The built page (template.html), part of the program: see ui/README.md.
#pragma once

#include <string_view>

namespace tlsscope::report::html {

/// The page up to the place where the data blocks go, and the rest.
std::string_view before_data();
std::string_view after_data();

}  // namespace tlsscope::report::html
