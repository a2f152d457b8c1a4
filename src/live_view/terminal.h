// The screen and keyboard of a terminal, by ncurses. Only terminal.cpp and terminal_kind.cpp know ncurses.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "live_view/keys.h"
#include "live_view/screen.h"

namespace tlsscope::live_view {

struct TerminalSetup {
    int input = 0;  ///< file descriptors; duplicated, so that the caller keeps its own
    int output = 1;
    bool colour = true;   ///< false: bold, dim and reverse only
    bool unicode = true;  ///< the locale's characters are UTF-8
};

/// One at a time. Takes the terminal over (alternate screen, keys unbuffered and not echoed; Ctrl-C still makes SIGINT)
/// and gives it back as it was when destroyed. No signal handler stays installed: a changed size is noticed by asking.
class Terminal final : public Screen {
  public:
    /// Null and a reason when that cannot be: no terminal, one of an unknown kind, one without a cursor to place. Reads
    /// the terminfo database: to be called before rights are dropped. LC_CTYPE must be set.
    static std::unique_ptr<Terminal> open(const TerminalSetup& setup, std::string& error);
    ~Terminal() override;
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    std::size_t rows() const override;
    std::size_t columns() const override;
    void clear() override;
    void put(std::size_t row, std::size_t column, std::string_view text, Ink ink) override;
    void show() override;

    /// Waits for a key, at most so long; a signal ends the wait early.
    void wait(std::chrono::milliseconds most);
    /// The next key that was typed, if one was. Ctrl-Z stops the process here, with the terminal as it was before.
    std::optional<Key> key();
    /// True once after each change of size.
    bool resized();
    /// The terminal was closed: no key will come any more.
    bool gone() const;

  private:
    struct State;
    explicit Terminal(std::unique_ptr<State> state);
    void suspend();

    std::unique_ptr<State> state_;
};

}  // namespace tlsscope::live_view
