// Whom to run as after the drop.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace tlsscope::privileges {

struct Identity {
    std::string name;  ///< for messages; the number where there is no name
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;  ///< supplementary
};

/// Who runs this, and by what means; from the process and its environment.
struct Caller {
    uid_t real = 0;
    uid_t effective = 0;
    gid_t real_gid = 0;
    std::string sudo_uid;  ///< SUDO_UID, SUDO_GID: empty when not under sudo
    std::string sudo_gid;

    static Caller current();
};

/// `user` if given. Otherwise, for root: the real user of a set-user-ID program, the user who called sudo, or `nobody`
/// (never root: that takes an explicit --user root). Who is not root stays who they are. Nothing, and one line in
/// `error`, when there is no such user or no right to become it.
std::optional<Identity> choose_identity(const std::string& user, const Caller& caller, std::string& error);

/// Takes on all three user and group IDs and the groups; makes sure there is no way back. An error, or empty.
std::string become(const Identity& identity);

}  // namespace tlsscope::privileges
