// The table of connections and what is said of the selected one.
#pragma once

#include <cstddef>

#include "live_view/model.h"
#include "live_view/screen.h"

namespace tlsscope::live_view {

/// A line of headings at `row`, and as many connections below it as the list's page has lines.
void draw_table(Model& model, Screen& screen, std::size_t row);

/// Lines draw_details() has to say at most.
inline constexpr std::size_t kMostDetails = 5;

/// Who, what went wrong, where the time went: of the selected connection, or of the first one shown.
void draw_details(Model& model, Screen& screen, std::size_t row, std::size_t lines);

}  // namespace tlsscope::live_view
