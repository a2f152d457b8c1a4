#include "support/dropped_child.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace tlsscope::testing {

namespace {

constexpr char kEnd = '\0';

struct Pipe {
    int ends[2] = {-1, -1};
    Pipe() {
        if (::pipe(ends) != 0) throw std::runtime_error{"pipe"};
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_reader();
        close_writer();
    }
    void close_reader() { close(ends[0]); }
    void close_writer() { close(ends[1]); }

  private:
    static void close(int& fd) {
        if (fd >= 0) (void)::close(fd);
        fd = -1;
    }
};

void send(int fd, const std::string& text) {
    for (std::size_t done = 0; done <= text.size();) {
        const ssize_t n = ::write(fd, text.c_str() + done, text.size() + 1 - done);
        if (n <= 0) _exit(98);
        done += static_cast<std::size_t>(n);
    }
}

/// Up to the zero byte that ends a text, or what came before the child ended.
std::string receive(int fd) {
    std::string text;
    for (char c = kEnd; ::read(fd, &c, 1) == 1 && c != kEnd;) text += c;
    return text;
}

std::map<std::string, std::string> status_of(pid_t pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/status"};
    std::map<std::string, std::string> values;
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(':');
        const std::size_t value = line.find_first_not_of(" \t", colon + 1);
        if (colon != std::string::npos)
            values[line.substr(0, colon)] = value == std::string::npos ? "" : line.substr(value);
    }
    return values;
}

[[noreturn]] void be_child(const Child& child, int out, int go) {
    child.before();
    const privileges::Dropped dropped = privileges::drop(child.plan);
    std::string told = dropped.error;
    for (const std::string& state : dropped.states) told += '\n' + state;
    send(out, told);
    char ready = 0;
    if (::read(go, &ready, 1) != 1) _exit(97);
    send(out, dropped.ok() ? child.after() : std::string{});
    _exit(0);
}

privileges::Dropped parse(const std::string& told) {
    privileges::Dropped dropped;
    std::istringstream lines{told};
    std::getline(lines, dropped.error);
    for (std::string line; std::getline(lines, line);) dropped.states.push_back(line);
    return dropped;
}

}  // namespace

Finished run(const Child& child) {
    Pipe answers;
    Pipe go;
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error{"fork"};
    if (pid == 0) be_child(child, answers.ends[1], go.ends[0]);
    answers.close_writer();
    go.close_reader();

    Finished finished;
    finished.dropped = parse(receive(answers.ends[0]));
    finished.status = status_of(pid);
    (void)!::write(go.ends[1], "g", 1);
    child.meanwhile(pid);
    finished.text = receive(answers.ends[0]);
    int status = 0;
    (void)::waitpid(pid, &status, 0);
    if (WIFEXITED(status)) finished.exit_status = WEXITSTATUS(status);
    else finished.signal = WTERMSIG(status);
    return finished;
}

Folder::Folder(uid_t uid) : path_{std::filesystem::temp_directory_path() / "tlsscope-drop-XXXXXX"} {
    if (::mkdtemp(path_.data()) == nullptr || ::chown(path_.c_str(), uid, static_cast<gid_t>(-1)) != 0)
        throw std::runtime_error{"cannot make " + path_};
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace tlsscope::testing
