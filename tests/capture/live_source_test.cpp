// Frames from an interface, byte for byte, and what is said when it goes down, comes back or goes away. In a network
// namespace of its own, so that nobody else sends: needs root.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "capture/live_source.h"
#include "capture_testing.h"

namespace tlsscope::capture {
namespace {

using namespace support;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint16_t kOurs = 0x88b5;  // Ethernet types for local experiments: nobody else's frames have them
constexpr std::uint16_t kOthers = 0x88b6;
constexpr const char* kOnlyOurs = "ether proto 0x88b5";

bool ip(const std::string& words) { return std::system(("ip " + words).c_str()) == 0; }

std::vector<std::uint8_t> frame_saying(std::string_view text, std::uint16_t ethertype = kOurs) {
    std::vector<std::uint8_t> out(12, 0xff);
    out.push_back(static_cast<std::uint8_t>(ethertype >> 8));
    out.push_back(static_cast<std::uint8_t>(ethertype & 0xff));
    out.insert(out.end(), text.begin(), text.end());
    out.resize(std::max<std::size_t>(out.size(), 60));
    return out;
}

/// Two interfaces that are the ends of one cable, `here` and `there`, in a namespace that ends with the test.
class Live : public testing::Test {
  protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "needs root, for a network of its own";
        home_ = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        // /sys tells of the network in which it was mounted.
        if (home_ < 0 || ::unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 ||
            ::mount("none", "/", "none", MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("sysfs", "/sys", "sysfs", 0, nullptr) != 0)
            GTEST_SKIP() << "no namespaces here";
        mounted_ = true;
        if (!lay_cable()) GTEST_SKIP() << "no virtual interfaces here (ip link add ... type veth)";
    }

    void TearDown() override {
        if (mounted_) ::umount2("/sys", MNT_DETACH);
        if (home_ < 0) return;
        EXPECT_EQ(::setns(home_, CLONE_NEWNET), 0);
        ::close(home_);
    }

    static bool lay_cable() {
        return ip("link add here type veth peer name there") && ip("link set here up") && ip("link set there up");
    }

    static LiveOptions here() {
        LiveOptions o;
        o.interface = "here";
        o.filter = kOnlyOurs;
        o.wait = std::chrono::milliseconds{10};
        o.missing_right = [](const std::string& interface) { return "no right to " + interface; };
        return o;
    }

    static std::unique_ptr<LiveSource> opened(const LiveOptions& options) {
        std::string error;
        auto source = open_live(options, error);
        EXPECT_NE(source, nullptr) << error;
        return source;
    }

    static std::string refused(const LiveOptions& options) {
        std::string error;
        EXPECT_EQ(open_live(options, error), nullptr);
        return error;
    }

    static void send(const std::vector<std::uint8_t>& frame) {
        const int fd = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        ASSERT_GE(fd, 0);
        sockaddr_ll to{};
        to.sll_family = AF_PACKET;
        to.sll_ifindex = static_cast<int>(::if_nametoindex("there"));
        const auto* address = static_cast<const sockaddr*>(static_cast<const void*>(&to));
        EXPECT_EQ(::sendto(fd, frame.data(), frame.size(), 0, address, sizeof to), static_cast<ssize_t>(frame.size()));
        ::close(fd);
    }

    /// Asks again and again: `done` after each batch, for at most some 10 s.
    template <class Done>
    static std::vector<OwnedFrame> frames_until(LiveSource& source, const Done& done) {
        std::vector<OwnedFrame> out;
        std::array<Frame, 4> batch;
        for (int i = 0; i < 1000; ++i) {
            const std::size_t n = source.next_batch(batch);
            for (const Frame& f : std::span{batch}.first(n)) out.push_back({f, {f.data.begin(), f.data.end()}});
            if (done(out)) return out;
        }
        ADD_FAILURE() << "it did not come to that";
        return out;
    }

    static std::vector<OwnedFrame> frames(LiveSource& source, std::size_t n) {
        return frames_until(source, [n](const auto& got) { return got.size() >= n; });
    }

    static std::vector<std::string> reasons(const LiveSource& source) {
        std::vector<std::string> out;
        for (const Problem& p : source.problems()) out.push_back(p.reason);
        return out;
    }

  private:
    int home_ = -1;
    bool mounted_ = false;
};

TEST_F(Live, FramesComeAsTheyWereSentAndAreCounted) {
    const auto source = opened(here());
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(source->link_type(), 1);
    for (const char* text : {"one", "two", "three", "four", "five"}) send(frame_saying(text));
    const auto got = frames(*source, 5);
    ASSERT_EQ(got.size(), 5U);
    EXPECT_EQ(got[0].data, frame_saying("one"));
    EXPECT_EQ(got[4].data, frame_saying("five"));
    EXPECT_EQ(got[4].frame.number, 5U);
    EXPECT_EQ(got[4].frame.wire_length, 60U);
    EXPECT_LE(got[0].frame.time, got[4].frame.time);
    EXPECT_EQ(source->bytes_read(), 5U * 60U);
    const Drops drops = source->drops();
    EXPECT_EQ(drops.received, 5U);
    EXPECT_EQ(drops.kernel + drops.interface, 0U);
    EXPECT_FALSE(source->ended());
    EXPECT_THAT(reasons(*source), ElementsAre());
}

TEST_F(Live, WhatTheFilterLeavesOutIsNeitherDeliveredNorCounted) {
    const auto source = opened(here());
    ASSERT_NE(source, nullptr);
    send(frame_saying("not this one", kOthers));
    send(frame_saying("this one"));
    EXPECT_EQ(frames(*source, 1).front().data, frame_saying("this one"));
    EXPECT_EQ(source->drops().received, 1U);
}

TEST_F(Live, ASnapLengthCutsButTheLengthOnTheWireIsKept) {
    LiveOptions options = here();
    options.snaplen = 64;
    const auto source = opened(options);
    ASSERT_NE(source, nullptr);
    send(frame_saying(std::string(500, 'x')));
    const auto got = frames(*source, 1);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].data.size(), 64U);
    EXPECT_EQ(got[0].frame.wire_length, 514U);
}

TEST_F(Live, HeldBytesStayWhileOthersCome) {
    const auto source = opened(here());
    ASSERT_NE(source, nullptr);
    send(frame_saying("first"));
    Frame first;
    for (int i = 0; i < 1000 && !source->next(first); ++i) {
    }
    const auto held = source->hold();
    send(frame_saying("second"));
    EXPECT_EQ(frames(*source, 1).front().data, frame_saying("second"));
    EXPECT_TRUE(std::ranges::equal(first.data, frame_saying("first")));
}

TEST_F(Live, AllInterfacesAtOnceAreCookedFrames) {
    LiveOptions options = here();
    options.interface = "any";
    const auto source = opened(options);
    ASSERT_NE(source, nullptr);
    EXPECT_TRUE(source->link_type() == 113 || source->link_type() == 276) << source->link_type();
    send(frame_saying("seen twice"));  // as it leaves there, and as it arrives here
    EXPECT_EQ(frames(*source, 2).size(), 2U);
}

TEST_F(Live, WhatCannotBeOpenedIsSaidWithTheCure) {
    LiveOptions options = here();
    options.interface = "nowhere";
    EXPECT_EQ(refused(options), "there is no interface 'nowhere': tlsscope -D lists them");
    ASSERT_TRUE(ip("link set here down"));
    EXPECT_EQ(refused(here()), "interface here is down: sudo ip link set here up");
    ASSERT_TRUE(ip("link set here up"));
    options = here();
    options.filter = "port nonsense";
    EXPECT_THAT(refused(options), HasSubstr("the filter 'port nonsense' does not work here: "));
    options = here();
    options.supported_link_type = [](std::uint16_t type) { return type != 1; };
    EXPECT_THAT(refused(options), HasSubstr("which cannot be decoded"));
    options.interface = std::string(100, 'x');
    EXPECT_THAT(refused(options), HasSubstr(std::string(100, 'x')));
}

TEST_F(Live, WithoutTheRightTheCallerSaysWhatWouldHelp) {
    ASSERT_EQ(::seteuid(65534), 0);
    const std::string said = refused(here());
    ASSERT_EQ(::seteuid(0), 0);
    EXPECT_EQ(said, "no right to here");
}

TEST_F(Live, AnInterfaceThatGoesDownIsWaitedFor) {
    const auto source = opened(here());
    ASSERT_NE(source, nullptr);
    send(frame_saying("before"));
    frames(*source, 1);
    ASSERT_TRUE(ip("link set here down"));
    frames_until(*source, [&](const auto&) { return source->waiting(); });
    ASSERT_TRUE(ip("link set here up"));
    const auto after = frames_until(*source, [&](const auto& got) {
        if (got.empty()) send(frame_saying("after"));
        return !got.empty();
    });
    ASSERT_FALSE(after.empty());
    EXPECT_EQ(after[0].data, frame_saying("after"));
    EXPECT_FALSE(source->waiting());
    EXPECT_FALSE(source->ended());
    EXPECT_THAT(reasons(*source), ElementsAre(HasSubstr("the interface is down"), "the interface is up again"));
}

TEST_F(Live, ADeletedInterfaceIsTheEndAndItsCountsAreKept) {
    const auto source = opened(here());
    ASSERT_NE(source, nullptr);
    send(frame_saying("the last"));
    frames(*source, 1);
    EXPECT_EQ(source->drops().received, 1U);
    ASSERT_TRUE(ip("link delete here"));
    frames_until(*source, [&](const auto&) { return source->ended(); });
    EXPECT_FALSE(source->waiting());
    EXPECT_EQ(source->drops().received, 1U);
    EXPECT_THAT(reasons(*source), ElementsAre(HasSubstr("the interface is gone")));
    std::array<Frame, 4> batch;
    EXPECT_EQ(source->next_batch(batch), 0U);
}

TEST_F(Live, AnInterfaceMadeAnewIsOpenedAgain) {
    const auto source = opened(here());
    ASSERT_NE(source, nullptr);
    send(frame_saying("before"));
    frames(*source, 1);
    ASSERT_TRUE(ip("link delete here") && lay_cable());
    const auto after = frames_until(*source, [&](const auto& got) {
        if (got.empty()) send(frame_saying("after"));
        return !got.empty();
    });
    ASSERT_FALSE(after.empty());
    EXPECT_EQ(after[0].data, frame_saying("after"));
    EXPECT_EQ(after[0].frame.number, 2U);
    EXPECT_GE(source->drops().received, 2U) << "of both, added up";
    EXPECT_THAT(reasons(*source), ElementsAre(HasSubstr("waiting for it")));
}

TEST_F(Live, AnInterfaceThatWasWaitedForAndIsDeletedIsTheEnd) {
    const auto source = opened(here());
    ASSERT_NE(source, nullptr);
    ASSERT_TRUE(ip("link delete here") && lay_cable());
    frames_until(*source, [&](const auto&) { return source->waiting(); });
    ASSERT_TRUE(ip("link delete here"));
    frames_until(*source, [&](const auto&) { return source->ended(); });
    EXPECT_FALSE(source->waiting());
    EXPECT_THAT(reasons(*source), ElementsAre(HasSubstr("waiting for it"), HasSubstr("the interface is gone")));
}

TEST_F(Live, InterfacesAreListedWithTheirAddresses) {
    ASSERT_TRUE(ip("address add 192.0.2.7/24 dev here") && ip("address add 2001:db8::7/64 dev here nodad"));
    std::string error;
    const std::vector<Interface> all = list_interfaces(error);
    EXPECT_EQ(error, "");
    const auto one = std::ranges::find(all, "here", &Interface::name);
    ASSERT_NE(one, all.end());
    EXPECT_TRUE(one->up);
    EXPECT_FALSE(one->loopback);
    EXPECT_THAT(one->addresses, testing::IsSupersetOf({"192.0.2.7", "2001:db8::7"}));
    const auto loopback = std::ranges::find(all, "lo", &Interface::name);
    ASSERT_NE(loopback, all.end());
    EXPECT_TRUE(loopback->loopback);
    EXPECT_FALSE(loopback->up);
}

}  // namespace
}  // namespace tlsscope::capture
