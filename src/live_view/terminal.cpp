#include "live_view/terminal.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cwchar>

#define NCURSES_NOMACROS
#include <curses.h>

#include "live_view/cells.h"
#include "live_view/terminal_kind.h"
#include "report/utf8.h"

namespace tlsscope::live_view {

namespace {

using report::Paint;

constexpr int kEscapeDelay = 50;  // ms after which an Escape is a key and not the beginning of one
constexpr wint_t kCtrlZ = 0x1a;
constexpr wint_t kEscape = 0x1b;
constexpr wint_t kDelete = 0x7f;

/// ncurses installs handlers for these; whoever owns the process has its own ways.
constexpr std::array kSignals = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

class KeptSignals {
  public:
    KeptSignals() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], nullptr, &kept_[i]);
    }
    ~KeptSignals() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &kept_[i], nullptr);
    }
    KeptSignals(const KeptSignals&) = delete;
    KeptSignals& operator=(const KeptSignals&) = delete;

  private:
    std::array<struct sigaction, kSignals.size()> kept_{};
};

struct Look {
    attr_t attributes;
    short colour;  // -1: the terminal's own
};

/// As report::painted() has them.
Look look_of(Paint paint) {
    switch (paint) {
        case Paint::none: return {WA_NORMAL, -1};
        case Paint::bold: return {WA_BOLD, -1};
        case Paint::dim: return {WA_DIM, -1};
        case Paint::red: return {WA_BOLD, COLOR_RED};
        case Paint::yellow: return {WA_NORMAL, COLOR_YELLOW};
        case Paint::green: return {WA_NORMAL, COLOR_GREEN};
        case Paint::cyan: return {WA_NORMAL, COLOR_CYAN};
        case Paint::magenta: return {WA_NORMAL, COLOR_MAGENTA};
        case Paint::strong_yellow: return {WA_BOLD, COLOR_YELLOW};
    }
    return {WA_NORMAL, -1};
}

short pair_of(short colour) { return static_cast<short>(colour + 1); }

FILE* duplicate(int fd, const char* mode) {
    const int copy = dup(fd);
    FILE* file = copy < 0 ? nullptr : fdopen(copy, mode);
    if (file == nullptr && copy >= 0) close(copy);
    return file;
}

std::string terminal_type() {
    const char* type = std::getenv("TERM");
    return type == nullptr || *type == '\0' ? "unknown" : type;
}

}  // namespace

struct Terminal::State {
    FILE* in = nullptr;
    FILE* out = nullptr;
    SCREEN* screen = nullptr;
    WINDOW* window = nullptr;
    WINDOW* keyboard = nullptr;  // a pad: reading keys from a window would draw it
    bool colour = false;
    bool unicode = false;
    bool size_changed = false;
    bool gone = false;
    bool waited = false;  // wait() said that there is something to read
    int empty_reads = 0;

    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (keyboard != nullptr) delwin(keyboard);
        if (screen != nullptr) {
            const KeptSignals kept;
            endwin();
            delscreen(screen);
        }
        if (in != nullptr) std::fclose(in);
        if (out != nullptr) std::fclose(out);
    }

    bool start(const TerminalSetup& setup, std::string& error);
    void set_modes() const;
    void set_colours();
    void fit_size();
};

std::unique_ptr<Terminal> Terminal::open(const TerminalSetup& setup, std::string& error) {
    auto state = std::make_unique<State>();
    if (!state->start(setup, error)) return nullptr;
    return std::unique_ptr<Terminal>{new Terminal{std::move(state)}};
}

bool Terminal::State::start(const TerminalSetup& setup, std::string& error) {
    if (isatty(setup.input) == 0 || isatty(setup.output) == 0) {
        error = "the live table needs a terminal to show it and to read keys from";
        return false;
    }
    in = duplicate(setup.input, "r");
    out = duplicate(setup.output, "w");
    const KeptSignals kept;
    if (in != nullptr && out != nullptr && can_place_cursor(setup.output)) screen = newterm(nullptr, out, in);
    if (screen == nullptr) {
        error = "a terminal of type '" + terminal_type() + "' cannot show the live table (TERM)";
        return false;
    }
    window = stdscr;
    keyboard = newpad(1, 1);
    unicode = setup.unicode && MB_CUR_MAX > 1;
    set_modes();
    if (setup.colour) set_colours();
    fit_size();
    size_changed = false;
    return true;
}

void Terminal::State::set_modes() const {
    cbreak();
    noecho();
    nonl();
    curs_set(0);
    set_escdelay(kEscapeDelay);
    keypad(keyboard, TRUE);
    nodelay(keyboard, TRUE);
    leaveok(window, TRUE);
    // Ctrl-Z comes as a key, so that the terminal can be given back before the process stops.
    termios modes{};
    if (tcgetattr(fileno(out), &modes) != 0) return;
    modes.c_cc[VSUSP] = _POSIX_VDISABLE;
    tcsetattr(fileno(out), TCSADRAIN, &modes);
    def_prog_mode();
}

void Terminal::State::set_colours() {
    if (!has_colors() || start_color() != OK) return;
    const short background = use_default_colors() == OK ? short{-1} : short{COLOR_BLACK};
    constexpr std::array<short, 5> kColours = {COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_MAGENTA, COLOR_CYAN};
    for (const short c : kColours) init_pair(pair_of(c), c, background);
    colour = true;
}

/// ncurses is told of a new size by SIGWINCH, which is not ours to catch: the terminal is asked instead.
void Terminal::State::fit_size() {
    winsize size{};
    if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return;
    if (size.ws_row == getmaxy(window) && size.ws_col == getmaxx(window)) return;
    resizeterm(size.ws_row, size.ws_col);
    size_changed = true;
}

Terminal::Terminal(std::unique_ptr<State> state) : state_{std::move(state)} {}

Terminal::~Terminal() = default;

std::size_t Terminal::rows() const { return static_cast<std::size_t>(std::max(0, getmaxy(state_->window))); }

std::size_t Terminal::columns() const { return static_cast<std::size_t>(std::max(0, getmaxx(state_->window))); }

void Terminal::clear() { werase(state_->window); }

/// Each character is put at its own place: a terminal that thinks otherwise of its width shifts nothing.
void Terminal::put(std::size_t row, std::size_t column, std::string_view text, Ink ink) {
    if (row >= rows()) return;
    const Look look = look_of(ink.paint);
    const bool coloured = state_->colour && look.colour >= 0;
    const attr_t attributes = look.attributes | (ink.reverse ? WA_REVERSE : WA_NORMAL);
    while (!text.empty()) {
        const Cluster cluster = next_cluster(text);
        if (column + cluster.width > columns()) return;
        std::array<wchar_t, CCHARW_MAX + 1> wide{};
        std::size_t n = 0;
        for (std::string_view rest = cluster.text; !rest.empty() && n < CCHARW_MAX;) {
            const report::CodePoint c = report::decode(rest, 0);
            wide[n++] = static_cast<wchar_t>(c.code);
            rest.remove_prefix(c.length);
        }
        const bool ascii = n == 1 && wide[0] >= L' ' && wide[0] < wchar_t{0x7f};
        const bool agreed = state_->unicode && wcwidth(wide[0]) == static_cast<int>(cluster.width);
        for (std::size_t i = 0; i < cluster.width; ++i) {
            if (!ascii && !agreed) wide = {L'?'};
            cchar_t cell{};
            setcchar(&cell, wide.data(), attributes, coloured ? pair_of(look.colour) : short{0}, nullptr);
            mvwadd_wch(state_->window, static_cast<int>(row), static_cast<int>(column + i), &cell);
            if (agreed) break;
        }
        column += cluster.width;
    }
}

void Terminal::show() { wrefresh(state_->window); }

void Terminal::wait(std::chrono::milliseconds most) {
    pollfd ready{fileno(state_->in), POLLIN, 0};
    const int n = poll(&ready, 1, static_cast<int>(std::clamp<std::int64_t>(most.count(), 0, 60'000)));
    state_->waited = n > 0;
    if (n > 0 && (ready.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) state_->gone = true;
}

std::optional<Key> Terminal::key() {
    constexpr int kHungUp = 3;
    for (;;) {
        wint_t code = 0;
        const int kind = wget_wch(state_->keyboard, &code);
        if (kind == ERR) {
            if (state_->waited && ++state_->empty_reads >= kHungUp) state_->gone = true;
            state_->waited = false;
            return std::nullopt;
        }
        state_->empty_reads = 0;
        state_->waited = false;
        using Kind = Key::Kind;
        if (kind == KEY_CODE_YES) {
            switch (code) {
                case KEY_UP: return Key{Kind::up};
                case KEY_DOWN: return Key{Kind::down};
                case KEY_PPAGE: return Key{Kind::page_up};
                case KEY_NPAGE: return Key{Kind::page_down};
                case KEY_HOME: return Key{Kind::home};
                case KEY_END: return Key{Kind::end};
                case KEY_ENTER: return Key{Kind::enter};
                case KEY_BACKSPACE: return Key{Kind::backspace};
                case KEY_F(1): return Key::of(U'?');
                default: continue;
            }
        }
        switch (code) {
            case L'\r':
            case L'\n': return Key{Kind::enter};
            case kEscape: return Key{Kind::escape};
            case L'\b':
            case kDelete: return Key{Kind::backspace};
            case kCtrlZ: suspend(); continue;
            default: return Key::of(static_cast<char32_t>(code));
        }
    }
}

void Terminal::suspend() {
    endwin();
    raise(SIGTSTP);
    redrawwin(state_->window);
    wrefresh(state_->window);
    state_->size_changed = true;
}

bool Terminal::resized() {
    state_->fit_size();
    return std::exchange(state_->size_changed, false);
}

bool Terminal::gone() const { return state_->gone; }

}  // namespace tlsscope::live_view
