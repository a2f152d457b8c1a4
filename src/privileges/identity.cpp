#include "privileges/identity.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <system_error>

namespace tlsscope::privileges {

namespace {

constexpr const char* kNobody = "nobody";

std::string reason(int error) { return std::generic_category().message(error); }

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::optional<unsigned> number(const std::string& text) {
    unsigned value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    // (uid_t)-1 means "leave as it is" to setresuid.
    if (fault != std::errc{} || end != text.data() + text.size() || value == static_cast<uid_t>(-1)) return {};
    return value;
}

std::vector<gid_t> groups_of(const std::string& name, gid_t gid) {
    std::array<gid_t, 256> found{};
    int count = static_cast<int>(found.size());
    if (::getgrouplist(name.c_str(), gid, found.data(), &count) < 0) count = static_cast<int>(found.size());
    std::vector<gid_t> groups{found.begin(), found.begin() + std::max(count, 0)};
    std::erase(groups, gid_t{0});  // root's group reads what root keeps to itself
    return groups;
}

std::optional<Identity> from_entry(const passwd* entry) {
    if (entry == nullptr) return {};
    Identity identity{entry->pw_name, entry->pw_uid, entry->pw_gid, {}};
    if (entry->pw_uid != 0) identity.groups = groups_of(identity.name, identity.gid);
    return identity;
}

std::optional<Identity> by_name(const std::string& user) {
    if (auto identity = from_entry(::getpwnam(user.c_str()))) return identity;
    const auto uid = number(user);
    return uid ? from_entry(::getpwuid(*uid)) : std::nullopt;
}

/// A number without a name is good enough where it is known who it is (a directory service may be down).
Identity by_number(uid_t uid, gid_t gid) {
    if (auto identity = from_entry(::getpwuid(uid))) {
        identity->gid = gid;
        return *identity;
    }
    return {std::to_string(uid), uid, gid, {}};
}

std::optional<Identity> default_for_root(const Caller& caller, std::string& error) {
    if (caller.real != 0) return by_number(caller.real, caller.real_gid);
    const auto uid = number(caller.sudo_uid);
    const auto gid = number(caller.sudo_gid);
    if (uid && gid && *uid != 0 && *gid != 0) return by_number(*uid, *gid);
    if (auto identity = by_name(kNobody)) return identity;
    error = "cannot give up root: there is no user 'nobody' here; name one with --user";
    return {};
}

/// Groups first: after the user ID is gone there is no right to change them.
int take_on(const Identity& identity) {
    std::vector<gid_t> current(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    if (::getgroups(static_cast<int>(current.size()), current.data()) < 0) return errno;
    const bool privileged = ::geteuid() == 0;
    if (privileged && current != identity.groups && ::setgroups(identity.groups.size(), identity.groups.data()) != 0)
        return errno;
    if (::setresgid(identity.gid, identity.gid, identity.gid) != 0) return errno;
    if (::setresuid(identity.uid, identity.uid, identity.uid) != 0) return errno;
    return 0;
}

bool is_now(const Identity& identity) {
    uid_t uid[3] = {};
    gid_t gid[3] = {};
    if (::getresuid(&uid[0], &uid[1], &uid[2]) != 0 || ::getresgid(&gid[0], &gid[1], &gid[2]) != 0) return false;
    return std::ranges::all_of(uid, [&](uid_t u) { return u == identity.uid; }) &&
           std::ranges::all_of(gid, [&](gid_t g) { return g == identity.gid; });
}

}  // namespace

Caller Caller::current() { return {::getuid(), ::geteuid(), ::getgid(), variable("SUDO_UID"), variable("SUDO_GID")}; }

std::optional<Identity> choose_identity(const std::string& user, const Caller& caller, std::string& error) {
    const bool root = caller.effective == 0;
    if (user.empty()) {
        if (root) return default_for_root(caller, error);
        Identity same = by_number(caller.real, caller.real_gid);
        same.groups.clear();  // kept as they are
        return same;
    }
    auto identity = by_name(user);
    if (!identity) {
        error = "--user " + user + ": there is no such user (getent passwd lists them)";
        return {};
    }
    if (root || identity->uid == caller.real) return identity;
    error = "--user " + user + ": only root can become another user; leave --user out, or run it with sudo";
    return {};
}

std::string become(const Identity& identity) {
    if (const int error = take_on(identity); error != 0)
        return "cannot become user " + identity.name + ": " + reason(error) +
               "; a container needs the capabilities SETUID and SETGID for it, or stay with --user root";
    if (!is_now(identity)) return "cannot become user " + identity.name + ": the kernel kept some of the old IDs";
    // Saved IDs and capabilities are gone together; this is the proof, not a means.
    if (identity.uid != 0 && ::seteuid(0) == 0)
        return "cannot give up root: there is a way back from user " + identity.name + " (securebits?)";
    return {};
}

}  // namespace tlsscope::privileges
