// Too many connections.
#include <algorithm>
#include <array>
#include <deque>

#include "overload/needles.h"
#include "overload/scenarios.h"

namespace overload {

namespace {

constexpr std::uint64_t kFloodPace = 1000;  // a needle's round trip takes so many SYNs: a millisecond

using Ip6 = std::array<std::uint8_t, 16>;

/// XXH3 without a seed multiplies the first eight bytes of what it hashes, xored with these, by the next eight: of zero
/// times anything all keys have the same hash. tests/flow/key_test.cpp proves it.
Ip6 colliding_address(std::uint64_t number) {
    Ip6 a{0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe};
    for (std::size_t i = 0; i < 6; ++i) a[8 + i] = static_cast<std::uint8_t>(number >> (8 * i));
    return a;
}

struct Ip6Tcp {
    Ip6 from;
    Ip6 to;
    std::uint16_t from_port;
    std::uint16_t to_port;
    std::uint32_t seq;
    std::uint32_t ack;
    std::uint8_t bits;
};

Octets ip6_frame(const Ip6Tcp& tcp) {
    constexpr std::size_t kAddresses = 14 + 8;
    constexpr std::size_t kTcp = 14 + 40;
    Builder b;
    b.u16(0x0200).u32(1).u16(0x0200).u32(2).u16(0x86dd).u32(0x60000000U).u16(20).u8(6).u8(64);
    b.add(tcp.from).add(tcp.to).u16(tcp.from_port).u16(tcp.to_port).u32(tcp.seq).u32(tcp.ack);
    b.u8(0x50).u8(tcp.bits).u16(0xfff0).u16(0).u16(0);
    Octets frame = b.take();
    const std::uint64_t sum = bench::sum_words(View{frame}.subspan(kAddresses)) + 6 + 20;
    bench::put16(frame, kTcp + 16, bench::checksum(sum));
    return frame;
}

/// Each second one stays half-open.
void colliding_connection(Traffic& traffic, std::uint64_t number) {
    Ip6 server{0xfd};
    server[15] = 1;
    const Ip6 client = colliding_address(number);
    traffic.count_connection();
    traffic.frame(ip6_frame({client, server, 40000, 443, 1000, 0, flags::kSyn}));
    if (number % 2 != 0) return;
    traffic.frame(ip6_frame({server, client, 443, 40000, 5000, 1001, flags::kSyn | flags::kAck}));
    traffic.frame(ip6_frame({client, server, 40000, 443, 1001, 5001, flags::kAck}));
}

/// In a network of its own: behind two VLAN tags.
void tagged(Traffic& traffic, std::uint64_t number, const Tcp& tcp) {
    constexpr std::size_t kAddresses = 12;
    constexpr std::uint64_t kTags = 4000;  // of the 4094 there are
    const Octets plain = bench::tcp_headers(tcp, {}, 1);
    const auto outer = static_cast<unsigned>(1 + number / kTags);
    const auto inner = static_cast<unsigned>(1 + number % kTags);
    Builder b;
    b.add(View{plain}.first(kAddresses)).u16(0x88a8).u16(outer).u16(0x8100).u16(inner);
    traffic.frame(b.add(View{plain}.subspan(kAddresses)).view());
}

}  // namespace

void syn_flood(Traffic& traffic, std::uint64_t amount) {
    Needles needles{traffic, std::max<std::uint64_t>(10, amount / 10'000), amount,
                    std::min(kFloodPace, amount / 1000 + 1)};
    for (std::uint64_t i = 0; i < amount; ++i) {
        Conversation{traffic, flood_client(i), flood_server()}.syn();
        needles.pass();
    }
    needles.finish();
}

/// All are needles, a hundred at a time, and none of them says goodbye.
void never_closed(Traffic& traffic, std::uint64_t amount) {
    constexpr std::size_t kAtOnce = 100;
    const NeedleShape shape{.closes = false};
    std::deque<Needle> open;
    for (std::uint64_t begun = 0; begun < amount || !open.empty();) {
        while (open.size() < kAtOnce && begun < amount) open.emplace_back(begun++, shape, traffic);
        for (Needle& n : open)
            if (!n.done()) n.step();
        while (!open.empty() && open.front().done()) open.pop_front();
    }
}

void colliding_keys(Traffic& traffic, std::uint64_t amount) {
    Needles needles{traffic, 100, amount};
    for (std::uint64_t i = 0; i < amount; ++i) {
        colliding_connection(traffic, i);
        needles.pass();
    }
    needles.finish();
}

/// The same addresses and ports in ever other networks; each second connection is one lone acknowledgment.
void networks(Traffic& traffic, std::uint64_t amount) {
    Needles needles{traffic, 100, amount};
    const Endpoint client = flood_client(1);
    const Endpoint server = flood_server();
    for (std::uint64_t i = 0; i < amount; ++i) {
        traffic.count_connection();
        if (i % 2 == 0) {
            tagged(traffic, i, {client, server, 1000, 0, flags::kSyn, 1, 0});
            tagged(traffic, i, {server, client, 5000, 1001, flags::kSyn | flags::kAck, 1, 1});
        } else {
            traffic.count_headless();
        }
        tagged(traffic, i, {client, server, 1001, 5001, flags::kAck, 2, 1});
        needles.pass();
    }
    needles.finish();
}

}  // namespace overload
