#include "privileges/landlock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace tlsscope::privileges {

namespace {

// The kernel's interface, spelt out: Debian 12's headers end at ABI 2, and glibc has no wrappers.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr unsigned kVersionFlag = 1;
constexpr int kPathBeneath = 1;

constexpr std::uint64_t kWriteFile = 1U << 1U;
constexpr std::uint64_t kReadFile = 1U << 2U;
constexpr std::uint64_t kReadDir = 1U << 3U;
constexpr std::uint64_t kRemoveFile = 1U << 5U;
constexpr std::uint64_t kMakeReg = 1U << 8U;
constexpr std::uint64_t kFirstRights = (1U << 13U) - 1;  // ABI 1: the ones above, execute, make and remove all kinds
constexpr std::uint64_t kRefer = 1U << 13U;              // ABI 2
constexpr std::uint64_t kTruncate = 1U << 14U;           // ABI 3
constexpr std::uint64_t kIoctlDevice = 1U << 15U;        // ABI 5
constexpr std::uint64_t kBindAndConnectTcp = 3;          // ABI 4
constexpr std::uint64_t kScopeSocketsAndSignals = 3;     // ABI 6

constexpr std::uint64_t kForFiles = kWriteFile | kReadFile | kTruncate;
constexpr std::uint64_t kRead = kReadFile | kReadDir;
/// Create under a temporary name, rename, remove old ones: a rotation. Reading files is not part of it.
constexpr std::uint64_t kRotate = kWriteFile | kReadDir | kRemoveFile | kMakeReg | kTruncate;

/// What is read long after the start: libpcap's drop counters, locales and terminal descriptions, libcrypto's
/// configuration and modules, the time zone, our own memory, random numbers. Nothing in there is a secret.
constexpr std::array kReadLater{"/usr",          "/lib",           "/etc/localtime", "/etc/ssl/openssl.cnf",
                                "/etc/terminfo", "/sys/class/net", "/sys/devices",   "/proc/self",
                                "/dev/urandom"};

struct RulesetAttributes {
    std::uint64_t files;
    std::uint64_t network;
    std::uint64_t scoped;
};

struct [[gnu::packed]] PathBeneath {
    std::uint64_t allowed;
    std::int32_t parent;
};

std::string failed(const std::string& what, int error) {
    return "Landlock: cannot " + what + ": " + std::generic_category().message(error) +
           "; --no-sandbox goes on without it";
}

/// A file descriptor that closes itself.
class Handle {
  public:
    explicit Handle(long fd) : fd_{static_cast<int>(fd)} {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() {
        if (fd_ >= 0) (void)::close(fd_);
    }
    int get() const { return fd_; }
    bool valid() const { return fd_ >= 0; }

  private:
    int fd_;
};

RulesetAttributes attributes_for(long abi) {
    RulesetAttributes a{kFirstRights, 0, 0};
    if (abi >= 2) a.files |= kRefer;
    if (abi >= 3) a.files |= kTruncate;
    if (abi >= 5) a.files |= kIoctlDevice;
    if (abi >= 4) a.network = kBindAndConnectTcp;
    if (abi >= 6) a.scoped = kScopeSocketsAndSignals;
    return a;
}

/// A kernel refuses attributes it does not know, so that the structure ends where its ABI does.
std::size_t size_for(long abi) {
    if (abi >= 6) return sizeof(RulesetAttributes);
    return abi >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

class Ruleset {
  public:
    Ruleset(long abi, const RulesetAttributes& attributes)
        : handled_{attributes.files}, handle_{::syscall(kCreateRuleset, &attributes, size_for(abi), 0U)} {}

    bool valid() const { return handle_.valid(); }

    /// 0 or the error. A place that is not there needs no rule.
    int allow(const std::string& path, std::uint64_t rights) const {
        const Handle place{::open(path.c_str(), O_PATH | O_CLOEXEC)};
        if (!place.valid()) return errno == ENOENT || errno == ENOTDIR ? 0 : errno;
        struct stat about {};
        if (::fstat(place.get(), &about) != 0) return errno;
        if (!S_ISDIR(about.st_mode)) rights &= kForFiles;
        const PathBeneath rule{rights & handled_, place.get()};
        return ::syscall(kAddRule, handle_.get(), kPathBeneath, &rule, 0U) == 0 ? 0 : errno;
    }

    int enforce() const { return ::syscall(kRestrictSelf, handle_.get(), 0U) == 0 ? 0 : errno; }

  private:
    std::uint64_t handled_;
    Handle handle_;
};

std::string add_rules(const Ruleset& rules, const Places& places, const std::vector<std::string>& readable) {
    for (const char* path : kReadLater) {
        // Behind a door that is shut for this user already: then it is not read later either.
        const int error = rules.allow(path, kRead);
        if (error != 0 && error != EACCES) return failed(std::string{"allow reading "} + path, error);
    }
    for (const std::string& path : readable)
        if (const int error = rules.allow(path, kRead)) return failed("allow reading " + path, error);
    for (const std::string& path : places.folders)
        if (const int error = rules.allow(path, kRotate)) return failed("allow writing in " + path, error);
    for (const std::string& path : places.devices)
        if (const int error = rules.allow(path, kWriteFile)) return failed("allow writing to " + path, error);
    return {};
}

}  // namespace

Step confine_files(const Places& places, const std::vector<std::string>& readable) {
    const long abi = ::syscall(kCreateRuleset, nullptr, 0UL, kVersionFlag);
    if (abi < 0 && errno == ENOSYS) return {{}, "Landlock: not in this kernel"};
    if (abi < 0 && errno == EOPNOTSUPP) return {{}, "Landlock: switched off in this kernel (lsm=)"};
    if (abi < 1) return {failed("be asked for its version", errno), {}};

    const Ruleset rules{abi, attributes_for(abi)};
    if (!rules.valid()) return {failed("create a ruleset", errno), {}};
    if (std::string error = add_rules(rules, places, readable); !error.empty()) return {std::move(error), {}};
    if (const int error = rules.enforce(); error != 0) return {failed("restrict the process", error), {}};

    std::string writable;
    for (const auto* list : {&places.folders, &places.devices})
        for (const std::string& path : *list) writable += (writable.empty() ? "" : ", ") + path;
    return {{},
            "Landlock: on (ABI " + std::to_string(abi) + "), writable: " + (writable.empty() ? "nothing" : writable)};
}

}  // namespace tlsscope::privileges
