// What is left after the drop, and what is not: asked of a child process, as root. Skips where this is not root.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>
#include <thread>

#include "support/dropped_child.h"

namespace tlsscope::privileges {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using tlsscope::testing::Child;
using tlsscope::testing::Finished;
using tlsscope::testing::Folder;
using tlsscope::testing::run;

constexpr uid_t kNobody = 65534;
constexpr const char* kNoCapability = "0000000000000000";

/// Calls that should have been refused and were not, or for another reason. Chained, so that errno is the call's own.
struct Complaints {
    std::string text;

    Complaints& refused(const char* what, long result, int wanted) {
        if (result == -1 && errno == wanted) return *this;
        text += std::string{what} + ": " + (result == -1 ? "errno " + std::to_string(errno) : "it worked") + "\n";
        return *this;
    }
};

int executable_page() {
    const void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED ? -1 : 0;
}

class Drop : public ::testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root";
        Child probe;
        const Finished done = run(probe);
        ASSERT_EQ(done.dropped.error, "");
        landlock_ = contains(done, "Landlock: on");
        seccomp_ = contains(done, "seccomp: on");
    }

    static bool contains(const Finished& done, const char* begin) {
        for (const std::string& state : done.dropped.states)
            if (state.starts_with(begin)) return true;
        return false;
    }

    /// The child's complaints, line by line; empty when everything was as it should be.
    static void expect_fine(const Child& child) {
        const Finished done = run(child);
        EXPECT_EQ(done.dropped.error, "");
        EXPECT_EQ(done.text, "");
        EXPECT_EQ(done.exit_status, 0) << "signal " << done.signal;
    }

    void expect_killed(const std::function<void()>& call) const {
        if (!seccomp_) GTEST_SKIP() << "no seccomp filters in this kernel";
        Child child;
        child.after = [&] {
            call();
            return std::string{"survived"};
        };
        const Finished done = run(child);
        EXPECT_EQ(done.text, "");
        EXPECT_EQ(done.signal, SIGSYS);
    }

    bool landlock_ = false;
    bool seccomp_ = false;
};

TEST_F(Drop, nothing_of_root_is_left) {
    const Finished done = run({});
    EXPECT_EQ(done.status.at("Uid"), "65534\t65534\t65534\t65534");
    EXPECT_EQ(done.status.at("Gid"), "65534\t65534\t65534\t65534");
    EXPECT_THAT(done.status.at("Groups"), Not(StartsWith("0")));
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
        EXPECT_EQ(done.status.at(set), kNoCapability) << set;
    EXPECT_EQ(done.status.at("NoNewPrivs"), "1");
    EXPECT_EQ(done.status.at("Seccomp"), seccomp_ ? "2" : "0");
    EXPECT_THAT(done.dropped.states, Contains(StartsWith("user: nobody (65534:65534)")));
    EXPECT_THAT(done.dropped.states, Contains("capabilities: none"));
    EXPECT_THAT(done.dropped.states, Contains(StartsWith("Landlock: ")));
    EXPECT_THAT(done.dropped.states, Contains(StartsWith("seccomp: ")));
}

TEST_F(Drop, without_the_sandbox_the_rights_go_all_the_same) {
    Child child;
    child.plan.sandbox = false;
    const Finished done = run(child);
    EXPECT_EQ(done.dropped.error, "");
    EXPECT_EQ(done.status.at("Uid"), "65534\t65534\t65534\t65534");
    EXPECT_EQ(done.status.at("CapEff"), kNoCapability);
    EXPECT_EQ(done.status.at("NoNewPrivs"), "1");
    EXPECT_EQ(done.status.at("Seccomp"), "0");
    EXPECT_THAT(done.dropped.states, Contains("seccomp: off (--no-sandbox)"));
    EXPECT_THAT(done.dropped.states, Contains("Landlock: off (--no-sandbox)"));
}

TEST_F(Drop, root_by_name_keeps_the_number_and_nothing_else) {
    Child child;
    child.plan.user = "root";
    const Finished done = run(child);
    EXPECT_EQ(done.dropped.error, "");
    EXPECT_EQ(done.status.at("Uid"), "0\t0\t0\t0");
    for (const char* set : {"CapPrm", "CapEff", "CapBnd"}) EXPECT_EQ(done.status.at(set), kNoCapability) << set;
}

TEST_F(Drop, there_is_no_way_back) {
    Child child;
    child.plan.sandbox = false;  // so that the kernel's own refusal is seen
    child.after = [] {
        return Complaints{}
            .refused("setuid", ::setuid(0), EPERM)
            .refused("setgid", ::setgid(0), EPERM)
            .refused("setgroups", ::syscall(SYS_setgroups, 0, nullptr), EPERM)
            .refused("packet socket", ::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), EPERM)
            .refused("/etc/shadow", ::open("/etc/shadow", O_RDONLY), EACCES)
            .text;
    };
    expect_fine(child);
}

TEST_F(Drop, system_calls_outside_the_list_are_refused) {
    if (!seccomp_) GTEST_SKIP() << "no seccomp filters in this kernel";
    Child child;
    child.after = [] {
        void* data = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return Complaints{}
            .refused("AF_PACKET", ::socket(AF_PACKET, SOCK_RAW, 0), EPERM)
            .refused("AF_INET", ::socket(AF_INET, SOCK_STREAM, 0), EPERM)
            .refused("AF_UNIX stream", ::socket(AF_UNIX, SOCK_STREAM, 0), EPERM)
            .refused("fork", ::fork(), EPERM)
            .refused("signal the group", ::kill(0, 0), EPERM)
            .refused("type into the terminal", ::ioctl(0, TIOCSTI, "x"), EPERM)
            .refused("send", ::send(0, "x", 1, 0), EPERM)
            .refused("mkdir", ::mkdir("/tmp/never", 0700), EPERM)
            .refused("mmap executable", executable_page(), EPERM)
            .refused("mprotect executable", ::mprotect(data, 4096, PROT_EXEC), EPERM)
            .text;
    };
    expect_fine(child);
}

TEST_F(Drop, what_only_an_intruder_calls_ends_the_process) {
    expect_killed([] {
        const char* const words[] = {"/bin/true", nullptr};
        (void)::execv(words[0], const_cast<char* const*>(words));
    });
    expect_killed([] { (void)::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr); });
    expect_killed([] { (void)::unshare(CLONE_NEWUSER); });
}

TEST_F(Drop, only_the_folders_of_the_outputs_can_be_written_to) {
    if (!landlock_) GTEST_SKIP() << "no Landlock in this kernel";
    const Folder allowed{kNobody};
    const Folder other{kNobody};
    std::ofstream{other.path("file")} << "text";
    ASSERT_EQ(::chmod(other.path("file").c_str(), 0666), 0);
    Child child;
    child.plan.outputs = {allowed.path("a.csv")};
    child.after = [&] {
        const int in = ::open(allowed.path("new").c_str(), O_WRONLY | O_CREAT | O_EXCL, 0644);
        Complaints complaints{in >= 0 ? "" : "cannot create in the allowed folder\n"};
        return complaints.refused("create", ::open(other.path("x").c_str(), O_WRONLY | O_CREAT, 0644), EACCES)
            .refused("write", ::open(other.path("file").c_str(), O_WRONLY), EACCES)
            .refused("read", ::open(other.path("file").c_str(), O_RDONLY), EACCES)
            .refused("remove", ::unlink(other.path("file").c_str()), EACCES)
            .refused("list", ::open("/etc", O_RDONLY | O_DIRECTORY), EACCES)
            .refused("/etc/passwd", ::open("/etc/passwd", O_RDONLY), EACCES)
            .refused("/etc/shadow", ::open("/etc/shadow", O_RDONLY), EACCES)
            .text;
    };
    expect_fine(child);
}

/// As a kernel without Landlock, or a container that forbids it, would answer.
std::function<void()> landlock_answers(int error) {
    return [error] {
        void* const filter = ::seccomp_init(SCMP_ACT_ALLOW);
        ::seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0);
        const int call = ::seccomp_syscall_resolve_name("landlock_create_ruleset");
        ::seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)), call, 0, nullptr);
        if (::seccomp_load(filter) != 0) _exit(96);
    };
}

TEST_F(Drop, a_kernel_without_landlock_is_no_error_and_is_said) {
    if (!seccomp_) GTEST_SKIP() << "no seccomp filters in this kernel";
    Child child;
    child.before = landlock_answers(ENOSYS);
    child.after = [] { return Complaints{}.refused("AF_INET", ::socket(AF_INET, SOCK_STREAM, 0), EPERM).text; };
    Finished done = run(child);
    EXPECT_EQ(done.dropped.error, "");
    EXPECT_EQ(done.text, "");
    EXPECT_THAT(done.dropped.states, Contains("Landlock: not in this kernel"));
    EXPECT_THAT(done.dropped.states, Contains("seccomp: on")) << "the other one is there all the same";
    child.before = landlock_answers(EOPNOTSUPP);
    EXPECT_THAT(run(child).dropped.states, Contains(StartsWith("Landlock: switched off")));
}

TEST_F(Drop, a_sandbox_that_is_refused_stops_it_and_names_the_way_on) {
    if (!seccomp_) GTEST_SKIP() << "no seccomp filters in this kernel";
    Child child;
    child.before = landlock_answers(EPERM);
    EXPECT_THAT(run(child).dropped.error, HasSubstr("--no-sandbox"));
    child.plan.sandbox = false;
    EXPECT_EQ(run(child).dropped.error, "");
}

TEST_F(Drop, a_folder_of_somebody_else_is_said_at_the_start) {
    const Folder folder{0};
    Child child;
    child.plan.outputs = {folder.path("out.csv")};
    const Finished done = run(child);
    EXPECT_THAT(done.dropped.error, HasSubstr("user nobody cannot create files in " + folder.path()));
    EXPECT_THAT(done.dropped.error, HasSubstr("--user"));
    child.plan.outputs = {folder.path("none/out.csv")};
    EXPECT_THAT(run(child).dropped.error, HasSubstr("none"));
}

TEST_F(Drop, it_is_refused_when_a_thread_would_keep_its_rights) {
    Child child;
    child.before = [] { std::thread{[] { ::pause(); }}.detach(); };
    const Finished done = run(child);
    EXPECT_THAT(done.dropped.error, HasSubstr("before a thread"));
}

TEST_F(Drop, an_unknown_user_stops_it_before_anything_is_given_up) {
    Child child;
    child.plan.user = "no-such-user";
    const Finished done = run(child);
    EXPECT_THAT(done.dropped.error, HasSubstr("no-such-user"));
    EXPECT_EQ(done.status.at("Uid"), "0\t0\t0\t0");
}

TEST_F(Drop, the_missing_right_names_its_cure) {
    EXPECT_THAT(missing_right("eth0"), HasSubstr("--cap-add NET_RAW")) << "root in a container";
    Child child;
    child.after = [] { return missing_right("eth0"); };
    const Finished done = run(child);
    EXPECT_THAT(done.text, HasSubstr("eth0"));
    EXPECT_THAT(done.text, HasSubstr("sudo setcap cap_net_raw+ep /"));
    EXPECT_THAT(done.text, Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace tlsscope::privileges
