// LD_PRELOAD: the FAULT_AT-th call of FAULT_CALL that concerns a file under FAULT_UNDER fails with the error number
// FAULT_ERRNO; then the file FAULT_TOLD exists. With FAULT_SHORT=1 a write first takes half of its bytes.
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

const char* setting(const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? "" : text;
}

bool is_under(const char* path) {
    const char* folder = setting("FAULT_UNDER");
    return *folder != '\0' && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

bool is_under(int fd) {
    char link[64];
    char path[PATH_MAX] = {};
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return readlink(link, path, sizeof path - 1) > 0 && is_under(path);
}

void tell() {
    const auto make = real<int(const char*, int, ...)>("open");
    const int fd = make(setting("FAULT_TOLD"), O_WRONLY | O_CREAT, 0666);
    if (fd >= 0) real<int(int)>("close")(fd);
}

/// This is the call that is to fail.
bool strikes(const char* call) {
    static int calls = 0;
    if (std::strcmp(call, setting("FAULT_CALL")) != 0 || ++calls != std::atoi(setting("FAULT_AT"))) return false;
    tell();
    return true;
}

int fail() {
    errno = std::atoi(setting("FAULT_ERRNO"));
    return -1;
}

int open_as(const char* name, int folder, const char* path, int flags, mode_t mode) {
    const bool ours = *path == '/' || folder == AT_FDCWD ? is_under(path) : is_under(folder);
    if (ours && strikes("open")) return fail();
    return real<int(int, const char*, int, mode_t)>(name)(folder, path, flags, mode);
}

mode_t mode_of(int flags, va_list words) { return (flags & O_CREAT) != 0 ? va_arg(words, mode_t) : 0; }

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list words;
    va_start(words, flags);
    const mode_t mode = mode_of(flags, words);
    va_end(words);
    return open_as("openat", AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
    va_list words;
    va_start(words, flags);
    const mode_t mode = mode_of(flags, words);
    va_end(words);
    return open_as("openat", folder, path, flags, mode);
}

ssize_t write(int fd, const void* data, size_t size) {
    static bool short_before = false;
    const auto write_now = real<ssize_t(int, const void*, size_t)>("write");
    if (!is_under(fd)) return write_now(fd, data, size);
    if (short_before) {
        short_before = false;
        return fail();
    }
    if (!strikes("write")) return write_now(fd, data, size);
    short_before = *setting("FAULT_SHORT") == '1' && size > 1;
    return short_before ? write_now(fd, data, size / 2) : fail();
}

int fsync(int fd) { return is_under(fd) && strikes("fsync") ? fail() : real<int(int)>("fsync")(fd); }

int close(int fd) {
    const bool struck = is_under(fd) && strikes("close");
    const int result = real<int(int)>("close")(fd);  // the descriptor is gone either way, as on Linux
    return struck ? fail() : result;
}

int renameat(int from, const char* old_name, int to, const char* new_name) {
    if (is_under(to) && strikes("rename")) return fail();
    return real<int(int, const char*, int, const char*)>("renameat")(from, old_name, to, new_name);
}
}
