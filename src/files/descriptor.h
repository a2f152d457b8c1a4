// A file descriptor that closes itself, and writing all of a text to one.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tlsscope::files {

/// Owns a file descriptor unless told otherwise (standard output is borrowed).
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd, bool owned = true) : fd_{fd}, owned_{owned} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)}, owned_{other.owned_} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this == &other) return *this;
        (void)close();
        fd_ = std::exchange(other.fd_, -1);
        owned_ = other.owned_;
        return *this;
    }
    ~Descriptor() { (void)close(); }

    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }
    /// 0 or the error number; some file systems tell only here that the data could not be kept.
    int close();

  private:
    int fd_ = -1;
    bool owned_ = true;
};

/// Writes all of it, waiting where the descriptor is not ready. 0 or the error number; EPIPE when the reader is gone
/// (SIGPIPE must be ignored by the program).
int write_all(int fd, std::string_view text);

/// "cannot ACTION PATH: REASON". The path is as the user gave it: who prints it makes hidden characters visible.
std::string message(std::string_view action, std::string_view path, int error);

/// The folder of a path ("." where it names none) and the name in it.
std::string folder_of(const std::string& path);
std::string name_of(const std::string& path);

/// For files on their way to their names: ".tlsscope-1f3a...tmp".
std::string temporary_name();

}  // namespace tlsscope::files
