#include "files/links.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <system_error>
#include <utility>

#include "files/descriptor.h"

namespace tlsscope::files {

namespace {

constexpr int kMaxLinks = 40;  // as the kernel's own limit

bool is_strangers_link(const std::string& path) {
    struct stat link {};
    struct stat folder {};
    if (::lstat(path.c_str(), &link) != 0 || ::stat(folder_of(path).c_str(), &folder) != 0) return false;
    const mode_t open_to_all = S_ISVTX | S_IWOTH;
    if ((folder.st_mode & open_to_all) != open_to_all) return false;
    return link.st_uid != ::geteuid() && link.st_uid != folder.st_uid;
}

}  // namespace

bool is_descriptor_link(const std::string& path) {
    struct stat itself {};
    if (::lstat(path.c_str(), &itself) != 0 || !S_ISLNK(itself.st_mode)) return false;
    std::error_code ignored;
    const std::string folder = std::filesystem::canonical(folder_of(path), ignored).string() + '/';
    return folder.starts_with("/dev/") || folder.starts_with("/proc/");
}

std::string follow_links(std::string path, int& error) {
    for (int i = 0; i < kMaxLinks; ++i) {
        std::array<char, PATH_MAX> target{};
        const ssize_t n = ::readlink(path.c_str(), target.data(), target.size());
        if (n < 0) return path;
        if (is_strangers_link(path)) {
            error = EACCES;
            return {};
        }
        std::string to{target.data(), static_cast<std::size_t>(n)};
        if (!to.starts_with('/')) to.insert(0, folder_of(path) + '/');
        path = std::move(to);
    }
    error = ELOOP;
    return {};
}

}  // namespace tlsscope::files
