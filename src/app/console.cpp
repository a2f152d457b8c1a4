#include "app/console.h"

#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <string>

namespace tlsscope::app {

namespace {

/// 0: not said, or no number of columns.
std::size_t columns_wanted() {
    const char* text = std::getenv("COLUMNS");
    std::uint16_t columns = 0;
    if (text == nullptr || std::from_chars(text, text + std::strlen(text), columns).ec != std::errc{}) return 0;
    return columns;
}

std::size_t terminal_width(int fd) {
    if (const std::size_t columns = columns_wanted(); columns != 0) return columns;
    winsize size{};
    if (isatty(fd) == 0 || ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

report::Style style_of(int fd, Options::Color color) {
    report::Style style;
    style.width = terminal_width(fd);
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
    const bool refused = (no_color != nullptr && *no_color != '\0') || dumb;
    style.colour =
        color == Options::Color::always || (color == Options::Color::automatic && !refused && isatty(fd) != 0);
    // Files and pipes get UTF-8; only a terminal that says it cannot show it gets ASCII.
    style.unicode = isatty(fd) == 0 || std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    return style;
}

sigset_t signals(std::initializer_list<int> numbers) {
    sigset_t set;
    sigemptyset(&set);
    for (const int n : numbers) sigaddset(&set, n);
    return set;
}

sigset_t ending_signals() { return signals({SIGINT, SIGTERM}); }

}  // namespace

void hold_standard_streams() {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
}

report::Style stdout_style(const Options& options) { return style_of(STDOUT_FILENO, options.color); }

report::Style stderr_style(Options::Color color) { return style_of(STDERR_FILENO, color); }

Progress::Progress(bool enabled)
    : enabled_{enabled && isatty(STDERR_FILENO) != 0}, start_{Clock::now()}, last_{start_} {}

Progress::~Progress() { clear(); }

void Progress::update(std::uint64_t frames, std::uint64_t bytes, std::uint64_t total) {
    if (!enabled_) return;
    const auto now = Clock::now();
    if (now - start_ < std::chrono::seconds{1} || now - last_ < std::chrono::milliseconds{100}) return;
    last_ = now;
    drawn_ = true;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double megabytes = static_cast<double>(bytes) / 1e6;
    std::string bar;
    if (total != 0) {
        constexpr std::size_t kWidth = 24;
        const double share = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total));
        const auto full = static_cast<std::size_t>(share * kWidth);
        bar = "[" + std::string(full, '#') + std::string(kWidth - full, ' ') + "] " +
              std::to_string(static_cast<int>(share * 100)) + "%  ";
    }
    std::fprintf(stderr, "\r\033[K%s%llu packets  %.0f MB  %.0f MB/s", bar.c_str(),
                 static_cast<unsigned long long>(frames), megabytes, megabytes / seconds);
    std::fflush(stderr);
}

void Progress::clear() {
    if (drawn_) std::fputs("\r\033[K", stderr);
    drawn_ = false;
}

Interruption::Interruption() {
    const sigset_t set = ending_signals();
    sigprocmask(SIG_BLOCK, &set, nullptr);
    fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

Interruption::~Interruption() {
    if (fd_ >= 0) close(fd_);
}

bool Interruption::requested() {
    if (seen_ || fd_ < 0) return seen_;
    signalfd_siginfo info{};
    if (read(fd_, &info, sizeof info) != sizeof info) return false;
    seen_ = true;
    const sigset_t set = ending_signals();
    sigprocmask(SIG_UNBLOCK, &set, nullptr);  // the next one ends the program
    return true;
}

Requests::Requests() {
    const sigset_t set = signals({SIGUSR1, SIGHUP});
    sigprocmask(SIG_BLOCK, &set, nullptr);
    fd_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

Requests::~Requests() {
    if (fd_ >= 0) close(fd_);
    const sigset_t set = signals({SIGUSR1, SIGHUP});
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

Requests::Kind Requests::next() {
    signalfd_siginfo info{};
    if (fd_ < 0 || read(fd_, &info, sizeof info) != sizeof info) return Kind::none;
    return info.ssi_signo == SIGHUP ? Kind::reopen : Kind::statistics;
}

}  // namespace tlsscope::app
