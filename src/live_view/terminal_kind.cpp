// A file of its own, because term.h has macros with names like `columns`.
#include "live_view/terminal_kind.h"

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>

namespace tlsscope::live_view {

/// Asked beforehand, because newterm() loses memory when it does not know the kind.
bool can_place_cursor(int terminal) {
    int reason = 0;  // given a place for it, setupterm does not end the program
    if (setupterm(nullptr, terminal, &reason) != OK) return false;
    const bool can = tigetstr("cup") != nullptr;
    del_curterm(cur_term);
    return can;
}

}  // namespace tlsscope::live_view
