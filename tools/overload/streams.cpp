// Too many segments, and in the wrong order.
#include <algorithm>
#include <deque>
#include <vector>

#include "overload/needles.h"
#include "overload/scenarios.h"

namespace overload {

namespace {

constexpr std::size_t kSegment = 1448;

}  // namespace

/// Of each connection the first byte comes last, 256 KiB wait for it, and all connections wait at the same time.
void out_of_order(Traffic& traffic, std::uint64_t amount) {
    constexpr std::uint32_t kBytes = 256 * 1024;
    Dice dice{5};
    const Octets body = dice.octets(kBytes);
    std::vector<Conversation> all;
    for (std::uint64_t i = 0; i < amount; ++i) all.emplace_back(traffic, flood_client(i), flood_server()).open();
    Needles needles{traffic, 100, amount * (kBytes / kSegment)};
    for (std::uint32_t at = 1; at < kBytes; at += kSegment) {
        const View piece = View{body}.subspan(at, std::min<std::size_t>(kSegment, kBytes - at));
        for (Conversation& c : all) {
            c.say_at(true, at, piece);
            needles.pass();
        }
    }
    for (Conversation& c : all) c.say_at(true, 0, View{body}.first(1));
    needles.finish();
}

/// Half of them are real handshakes, byte by byte; the others one connection that goes on after its handshake.
void one_byte_ascending(Traffic& traffic, std::uint64_t amount) {
    constexpr std::size_t kAtOnce = 20;
    constexpr std::uint64_t kBytesOfNeedle = 2500;  // about, of the four kinds
    const NeedleShape shape{.segment = 1};
    Dice dice{6};
    const Octets download = bench::application_record(16000, dice);
    const bench::Handshake handshake = make_handshake(bench::Kind::tls13, "download.overload.example", dice);
    Conversation long_one{traffic, flood_client(1), flood_server()};
    long_one.open();
    for (const bench::Flight& f : handshake.flights) long_one.say(f.from_client, f.bytes);

    std::deque<Needle> open;
    std::uint64_t begun = 0;
    const std::uint64_t needles = std::max<std::uint64_t>(2, amount / 2 / kBytesOfNeedle);
    for (std::uint64_t i = 0; i < amount / 2 || !open.empty() || begun < needles; ++i) {
        long_one.say(false, View{download}.subspan(i % download.size(), 1));
        while (open.size() < kAtOnce && begun < needles) open.emplace_back(begun++, shape, traffic);
        if (open.empty()) continue;
        Needle& n = open[i % open.size()];
        if (!n.done()) n.step();
        while (!open.empty() && open.front().done()) open.pop_front();
    }
}

/// Streams of 32 KiB, each from its last byte to its first; ten at a time.
void one_byte_descending(Traffic& traffic, std::uint64_t amount) {
    constexpr std::uint32_t kBytes = 32 * 1024;
    constexpr std::uint64_t kAtOnce = 10;
    const Octets body(1, 0x17);
    Needles needles{traffic, 100, amount};
    std::uint64_t begun = 0;
    for (std::uint64_t left = amount; left > 0;) {
        const auto length = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(left / kAtOnce, 1, kBytes));
        std::vector<Conversation> some;
        for (std::uint64_t i = 0; i < std::min(kAtOnce, left); ++i)
            some.emplace_back(traffic, flood_client(begun++), flood_server()).open();
        for (std::uint32_t at = length; at-- > 0;) {
            for (Conversation& c : some) {
                c.say_at(true, at, body);
                needles.pass();
            }
        }
        left -= std::min(left, length * some.size());
    }
    needles.finish();
}

}  // namespace overload
