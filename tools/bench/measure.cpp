// Runs a command and prints what it cost on descriptor 3: wall and CPU time in ns, peak memory in KiB, exit code.
// A program of its own, because a child's peak memory counts from its parent's size at the fork: Python's would hide
// ours.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace {

std::int64_t nanoseconds(const timeval& t) {
    return std::int64_t{t.tv_sec} * 1'000'000'000 + std::int64_t{t.tv_usec} * 1000;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    const auto started = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child < 0) return 2;
    if (child == 0) {
        close(3);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (wait4(child, &status, 0, &usage) != child) return 2;
    const auto wall = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - started);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    dprintf(3, "%lld %lld %ld %d\n", static_cast<long long>(wall.count()),
            static_cast<long long>(nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime)), usage.ru_maxrss, code);
    return 0;
}
