#include "privileges/syscall_filter.h"

#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <system_error>

namespace tlsscope::privileges {

namespace {

using Name = const char*;

constexpr std::array kAllowed = std::to_array<Name>(
    {// Files: Landlock and the user decide which.
     "read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "lseek", "open", "openat", "close",
     "stat", "lstat", "fstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2",
     "readlink", "readlinkat", "getcwd", "getdents64", "rename", "renameat", "renameat2", "unlink", "unlinkat", "fsync",
     "fdatasync", "ftruncate", "fallocate", "fadvise64", "fchmod", "flock", "umask", "fcntl", "dup", "dup2", "dup3",
     "pipe", "pipe2",
     // Memory; mapping and protecting are among the conditions below.
     "brk", "munmap", "mremap", "madvise", "mincore", "membarrier",
     // Threads; starting one is below.
     "futex", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "sched_yield", "sched_getaffinity",
     "sched_setaffinity", "exit", "exit_group",
     // Time, waiting, signals; sending one is below.
     "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "timerfd_create",
     "timerfd_settime", "timerfd_gettime", "setitimer", "getitimer", "poll", "ppoll", "select", "pselect6",
     "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd2", "signalfd4", "rt_sigaction",
     "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "rt_sigpending", "rt_sigsuspend", "sigaltstack",
     "restart_syscall",
     // Packets from the open capture, its statistics and filter.
     "recvfrom", "recvmsg", "recvmmsg", "getsockopt", "setsockopt", "getsockname", "getpeername",
     // Questions about ourselves.
     "getpid", "gettid", "getppid", "getpgrp", "getpgid", "getsid", "getuid", "geteuid", "getgid", "getegid",
     "getresuid", "getresgid", "getgroups", "capget", "getrusage", "getrlimit", "times", "sysinfo", "uname", "getcpu",
     "getrandom"});

/// Answering on a listening socket. (What stays in any case: write() on the capture's own socket would send a packet.)
constexpr std::array kListening = std::to_array<Name>({"accept", "accept4", "sendto", "sendmsg", "shutdown"});

/// No library falls back on these, no error path of ours comes here.
constexpr std::array kDeadly =
    std::to_array<Name>({// Other programs and processes.
                         "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev",
                         // The kernel.
                         "bpf", "perf_event_open", "userfaultfd", "init_module", "finit_module", "delete_module",
                         "kexec_load", "kexec_file_load", "reboot", "swapon", "keyctl", "add_key", "request_key",
                         // Another view of the system.
                         "mount", "umount2", "pivot_root", "chroot", "setns", "unshare", "open_by_handle_at"});

/// Reading and setting a terminal's modes and size, libpcap's questions about its interface. Not TIOCSTI, which types
/// into the terminal of whoever started us.
constexpr std::array<unsigned long, 18> kControls{
    TCGETS, TCSETS,   TCSETSW, TCSETSF, TIOCGWINSZ, TIOCGPGRP,    TIOCSPGRP,    TCFLSH,     TCSBRK,
    TCXONC, FIONREAD, FIONBIO, FIOCLEX, TIOCOUTQ,   SIOCGIFFLAGS, SIOCGIFINDEX, SIOCGIFMTU, SIOCGIFNAME,
};

constexpr std::uint64_t kNewNamespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
constexpr std::uint64_t kSocketType = 0xf;   // beside it are SOCK_CLOEXEC and SOCK_NONBLOCK
constexpr std::uint64_t kWord = 0xffffffff;  // the kernel looks at the low half of an int argument

scmp_arg_cmp equal(unsigned argument, std::uint64_t value) {
    return {argument, SCMP_CMP_MASKED_EQ, kWord, value & kWord};
}
scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
    return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

class Filter {
  public:
    explicit Filter(std::uint32_t otherwise) : context_{::seccomp_init(otherwise)} {
        if (context_ == nullptr) error_ = ENOMEM;
    }

    void add(std::uint32_t action, std::span<const Name> names) {
        for (Name name : names) add(action, name, {});
    }

    /// All conditions must hold. The first error sticks.
    void add(std::uint32_t action, Name name, std::initializer_list<scmp_arg_cmp> conditions) {
        if (error_ != 0) return;
        const int number = ::seccomp_syscall_resolve_name(name);
        if (number == __NR_SCMP_ERROR) return;  // a libseccomp older than the call
        error_ = -::seccomp_rule_add_array(context_.get(), action, number, static_cast<unsigned>(conditions.size()),
                                           conditions.begin());
    }

    int load() {
        if (error_ == 0) error_ = -::seccomp_load(context_.get());
        return error_;
    }

  private:
    struct Release {
        void operator()(void* context) const { ::seccomp_release(context); }
    };
    std::unique_ptr<void, Release> context_;
    int error_ = 0;
};

void add_conditional(Filter& filter) {
    const auto self = static_cast<std::uint64_t>(::getpid());
    // Memory is never executable: what a stranger's bytes write stays data.
    filter.add(SCMP_ACT_ALLOW, "mmap", {masked(2, PROT_EXEC, 0)});
    filter.add(SCMP_ACT_ALLOW, "mprotect", {masked(2, PROT_EXEC, 0)});
    // Threads, no processes, no namespaces. clone3 hides its flags in memory: glibc falls back when it is not there.
    filter.add(SCMP_ACT_ALLOW, "clone", {masked(0, CLONE_THREAD | kNewNamespaces, CLONE_THREAD)});
    filter.add(SCMP_ACT_ERRNO(ENOSYS), "clone3", {});
    // Signals to ourselves: abort, and ncurses' stop.
    filter.add(SCMP_ACT_ALLOW, "kill", {equal(0, self)});
    filter.add(SCMP_ACT_ALLOW, "tgkill", {equal(0, self)});
    filter.add(SCMP_ACT_ALLOW, "prlimit64", {masked(2, ~std::uint64_t{0}, 0)});  // asking only
    filter.add(SCMP_ACT_ALLOW, "prctl", {equal(0, PR_SET_NAME)});
    // What if_nametoindex() asks through: is the interface still there? It can be connected to nothing.
    filter.add(SCMP_ACT_ALLOW, "socket", {equal(0, AF_UNIX), masked(1, kSocketType, SOCK_DGRAM)});
    for (const unsigned long control : kControls) filter.add(SCMP_ACT_ALLOW, "ioctl", {equal(1, control)});
}

bool kernel_has_filters() {
    // With a null filter a kernel that has them says EFAULT.
    return ::prctl(PR_SET_SECCOMP, 2, nullptr, 0, 0) == -1 && errno == EFAULT;
}

}  // namespace

Step confine_system_calls(bool listens) {
    if (!kernel_has_filters()) return {{}, "seccomp: not in this kernel"};
    Filter filter{SCMP_ACT_ERRNO(EPERM)};
    filter.add(SCMP_ACT_ALLOW, kAllowed);
    if (listens) filter.add(SCMP_ACT_ALLOW, kListening);
    filter.add(SCMP_ACT_KILL_PROCESS, kDeadly);
    add_conditional(filter);
    if (const int error = filter.load(); error != 0)
        return {"seccomp: cannot load the filter: " + std::generic_category().message(error) +
                    "; --no-sandbox goes on without it",
                {}};
    return {{}, listens ? "seccomp: on, may answer on a listening socket" : "seccomp: on"};
}

}  // namespace tlsscope::privileges
