#include "files/descriptor.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <system_error>

#include "bytes/hex.h"

namespace tlsscope::files {

int Descriptor::close() {
    const int fd = std::exchange(fd_, -1);
    if (fd < 0 || !owned_) return 0;
    return ::close(fd) == 0 || errno == EINTR ? 0 : errno;
}

int write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n >= 0) {
            text.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {  // somebody made our standard output non-blocking
            pollfd ready{fd, POLLOUT, 0};
            (void)::poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

std::string message(std::string_view action, std::string_view path, int error) {
    std::string out = "cannot ";
    out.append(action).append(" ").append(path).append(": ");
    return out + std::generic_category().message(error);
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string temporary_name() {
    std::random_device random;
    std::array<std::uint8_t, 8> octets{};
    for (std::uint8_t& o : octets) o = static_cast<std::uint8_t>(random());
    return ".tlsscope-" + bytes::hex(octets) + ".tmp";
}

}  // namespace tlsscope::files
