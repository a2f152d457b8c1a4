// What terminfo says of a terminal before it is taken over.
#pragma once

namespace tlsscope::live_view {

/// TERM names a known kind of terminal that can place its cursor. Writes nothing to it.
bool can_place_cursor(int terminal);

}  // namespace tlsscope::live_view
