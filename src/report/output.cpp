#include "report/output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <random>
#include <system_error>

#include <fmt/format.h>

#include "report/escape.h"

namespace tlsscope::report {

namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 18;
constexpr int kMaxLinks = 40;  // as the kernel's own limit

std::string reason(int error) { return std::generic_category().message(error); }

std::string message(std::string_view action, std::string_view path, int error) {
    return fmt::format("cannot {} {}: {}", action, visible(path), reason(error));
}

/// A file descriptor that closes itself; standard output is borrowed.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd, bool owned = true) : fd_{fd}, owned_{owned} {}
    Descriptor(Descriptor&& other) noexcept : fd_{other.fd_}, owned_{other.owned_} { other.fd_ = -1; }
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() { (void)close(); }

    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }
    /// 0 or the error; some file systems tell only here that the data could not be kept.
    int close() {
        const int fd = fd_;
        fd_ = -1;
        if (fd < 0 || !owned_) return 0;
        return ::close(fd) == 0 || errno == EINTR ? 0 : errno;
    }

  private:
    int fd_ = -1;
    bool owned_ = true;
};

class StringOutput final : public Output {
  public:
    explicit StringOutput(std::string& text) : text_{text} {}

  private:
    void drain(std::string_view text) override { text_ += text; }

    std::string& text_;
};

/// Writes straight to a descriptor: standard output, a pipe, a device.
class DescriptorOutput : public Output {
  public:
    DescriptorOutput(Descriptor fd, std::string path) : fd_{std::move(fd)}, path_{std::move(path)} {}

  protected:
    Descriptor& descriptor() { return fd_; }
    const std::string& path() const { return path_; }

  private:
    void drain(std::string_view text) override {
        while (!text.empty()) {
            const ssize_t n = ::write(fd_.get(), text.data(), text.size());
            if (n >= 0) text.remove_prefix(static_cast<std::size_t>(n));
            else if (!try_again(errno)) return;
        }
    }

    bool try_again(int error) {
        if (error == EINTR) return true;
        if (error == EAGAIN) {  // somebody made our standard output non-blocking
            pollfd ready{fd_.get(), POLLOUT, 0};
            (void)::poll(&ready, 1, -1);
            return true;
        }
        if (error == EPIPE) fail_closed_pipe();
        else fail(message("write", path_, error));
        return false;
    }

    Descriptor fd_;
    std::string path_;
};

struct Place {
    Descriptor folder;
    std::string name;
};

/// A file that replaces the one of that name when it is complete.
class FileOutput final : public DescriptorOutput {
  public:
    FileOutput(Descriptor fd, std::string path, Place place, std::string temporary)
        : DescriptorOutput{std::move(fd), std::move(path)},
          place_{std::move(place)},
          temporary_{std::move(temporary)} {}
    ~FileOutput() override {
        if (!temporary_.empty()) (void)::unlinkat(place_.folder.get(), temporary_.c_str(), 0);
    }

  private:
    void commit() override {
        if (::fsync(descriptor().get()) != 0 && errno != EINVAL && errno != ENOTSUP)
            return fail(message("write", path(), errno));
        if (const int error = descriptor().close(); error != 0) return fail(message("write", path(), error));
        const int folder = place_.folder.get();
        if (::renameat(folder, temporary_.c_str(), folder, place_.name.c_str()) != 0)
            return fail(message("rename the finished report to", path(), errno));
        temporary_.clear();
        (void)::fsync(folder);  // the report is complete either way; this only makes the new name survive a power cut
    }

    Place place_;
    std::string temporary_;
};

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// The path after following symbolic links of its last component; the file need not exist. Empty: too many links.
std::string resolve_links(std::string path) {
    for (int i = 0; i < kMaxLinks; ++i) {
        std::array<char, PATH_MAX> target{};
        const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
        if (n < 0) return path;
        const std::string to{target.data(), static_cast<std::size_t>(n)};
        path = to.starts_with('/') ? to : folder_of(path) + '/' + to;
    }
    return {};
}

std::string random_name() {
    std::random_device random;
    return fmt::format(".tlsscope-{:08x}{:08x}.tmp", random(), random());
}

std::unique_ptr<Output> open_direct(const std::string& path, std::string& error) {
    Descriptor fd{::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY)};
    if (fd.valid()) return std::make_unique<DescriptorOutput>(std::move(fd), path);
    error = message("write", path, errno);
    return nullptr;
}

/// The temporary file has the mode of the file it replaces, or what the umask gives to a new one.
std::unique_ptr<Output> open_beside(const std::string& path, const std::string& target, const struct stat* old,
                                    std::string& error) {
    Place place{Descriptor{::open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)}, name_of(target)};
    const std::string temporary = random_name();
    if (place.folder.valid()) {
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        Descriptor fd{::openat(place.folder.get(), temporary.c_str(), flags, 0666)};
        if (fd.valid()) {
            if (old != nullptr) (void)::fchmod(fd.get(), old->st_mode & 0777U);
            return std::make_unique<FileOutput>(std::move(fd), path, std::move(place), temporary);
        }
    }
    error = message("write", path, errno);
    return nullptr;
}

}  // namespace

void Output::write(std::string_view text) {
    if (!ok()) return;
    if (buffer_.size() + text.size() > kBufferSize) flush();
    if (text.size() >= kBufferSize) drain(text);
    else buffer_ += text;
}

void Output::flush() {
    if (ok() && !buffer_.empty()) drain(buffer_);
    buffer_.clear();
}

bool Output::finish() {
    if (finished_) return ok();
    finished_ = true;
    flush();
    if (ok()) commit();
    return ok();
}

void Output::fail(std::string message_text) {
    state_ = State::failed;
    error_ = std::move(message_text);
}

void Output::fail_closed_pipe() { state_ = State::closed_pipe; }

std::unique_ptr<Output> open_output(const std::string& path, std::string& error) {
    if (path == "-") return std::make_unique<DescriptorOutput>(Descriptor{STDOUT_FILENO, false}, "standard output");
    struct stat old {};
    const bool exists = ::stat(path.c_str(), &old) == 0;
    if (exists && S_ISDIR(old.st_mode)) error = message("write", path, EISDIR);
    else if (exists && !S_ISREG(old.st_mode)) return open_direct(path, error);
    else if (exists && ::access(path.c_str(), W_OK) != 0) error = message("write", path, errno);
    else if (const std::string target = resolve_links(path); target.empty()) error = message("write", path, ELOOP);
    else if (name_of(target).empty()) error = message("write", path, target.empty() ? ENOENT : EISDIR);
    else return open_beside(path, target, exists ? &old : nullptr, error);
    return nullptr;
}

std::unique_ptr<Output> output_to(std::string& text) { return std::make_unique<StringOutput>(text); }

}  // namespace tlsscope::report
