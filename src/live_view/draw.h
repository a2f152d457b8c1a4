// Draws the model on a screen: header, table, what is selected, keys; or a ladder, or the help.
#pragma once

#include "live_view/model.h"
#include "live_view/screen.h"

namespace tlsscope::live_view {

/// Draws everything anew and shows it. Any size of screen will do: what has no room is left out, the least important
/// first. Tells the model how many lines there are for scrolling.
void draw(Model& model, Screen& screen);

}  // namespace tlsscope::live_view
