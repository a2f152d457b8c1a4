#include "files/scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace tlsscope::files {

namespace {

using Length = std::uint32_t;

std::vector<std::string> usual_folders() {
    std::vector<std::string> folders;
    if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && *chosen != '\0') folders.emplace_back(chosen);
    folders.emplace_back("/var/tmp");
    folders.emplace_back("/tmp");
    return folders;
}

/// A file nobody else can see. Some file systems (NFS, older overlayfs) have none without a name: there the name is
/// taken away at once.
int open_nameless(const std::string& folder) {
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
    const std::string path = folder + "/" + temporary_name();
    const int named = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (named >= 0) ::unlink(path.c_str());
    return named;
}

}  // namespace

std::optional<std::uint64_t> Scratch::put(std::string_view piece) {
    if (refused_ || (!file_.valid() && !open())) return std::nullopt;
    if (tail_.size() >= kBuffer && !flush()) return std::nullopt;
    const std::uint64_t place = written_ + tail_.size();
    const auto length = static_cast<Length>(piece.size());
    tail_.append(reinterpret_cast<const char*>(&length), sizeof length);
    tail_.append(piece);
    return place;
}

std::optional<std::string_view> Scratch::get(std::uint64_t place) {
    const auto head = look(place, sizeof(Length));
    if (!head) return std::nullopt;
    Length length = 0;
    std::memcpy(&length, head->data(), sizeof length);
    return look(place + sizeof length, length);
}

bool Scratch::open() {
    int error = ENOENT;
    for (const std::string& folder : folders_.empty() ? usual_folders() : folders_) {
        folder_ = folder;
        file_ = Descriptor{open_nameless(folder)};
        if (file_.valid()) return true;
        error = errno;
    }
    return refuse("create a temporary file in", error);
}

/// What could not be written stays where it is, and can be read there.
bool Scratch::flush() {
    if (const int error = write_all(file_.get(), tail_); error != 0)
        return refuse("write to a temporary file in", error);
    written_ += tail_.size();
    tail_.clear();
    return true;
}

/// A piece lies in the file or in the tail, never in both.
std::optional<std::string_view> Scratch::look(std::uint64_t place, std::size_t length) {
    if (place >= written_) {
        const std::uint64_t at = place - written_;
        if (at + length > tail_.size()) return std::nullopt;
        return std::string_view{tail_}.substr(at, length);
    }
    if (place < window_at_ || place + length > window_at_ + window_.size()) {
        const std::uint64_t left = written_ - place;
        window_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(std::max(kWindow, length), left)));
        window_at_ = place;
        std::size_t got = 0;
        while (got < window_.size()) {
            const ssize_t n =
                ::pread(file_.get(), window_.data() + got, window_.size() - got, static_cast<off_t>(place + got));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) {
                window_.clear();
                (void)refuse("read a temporary file in", n < 0 ? errno : EIO);
                return std::nullopt;
            }
            got += static_cast<std::size_t>(n);
        }
    }
    if (place + length > window_at_ + window_.size()) return std::nullopt;
    return std::string_view{window_}.substr(place - window_at_, length);
}

bool Scratch::refuse(std::string_view action, int error) {
    refused_ = true;
    if (error_.empty()) error_ = message(action, folder_, error);
    return false;
}

}  // namespace tlsscope::files
