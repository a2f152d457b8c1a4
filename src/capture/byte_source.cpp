#include "capture/byte_source.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "capture/compression.h"
#include "capture/file_bytes.h"

namespace tlsscope::capture {

namespace {

std::string system_text(int error) { return std::generic_category().message(error); }

}  // namespace

FileBytes::FileBytes(int descriptor, bool owned, int stop) : descriptor_{descriptor}, stop_{stop}, owned_{owned} {
    // Only a hint: readahead in larger steps. It fails on pipes, which is fine.
    (void)posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
}

FileBytes::~FileBytes() {
    if (owned_) ::close(descriptor_);
}

std::size_t FileBytes::read(std::span<std::uint8_t> room) {
    if (peeked_used_ < peeked_size_) return read_peeked(room);
    return read_descriptor(room);
}

std::size_t FileBytes::read_peeked(std::span<std::uint8_t> room) {
    const std::size_t count = std::min(room.size(), peeked_size_ - peeked_used_);
    std::copy_n(peeked_.begin() + static_cast<std::ptrdiff_t>(peeked_used_), count, room.begin());
    peeked_used_ += count;
    return count;
}

std::size_t FileBytes::read_descriptor(std::span<std::uint8_t> room) {
    if (!fault().empty() || !await_bytes()) return 0;
    while (true) {
        const ssize_t got = ::read(descriptor_, room.data(), room.size());
        if (got >= 0) {
            bytes_read_ += static_cast<std::uint64_t>(got);
            return static_cast<std::size_t>(got);
        }
        if (errno == EINTR) continue;
        fail(system_text(errno));
        return 0;
    }
}

bool FileBytes::await_bytes() const {
    if (stop_ < 0) return true;
    std::array<pollfd, 2> either{{{descriptor_, POLLIN, 0}, {stop_, POLLIN, 0}}};
    while (::poll(either.data(), either.size(), -1) < 0 && errno == EINTR) {
    }
    return either[0].revents != 0 || either[1].revents == 0;
}

bytes::Bytes FileBytes::peek() {
    while (peeked_size_ < peeked_.size()) {
        const std::size_t got = read_descriptor(std::span{peeked_}.subspan(peeked_size_));
        if (got == 0) break;
        peeked_size_ += got;
    }
    return bytes::Bytes{peeked_}.first(peeked_size_);
}

OpenedBytes open_bytes(const std::string& path, int stop) {
    const bool standard_input = path == "-";
    int descriptor = STDIN_FILENO;
    if (!standard_input) {
        // A named pipe that nobody writes to is waited for in await_bytes(), not here.
        do descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | (stop < 0 ? 0 : O_NONBLOCK));
        while (descriptor < 0 && errno == EINTR);
        if (descriptor >= 0) (void)::fcntl(descriptor, F_SETFL, 0);
    }
    if (descriptor < 0) return {nullptr, system_text(errno)};
    auto file = std::make_unique<FileBytes>(descriptor, !standard_input, stop);
    const Compression compression = recognise_compression(file->peek());
    if (!file->fault().empty()) return {nullptr, file->fault()};
    if (compression == Compression::none) return {std::move(file), {}};
    return decompress(std::move(file), compression);
}

std::uint64_t stored_size(const std::string& path) {
    struct stat status {};
    if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace tlsscope::capture
