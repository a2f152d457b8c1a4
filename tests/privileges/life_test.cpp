// Everything a live capture does after the drop still works: packets, files, threads, a listener, a terminal.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "crypto/digest.h"
#include "report/output.h"
#include "support/dropped_child.h"

namespace tlsscope::privileges {
namespace {

using tlsscope::testing::Child;
using tlsscope::testing::Finished;
using tlsscope::testing::Folder;
using tlsscope::testing::run;

constexpr uid_t kNobody = 65534;

class Life : public ::testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    }

    static void expect_fine(const Child& child) {
        const Finished done = run(child);
        EXPECT_EQ(done.dropped.error, "");
        EXPECT_EQ(done.text, "");
        EXPECT_EQ(done.exit_status, 0) << "signal " << done.signal;
    }
};

std::string write_report(const std::string& path, const std::string& text) {
    std::string error;
    const auto out = report::open_output(path, error);
    if (!out) return error + "\n";
    out->write(text);
    return out->finish() ? "" : out->error() + "\n";
}

TEST_F(Life, reports_are_written_replaced_and_rotated) {
    const Folder folder{kNobody};
    Child child;
    child.plan.outputs = {folder.path("out.csv"), "/dev/null"};
    child.after = [&] {
        std::string told = write_report(folder.path("out.csv"), "old");
        told += write_report(folder.path("out.csv"), "new");
        told += write_report(folder.path("out.1.csv"), "1");
        told += write_report("/dev/null", "x");
        if (::unlink(folder.path("out.1.csv").c_str()) != 0) told += "cannot remove an old file\n";
        return told;
    };
    expect_fine(child);
    std::ifstream file{folder.path("out.csv")};
    std::string text;
    std::getline(file, text);
    EXPECT_EQ(text, "new");
    EXPECT_FALSE(std::filesystem::exists(folder.path("out.1.csv")));
}

TEST_F(Life, threads_time_zone_digest_and_memory) {
    Child child;
    child.after = [] {
        std::atomic<int> sum = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { sum += static_cast<int>(std::vector<char>(std::size_t{8} << 20U, 'x')[77]); });
        for (std::thread& t : threads) t.join();
        std::string told = sum == 4 * 'x' ? "" : "threads\n";
        const std::time_t now = std::time(nullptr);
        tm local{};
        if (::localtime_r(&now, &local) == nullptr || ::tzname[0] == nullptr) told += "time zone\n";
        if (!std::ifstream{"/proc/self/statm"}) told += "statm\n";
        // Where libpcap reads what the interface dropped; it would be silent about a refusal.
        if (!std::ifstream{"/sys/class/net/lo/statistics/rx_missed_errors"}) told += "drop counters\n";
        if (crypto::sha256({})[0] != 0xe3 || crypto::sha256({})[1] != 0xb0) told += "digest\n";  // e3b0c442...
        return told;
    };
    expect_fine(child);
}

TEST_F(Life, timers_signals_and_events) {
    Child child;
    child.after = [] {
        sigset_t signals;
        ::sigemptyset(&signals);
        ::sigaddset(&signals, SIGHUP);
        ::sigprocmask(SIG_BLOCK, &signals, nullptr);
        const int caught = ::signalfd(-1, &signals, SFD_CLOEXEC);
        const int timer = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
        const int event = ::eventfd(1, EFD_CLOEXEC);
        const itimerspec soon{{}, {0, 1'000'000}};
        ::timerfd_settime(timer, 0, &soon, nullptr);
        ::raise(SIGHUP);
        std::string told;
        for (const int fd : {caught, timer, event}) {
            pollfd ready{fd, POLLIN, 0};
            if (::poll(&ready, 1, 5000) != 1) told += "descriptor " + std::to_string(fd) + "\n";
        }
        return told;
    };
    expect_fine(child);
}

TEST_F(Life, packets_come_from_an_open_capture_with_its_statistics) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_t* capture = ::pcap_create("lo", error.data());
    ASSERT_NE(capture, nullptr) << error.data();
    ::pcap_set_timeout(capture, 100);
    if (::pcap_activate(capture) < 0) {
        const std::string reason = ::pcap_geterr(capture);
        ::pcap_close(capture);
        GTEST_SKIP() << "no capture on lo here: " << reason;
    }
    Child child;
    child.after = [&] {
        int seen = 0;
        const auto count = [](u_char* n, const pcap_pkthdr*, const u_char*) {
            ++*static_cast<int*>(static_cast<void*>(n));
        };
        for (int i = 0; i < 50 && seen == 0; ++i) {
            const int n = ::pcap_dispatch(capture, -1, count, static_cast<u_char*>(static_cast<void*>(&seen)));
            if (n < 0) return std::string{::pcap_geterr(capture)};
        }
        if (::if_nametoindex("lo") == 0) return std::string{"the interface cannot be asked for"};
        pcap_stat statistics{};
        if (::pcap_stats(capture, &statistics) != 0) return std::string{::pcap_geterr(capture)};
        bpf_program program{};
        if (::pcap_compile(capture, &program, "tcp", 1, 0) != 0 || ::pcap_setfilter(capture, &program) != 0)
            return std::string{::pcap_geterr(capture)};
        ::pcap_freecode(&program);
        return std::string{seen > 0 && statistics.ps_recv > 0 ? "" : "no packets"};
    };
    child.meanwhile = [](pid_t) {
        const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(9);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        for (int i = 0; i < 10; ++i) {
            (void)::sendto(fd, "x", 1, 0, static_cast<const sockaddr*>(static_cast<const void*>(&to)), sizeof to);
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        (void)::close(fd);
    };
    expect_fine(child);
    ::pcap_close(capture);
}

TEST_F(Life, a_listening_socket_answers) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = static_cast<sockaddr*>(static_cast<void*>(&address));
    ASSERT_EQ(::bind(listener, generic, size), 0);
    ASSERT_EQ(::listen(listener, 4), 0);
    ASSERT_EQ(::getsockname(listener, generic, &size), 0);
    std::string got;
    Child child;
    child.plan.listens = true;
    child.after = [&] {
        const int peer = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (peer < 0) return std::string{"accept"};
        if (::send(peer, "metrics", 7, MSG_NOSIGNAL) != 7) return std::string{"send"};
        ::shutdown(peer, SHUT_RDWR);
        ::close(peer);
        return std::string{};
    };
    child.meanwhile = [&](pid_t) {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        if (::connect(fd, generic, size) == 0)
            for (char c = 0; ::read(fd, &c, 1) == 1;) got += c;
        ::close(fd);
    };
    expect_fine(child);
    EXPECT_EQ(got, "metrics");
    ::close(listener);
}

TEST_F(Life, a_terminal_is_set_asked_for_its_size_and_written_to) {
    int parent = -1;
    int terminal = -1;
    if (::openpty(&parent, &terminal, nullptr, nullptr, nullptr) != 0) GTEST_SKIP() << "no pseudo terminals here";
    Child child;
    child.after = [&] {
        termios modes{};
        winsize size{};
        std::string told;
        if (::tcgetattr(terminal, &modes) != 0) told += "tcgetattr\n";
        if (::tcsetattr(terminal, TCSADRAIN, &modes) != 0) told += "tcsetattr\n";
        if (::tcflush(terminal, TCIFLUSH) != 0) told += "tcflush\n";
        if (::ioctl(terminal, TIOCGWINSZ, &size) != 0) told += "TIOCGWINSZ\n";
        if (::isatty(terminal) != 1) told += "isatty\n";
        if (::write(terminal, "x", 1) != 1) told += "write\n";
        if (!std::filesystem::exists("/usr/share/terminfo") && !std::filesystem::exists("/lib/terminfo"))
            told += "terminfo\n";
        return told;
    };
    expect_fine(child);
    ::close(parent);
    ::close(terminal);
}

}  // namespace
}  // namespace tlsscope::privileges
