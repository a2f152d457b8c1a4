#include "privileges/places.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

namespace tlsscope::privileges {

namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;  // as the kernel's own limit

/// The file a symbolic link names, even when it is not there yet.
fs::path follow(fs::path path) {
    std::error_code fault;
    for (int i = 0; i < kMaxLinks && fs::is_symlink(path, fault); ++i) {
        const fs::path to = fs::read_symlink(path, fault);
        path = to.is_absolute() ? to : path.parent_path() / to;
    }
    return path;
}

void add_once(std::vector<std::string>& list, const std::string& item) {
    if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

}  // namespace

Places places_of(const std::vector<std::string>& outputs) {
    Places places;
    for (const std::string& output : outputs) {
        if (output.empty() || output == "-") continue;
        const fs::path path = follow(output);
        std::error_code fault;
        const fs::file_status status = fs::status(path, fault);
        if (fs::is_directory(status)) add_once(places.folders, path.string());
        else if (fs::exists(status) && !fs::is_regular_file(status)) add_once(places.devices, path.string());
        else add_once(places.folders, path.has_parent_path() ? path.parent_path().string() : ".");
    }
    return places;
}

std::string check_writable(const Places& places, const std::string& user) {
    for (const std::string& folder : places.folders) {
        if (::access(folder.c_str(), W_OK | X_OK) == 0) continue;
        const std::string reason = std::generic_category().message(errno);
        std::error_code fault;
        const fs::path shown = fs::absolute(folder, fault).lexically_normal();
        return "user " + user + " cannot create files in " + (fault ? folder : shown.string()) + ": " + reason +
               "; name another folder, or the user it belongs to with --user";
    }
    return {};
}

}  // namespace tlsscope::privileges
