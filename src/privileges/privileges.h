// Giving up the rights a live capture started with, and shutting the door behind.
#pragma once

#include <string>
#include <vector>

namespace tlsscope::privileges {

/// What the program still has to do after the drop; everything else is taken away.
struct Plan {
    std::string user;                   ///< --user: a name or number; empty: see choose_identity()
    bool sandbox = true;                ///< false: --no-sandbox, neither Landlock nor seccomp
    bool listens = false;               ///< answers on a socket that was opened before (--metrics ADDR)
    std::vector<std::string> outputs;   ///< paths as given: their folders stay writable; "-" and "" name none
    std::vector<std::string> readable;  ///< files and folders to read besides what the libraries need
};

/// What became of it.
struct Dropped {
    std::string error;                ///< one line with the cure; empty: done. When set, the program must end.
    std::vector<std::string> states;  ///< one line for each step, in order, for -v: "seccomp: on"

    bool ok() const { return error.empty(); }
};

/// Gives up, for good: user and groups, all capabilities (permitted, effective, inheritable, ambient, bounding),
/// gaining rights by execve (no_new_privs), being traced or dumped; then, where the kernel has them, confines the
/// process by Landlock and seccomp. Fails closed: after an error the process may be half way and must end.
///
/// Call it once, with the capture and any listening socket open, before the first thread is started (capabilities,
/// Landlock and seccomp belong to a thread), and before the outputs are opened: what can be created then can be
/// rotated later, and the files belong to the user.
Dropped drop(const Plan& plan);

/// One line with the cure, for when capturing on `interface` was refused (PCAP_ERROR_PERM_DENIED,
/// PCAP_ERROR_PROMISC_PERM_DENIED).
std::string missing_right(const std::string& interface);

}  // namespace tlsscope::privileges
