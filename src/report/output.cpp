#include "report/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "files/descriptor.h"
#include "files/links.h"
#include "report/escape.h"

namespace tlsscope::report {

namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 18;

using files::Descriptor;

std::string message(std::string_view action, std::string_view path, int error) {
    return files::message(action, visible(path), error);
}

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

    void drain(std::string_view text) override {
        const int error = files::write_all(fd_.get(), text);
        if (error == EPIPE) fail_closed_pipe();
        else if (error != 0) fail(message("write", path_, error));
    }

  private:
    Descriptor fd_;
    std::string path_;
};

/// Standard output where it is a terminal without UTF-8. A piece of text is written at once, so that no character is
/// cut.
class AsciiOutput final : public DescriptorOutput {
  public:
    using DescriptorOutput::DescriptorOutput;

  private:
    void drain(std::string_view text) override { DescriptorOutput::drain(ascii(text)); }
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
    FileOutput(const FileOutput&) = delete;
    FileOutput& operator=(const FileOutput&) = delete;
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

/// Behind what is there: /dev/fd/3 may be a file that others write to as well.
std::unique_ptr<Output> open_direct(const std::string& path, std::string& error) {
    Descriptor fd{::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)};
    if (fd.valid()) return std::make_unique<DescriptorOutput>(std::move(fd), path);
    error = message("write", path, errno);
    return nullptr;
}

/// The temporary file has the mode of the file it replaces, or what the umask gives to a new one.
std::unique_ptr<Output> open_beside(const std::string& path, const std::string& target, const struct stat* old,
                                    std::string& error) {
    Place place{Descriptor{::open(files::folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)},
                files::name_of(target)};
    const std::string temporary = files::temporary_name();
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

void Output::recover() {
    state_ = State::good;
    error_.clear();
}

void Output::fail_closed_pipe() { state_ = State::closed_pipe; }

std::unique_ptr<Output> open_output(const std::string& path, std::string& error) {
    if (path == "-") return open_for_people(true);
    struct stat old {};
    const bool exists = ::stat(path.c_str(), &old) == 0;
    int fault = exists || errno == ENOENT ? 0 : errno;
    if (exists && S_ISDIR(old.st_mode)) fault = EISDIR;
    if (exists && fault == 0 && (!S_ISREG(old.st_mode) || files::is_descriptor_link(path)))
        return open_direct(path, error);
    if (exists && fault == 0 && ::access(path.c_str(), W_OK) != 0) fault = errno;
    const std::string target = fault == 0 ? files::follow_links(path, fault) : std::string{};
    if (fault == 0 && files::name_of(target).empty()) fault = target.empty() ? ENOENT : EISDIR;
    if (fault == 0) return open_beside(path, target, exists ? &old : nullptr, error);
    error = message("write", path, fault);
    return nullptr;
}

std::unique_ptr<Output> open_for_people(bool unicode) {
    Descriptor standard_output{STDOUT_FILENO, false};
    if (unicode) return std::make_unique<DescriptorOutput>(std::move(standard_output), "standard output");
    return std::make_unique<AsciiOutput>(std::move(standard_output), "standard output");
}

std::unique_ptr<Output> output_to(std::string& text) { return std::make_unique<StringOutput>(text); }

}  // namespace tlsscope::report
