#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "privileges/capabilities.h"
#include "privileges/identity.h"
#include "privileges/landlock.h"
#include "privileges/places.h"
#include "privileges/privileges.h"
#include "privileges/syscall_filter.h"

namespace tlsscope::privileges {

namespace {

/// Capabilities, Landlock and seccomp hold for the thread that asks: another one would keep its rights.
bool has_threads() {
    std::error_code fault;
    int count = 0;
    for (auto entry = std::filesystem::directory_iterator{"/proc/self/task", fault};
         !fault && entry != std::filesystem::directory_iterator{}; entry.increment(fault))
        ++count;
    return count > 1;
}

/// Neither a core file nor a debugger sees the packets, and no program started from here could regain a right.
std::string close_doors() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return "cannot set no_new_privs: " + std::generic_category().message(errno) + " (Linux 3.5 or later has it)";
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return "cannot make the process undumpable: " + std::generic_category().message(errno);
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0)
        return "cannot forbid core files: " + std::generic_category().message(errno);
    return {};
}

std::string user_state(const Identity& identity) {
    return "user: " + identity.name + " (" + std::to_string(identity.uid) + ":" + std::to_string(identity.gid) + ")";
}

/// The steps in their only order: each needs a right that a later one takes away.
class Descent {
  public:
    explicit Descent(const Plan& plan) : plan_{plan}, places_{places_of(plan.outputs)} {}

    Dropped go() {
        ::tzset();  // reads the time zone now: names of rotated files come from local time
        if (has_threads()) return fail("rights must be given up before a thread is started (a fault of tlsscope)");
        std::string error;
        const auto identity = choose_identity(plan_.user, Caller::current(), error);
        if (!identity) return fail(error);
        if (!holds(clear_bounding_set()) || !holds(become(*identity)) || !holds(clear_capabilities())) return done_;
        said(user_state(*identity));
        said(capability_state());
        if (!holds(close_doors())) return done_;
        said("no_new_privs: on, dumpable: off");
        if (!holds(check_writable(places_, identity->name))) return done_;
        confine();
        return done_;
    }

  private:
    void confine() {
        if (!plan_.sandbox) {
            said("Landlock: off (--no-sandbox)");
            said("seccomp: off (--no-sandbox)");
            return;
        }
        // seccomp last: its list has none of the calls made up to here.
        if (take(confine_files(places_, plan_.readable))) take(confine_system_calls(plan_.listens));
    }

    bool take(Step step) {
        if (step.error.empty()) said(std::move(step.state));
        return holds(std::move(step.error));
    }

    bool holds(std::string error) {
        done_.error = std::move(error);
        return done_.ok();
    }

    Dropped fail(std::string error) {
        done_.error = std::move(error);
        return done_;
    }

    void said(std::string state) { done_.states.push_back(std::move(state)); }

    const Plan& plan_;
    Places places_;
    Dropped done_;
};

/// As a shell would have to see it.
std::string quoted(const std::string& path) {
    constexpr const char* kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+";
    if (path.find_first_not_of(kPlain) == std::string::npos) return path;
    std::string out = "'";
    for (const char c : path) out += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return out + "'";
}

}  // namespace

Dropped drop(const Plan& plan) { return Descent{plan}.go(); }

std::string missing_right(const std::string& interface) {
    const std::string what = "no right to capture on " + interface + " (CAP_NET_RAW)";
    if (::geteuid() == 0)
        return what + " although this is root: a container has to be given it (docker run --cap-add NET_RAW)";
    std::error_code fault;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", fault).string();
    return what + ": run it with sudo, or give it to the program once: sudo setcap cap_net_raw+ep " +
           (fault ? std::string{"/path/to/tlsscope"} : quoted(program));
}

}  // namespace tlsscope::privileges
