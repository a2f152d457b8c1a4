#include "privileges/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>

#include "privileges/places.h"

namespace tlsscope::privileges {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Caller kRoot{};

std::optional<Identity> choose(const std::string& user, const Caller& caller) {
    std::string error;
    return choose_identity(user, caller, error);
}

std::string refusal(const std::string& user, const Caller& caller) {
    std::string error;
    EXPECT_FALSE(choose_identity(user, caller, error));
    return error;
}

uid_t uid_of(const char* name) {
    const passwd* entry = ::getpwnam(name);
    return entry == nullptr ? 0 : entry->pw_uid;
}

TEST(Identity, root_becomes_nobody_without_groups_of_root) {
    const auto identity = choose("", kRoot);
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->name, "nobody");
    EXPECT_EQ(identity->uid, uid_of("nobody"));
    EXPECT_NE(identity->gid, 0U);
    EXPECT_THAT(identity->groups, ::testing::Not(::testing::Contains(0U)));
}

TEST(Identity, under_sudo_it_is_who_called_it) {
    const auto identity = choose("", {0, 0, 0, "4242", "4343"});
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->uid, 4242U);
    EXPECT_EQ(identity->gid, 4343U);
    EXPECT_EQ(identity->name, "4242") << "no such entry: the number will do";
}

TEST(Identity, sudo_by_root_or_with_nonsense_is_nobody) {
    for (const Caller& caller : {Caller{0, 0, 0, "0", "0"}, Caller{0, 0, 0, "1000", "0"}, Caller{0, 0, 0, "1000", ""},
                                 Caller{0, 0, 0, "-1", "1"}, Caller{0, 0, 0, "4294967295", "4294967295"},
                                 Caller{0, 0, 0, "1000x", "1000"}, Caller{0, 0, 0, "99999999999", "1"}}) {
        const auto identity = choose("", caller);
        ASSERT_TRUE(identity);
        EXPECT_EQ(identity->name, "nobody") << caller.sudo_uid;
    }
}

TEST(Identity, a_set_user_id_program_becomes_who_started_it) {
    const auto identity = choose("", {4242, 0, 4343, "1", "1"});
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->uid, 4242U);
    EXPECT_EQ(identity->gid, 4343U);
}

TEST(Identity, a_name_or_a_number_of_a_user) {
    ASSERT_NE(uid_of("daemon"), 0U);
    const auto named = choose("daemon", kRoot);
    const auto numbered = choose(std::to_string(uid_of("daemon")), kRoot);
    ASSERT_TRUE(named && numbered);
    EXPECT_EQ(named->uid, uid_of("daemon"));
    EXPECT_EQ(numbered->name, "daemon");
}

TEST(Identity, root_only_when_it_is_asked_for) { EXPECT_EQ(choose("root", kRoot)->uid, 0U); }

TEST(Identity, unknown_users_are_refused_with_the_cure) {
    for (const char* user : {"no-such-user", "4242424", "-1", "0x1"})
        EXPECT_THAT(refusal(user, kRoot), HasSubstr("getent passwd")) << user;
}

TEST(Identity, who_is_not_root_stays) {
    const Caller caller{4242, 4242, 4343, "", ""};
    EXPECT_EQ(choose("", caller)->uid, 4242U);
    EXPECT_THAT(refusal("daemon", caller), HasSubstr("sudo"));
}

TEST(Places, folders_of_outputs_once_each) {
    const Places places = places_of({"-", "", "/tmp/a.csv", "/tmp/b.json", "c.html", "/tmp/%H.pcapng", "/tmp"});
    EXPECT_THAT(places.folders, ElementsAre("/tmp", "."));
    EXPECT_THAT(places.devices, IsEmpty());
}

TEST(Places, devices_are_written_to_directly) {
    const Places places = places_of({"/dev/full"});
    EXPECT_THAT(places.folders, IsEmpty());
    EXPECT_THAT(places.devices, ElementsAre("/dev/full"));
}

}  // namespace
}  // namespace tlsscope::privileges
