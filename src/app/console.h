// The terminal: is there one, how wide, in which colours; and progress while a long input is read.
#pragma once

#include <chrono>
#include <cstdint>

#include "app/options.h"
#include "report/text.h"

namespace tlsscope::app {

/// Takes the place of standard streams that are closed, so that no report is opened under their numbers and finds our
/// messages in it. Reading and writing them fails as before. First of all.
void hold_standard_streams();

/// How to print on standard output: its width (COLUMNS overrides), colour by option, NO_COLOR and terminal, Unicode by
/// locale.
report::Style stdout_style(const Options& options);
/// The same for messages on standard error.
report::Style stderr_style(Options::Color color);

/// A line on standard error that is redrawn while input is read; only on a terminal, only after a second.
class Progress {
  public:
    explicit Progress(bool enabled);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// total 0: unknown (a pipe).
    void update(std::uint64_t frames, std::uint64_t bytes, std::uint64_t total);
    void clear();

  private:
    using Clock = std::chrono::steady_clock;
    bool enabled_;
    bool drawn_ = false;
    Clock::time_point start_;
    Clock::time_point last_;
};

/// SIGINT and SIGTERM ask for an early, complete report; a second one ends the program at once. Made before any thread.
class Interruption {
  public:
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    /// True from the first signal on.
    bool requested();
    /// Can be read when there was a signal, until requested() is asked.
    int descriptor() const { return fd_; }

  private:
    int fd_ = -1;
    bool seen_ = false;
};

/// What a running capture is asked from outside: SIGUSR1 for statistics, SIGHUP to open its outputs anew (a file was
/// moved away). Made before any thread; while it lives these signals do nothing else.
class Requests {
  public:
    enum class Kind : std::uint8_t { none, statistics, reopen };

    Requests();
    ~Requests();
    Requests(const Requests&) = delete;
    Requests& operator=(const Requests&) = delete;

    /// The next request that waits; `none` when there is none.
    Kind next();

  private:
    int fd_ = -1;
};

}  // namespace tlsscope::app
