#include "live_view/terminal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <clocale>
#include <cstdlib>
#include <stdexcept>

#include "grid.h"
#include "live_view/live_view.h"

namespace tlsscope::live_view {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// A pseudo terminal: what is written to `keys()` is typed, what is shown can be read.
class LiveTerminal : public testing::Test {
  protected:
    void SetUp() override {
        winsize size{};
        size.ws_row = 24;
        size.ws_col = 80;
        if (openpty(&master_, &slave_, nullptr, nullptr, &size) != 0) GTEST_SKIP() << "no pseudo terminals here";
        fcntl(master_, F_SETFL, O_NONBLOCK);
        setenv("TERM", "xterm-256color", 1);
        std::setlocale(LC_CTYPE, "C.UTF-8");
    }
    void TearDown() override {
        if (master_ >= 0) close(master_);
        if (slave_ >= 0) close(slave_);
    }

    std::unique_ptr<LiveView> open(bool colour = true) {
        std::string error;
        auto view = LiveView::open(synthetic::schema(), {"tlsscope", {"interface eth0"}},
                                   {{.width = 0, .colour = colour, .unicode = true}, {}, slave_, slave_}, error);
        EXPECT_EQ(error, "");
        return view;
    }
    std::string shown() const {
        std::string out;
        std::array<char, 4096> piece{};
        for (ssize_t n = 0; (n = read(master_, piece.data(), piece.size())) > 0;)
            out.append(piece.data(), static_cast<std::size_t>(n));
        return out;
    }
    void type(std::string_view keys) const {
        ASSERT_EQ(write(master_, keys.data(), keys.size()), ssize_t(keys.size()));
    }
    termios modes() const {
        termios m{};
        tcgetattr(slave_, &m);
        return m;
    }

    int master_ = -1;
    int slave_ = -1;
};

TEST_F(LiveTerminal, ShowsTakesKeysAndGivesTheTerminalBack) {
    const termios before = modes();
    {
        const auto view = open();
        ASSERT_NE(view, nullptr);
        view->add(synthetic::connection(0));
        view->tick({});
        EXPECT_TRUE(view->run_once(0ms));
        const std::string out = shown();
        EXPECT_THAT(out, HasSubstr("\x1b[?1049h"));
        EXPECT_THAT(out, HasSubstr("www.example.com"));
        EXPECT_EQ(modes().c_lflag & (ECHO | ICANON), 0U);
        EXPECT_NE(modes().c_lflag & ISIG, 0U);
        type("\x1b[B");
        EXPECT_TRUE(view->run_once(1s));
        type("q");
        EXPECT_FALSE(view->run_once(1s));
    }
    EXPECT_THAT(shown(), HasSubstr("\x1b[?1049l"));
    EXPECT_EQ(modes().c_lflag, before.c_lflag);
    EXPECT_EQ(modes().c_cc[VSUSP], before.c_cc[VSUSP]);
}

TEST_F(LiveTerminal, IsGivenBackAfterAnException) {
    const termios before = modes();
    try {
        const auto view = open();
        ASSERT_NE(view, nullptr);
        (void)view->run_once(0ms);
        throw std::runtime_error{"the capture failed"};
    } catch (const std::runtime_error&) {
    }
    EXPECT_THAT(shown(), HasSubstr("\x1b[?1049l"));
    EXPECT_EQ(modes().c_lflag, before.c_lflag);
}

TEST_F(LiveTerminal, CanBeOpenedAgain) {
    for (int i = 0; i < 3; ++i) {
        const auto view = open();
        ASSERT_NE(view, nullptr);
        EXPECT_TRUE(view->run_once(0ms));
        EXPECT_THAT(shown(), HasSubstr("Waiting for the first handshake."));
    }
}

TEST_F(LiveTerminal, SignalHandlersAreLeftAlone) {
    struct sigaction before[4], after[4];
    constexpr int kSignals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    for (int i = 0; i < 4; ++i) sigaction(kSignals[i], nullptr, &before[i]);
    const auto view = open();
    for (int i = 0; i < 4; ++i) {
        sigaction(kSignals[i], nullptr, &after[i]);
        EXPECT_EQ(before[i].sa_handler, after[i].sa_handler) << kSignals[i];
    }
}

TEST_F(LiveTerminal, ANewSizeIsNoticed) {
    const auto view = open();
    (void)view->run_once(0ms);
    EXPECT_THAT(shown(), Not(HasSubstr("ALPN")));
    winsize size{};
    size.ws_row = 50;
    size.ws_col = 200;
    ioctl(slave_, TIOCSWINSZ, &size);
    (void)view->run_once(0ms);
    EXPECT_THAT(shown(), HasSubstr("ALPN"));
}

TEST_F(LiveTerminal, NoColourMeansNone) {
    const auto view = open(false);
    view->add(synthetic::failed_connection(0));
    view->tick({});
    (void)view->run_once(0ms);
    const std::string out = shown();
    for (const std::string_view colour : {"\x1b[31m", "[1;31m", ";31m", "[32m", "[33m", "[36m"})
        EXPECT_THAT(out, Not(HasSubstr(std::string{colour})));
    EXPECT_THAT(out, HasSubstr("failed"));
}

TEST_F(LiveTerminal, AClosedTerminalEndsTheView) {
    const auto view = open();
    EXPECT_TRUE(view->run_once(0ms));
    close(master_);
    master_ = -1;
    EXPECT_FALSE(view->run_once(1s));
    EXPECT_TRUE(view->terminal_gone());
}

TEST_F(LiveTerminal, NothingIsDrawnWithoutAReason) {
    const auto view = open();
    (void)view->run_once(0ms);
    (void)shown();
    for (std::uint64_t i = 0; i < 100; ++i) {
        view->add(synthetic::connection(i));
        EXPECT_TRUE(view->run_once(0ms));
    }
    EXPECT_EQ(shown(), "");
    view->tick({});
    (void)view->run_once(0ms);
    EXPECT_THAT(shown(), HasSubstr("www.example.com"));
}

TEST_F(LiveTerminal, AnUnfitTerminalIsRefused) {
    std::string error;
    const int null = ::open("/dev/null", O_RDWR);
    EXPECT_EQ(Terminal::open({null, null, true, true}, error), nullptr);
    EXPECT_THAT(error, HasSubstr("needs a terminal"));
    close(null);
    for (const char* type : {"dumb", "no-such-terminal"}) {
        setenv("TERM", type, 1);
        EXPECT_EQ(Terminal::open({slave_, slave_, true, true}, error), nullptr);
        EXPECT_THAT(error, HasSubstr(std::string{"of type '"} + type));
    }
    EXPECT_EQ(shown(), "");
}

}  // namespace
}  // namespace tlsscope::live_view
