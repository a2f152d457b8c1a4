#include "files/series.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "files/links.h"

namespace tlsscope::files {

namespace {

constexpr Nanos kRetryAfter = 60 * kSecond;
constexpr std::size_t kMostTold = 4096;  // bytes of problems kept for take_problem()

/// Written to as it is, without names of ours.
bool is_direct(const std::string& path) {
    struct stat there {};
    if (path == "-" || is_descriptor_link(path)) return true;
    return ::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode);
}

}  // namespace

Series::Series(SeriesNames names, const Rotation& rotation, Sync sync)
    : names_{std::move(names)}, rotation_{rotation}, sync_{sync} {}

std::unique_ptr<Series> Series::open(const std::string& path, const Rotation& rotation, Sync sync, Nanos now,
                                     std::string& error) {
    std::unique_ptr<Series> out{new Series{SeriesNames{path, rotation}, rotation, sync}};
    if (is_direct(path)) return out->open_direct(path, error) ? std::move(out) : nullptr;
    error = out->names_.problem(now);
    if (!error.empty()) return nullptr;
    out->folder_ = Descriptor{::open(out->folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!out->folder_.valid()) {
        error = message("write", path, errno);
        return nullptr;
    }
    if (out->begin(out->names_.first(now), now)) return out;
    error = out->error_;
    return nullptr;
}

bool Series::open_direct(const std::string& path, std::string& error) {
    direct_ = true;
    path_ = path == "-" ? "standard output" : path;
    if (rotation_.any()) {
        error = "cannot rotate " + path_ + ": it is not a regular file";
        return false;
    }
    fd_ = path == "-" ? Descriptor{STDOUT_FILENO, false}
                      : Descriptor{::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY)};
    if (!fd_.valid()) error = message("write", path_, errno);
    return fd_.valid();
}

bool Series::write(std::string_view piece) {
    if (!ok() || complete_) return false;
    const int error = write_all(fd_.get(), piece);
    if (error == 0) {
        size_ += piece.size();
        return true;
    }
    if (error == EPIPE) {
        closed_pipe_ = true;
        error_ = "the reader went away";
        return false;
    }
    // Half a line or packet at its end would spoil the file for its readers; where that fails too, nothing can be done.
    if (!direct_) (void)!::ftruncate(fd_.get(), static_cast<off_t>(size_));
    return fail("write", error);
}

bool Series::due(Nanos now, std::uint64_t buffered) {
    if (direct_ || complete_) return false;
    if (!ok()) {
        if (failed_at_ < 0) failed_at_ = now;
        if (now < failed_at_) failed_at_ = now;  // the clock was set back
        return now - failed_at_ >= kRetryAfter;
    }
    const bool full = rotation_.bytes != 0 && size_ + buffered > rotation_.bytes;
    return full || (rotation_.seconds != 0 && now - begun_ >= rotation_.seconds * kSecond);
}

bool Series::advance(Nanos now) {
    if (direct_ || complete_) return false;
    if (!ok()) return reopen(now);
    const bool late = rotation_.seconds != 0 && now - begun_ >= rotation_.seconds * kSecond;
    close();
    if (late && rotation_.bytes == 0 && rotation_.files != 0 && count_ >= rotation_.files) {
        complete_ = true;
        return false;
    }
    if (!late) return begin(names_.next_number(), begun_);
    // From boundary to boundary, so that files do not drift; after a pause from now on. The name is the boundary's: by
    // the moment itself a file begun late would get the name of the next one.
    const Nanos period = rotation_.seconds * kSecond;
    const Nanos boundary = now - begun_ < 2 * period ? begun_ + period : now;
    return begin(names_.next_period(boundary), boundary);
}

bool Series::reopen(Nanos now) {
    if (direct_ || complete_) return false;
    failed_at_ = -1;
    if (fd_.valid() && is_in_place()) {
        const bool failed = !error_.empty();
        error_.clear();
        return failed && size_ == 0;  // not even the header got through
    }
    close();
    return begin(name_, now);
}

bool Series::finish() {
    close();
    return !failed_ever_;
}

std::string Series::take_problem() { return std::exchange(problems_, {}); }

const std::string& Series::folder() const { return names_.folder(); }

void Series::give_to(unsigned user, unsigned group) const {
    if (!direct_ && fd_.valid()) (void)!::fchown(fd_.get(), user, group);
}

bool Series::can_create(std::string& error) const {
    if (direct_ || ::faccessat(folder_.get(), ".", W_OK | X_OK, AT_EACCESS) == 0) return true;
    error = message("make new files in", folder(), errno);
    return false;
}

bool Series::begin(const std::string& name, Nanos now) {
    begun_ = now;
    name_ = name;
    path_ = path_to(name);
    size_ = 0;
    error_.clear();
    failed_at_ = -1;
    if (!create(name)) return false;
    ++count_;
    return true;
}

bool Series::create(const std::string& name) {
    const std::string temporary = temporary_name();
    const int folder = folder_.get();
    fd_ = Descriptor{
        ::openat(folder, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_APPEND, 0666)};
    if (!fd_.valid()) return fail("write", errno);
    if (::renameat(folder, temporary.c_str(), folder, name.c_str()) == 0) return true;
    const int error = errno;
    (void)::unlinkat(folder, temporary.c_str(), 0);
    (void)fd_.close();
    return fail("write", error);
}

/// The name still leads to the file we have open.
bool Series::is_in_place() const {
    struct stat ours {};
    struct stat there {};
    if (::fstat(fd_.get(), &ours) != 0) return false;
    if (::fstatat(folder_.get(), name_.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) return false;
    return ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

void Series::close() {
    if (!fd_.valid()) return;
    if (!direct_ && sync_ == Sync::finished) {
        if (::fsync(fd_.get()) != 0 && errno != EINVAL && errno != ENOTSUP) (void)fail("write", errno);
        (void)::fsync(folder_.get());  // so that the name survives a power cut as well
    }
    if (const int error = fd_.close(); error != 0) (void)fail("write", error);
}

bool Series::fail(std::string_view action, int error) {
    error_ = message(action, path_, error);
    failed_ever_ = true;
    tell(error_);
    return false;
}

void Series::tell(const std::string& problem) {
    if (problems_.size() + problem.size() > kMostTold) return;
    if (!problems_.empty()) problems_ += "; ";
    problems_ += problem;
}

std::string Series::path_to(const std::string& name) const {
    if (folder() == ".") return name;
    return folder() == "/" ? "/" + name : folder() + "/" + name;
}

}  // namespace tlsscope::files
