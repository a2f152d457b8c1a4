// The numbers above the table.
#pragma once

#include <cstddef>

#include "live_view/model.h"
#include "live_view/screen.h"

namespace tlsscope::live_view {

/// All there is to say.
inline constexpr std::size_t kFullHeader = 6;

/// Draws the first `lines` of: title, traffic, drops, outcomes, TLS times, connect times.
void draw_header(Model& model, Screen& screen, std::size_t lines);

}  // namespace tlsscope::live_view
