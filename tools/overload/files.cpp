// Too much around the packets: fragments, empty records, interfaces, and what compresses too well.
#include <algorithm>

#include "overload/needles.h"
#include "overload/scenarios.h"

namespace overload {

/// First fragments of IPv4 datagrams whose rest never comes, each of another datagram.
void first_fragments(Traffic& traffic, std::uint64_t amount) {
    constexpr std::size_t kIp = 14;
    Dice dice{12};
    const Octets piece = dice.octets(512);
    Needles needles{traffic, 100, amount};
    for (std::uint64_t i = 0; i < amount; ++i) {
        Tcp tcp{flood_client(i >> 8U), flood_server(), 1, 1, flags::kAck, 1, 1};
        Octets head = bench::tcp_headers(tcp, piece, static_cast<std::uint16_t>(i));
        head[kIp + 6] = 0x20;  // more fragments
        head[kIp + 10] = head[kIp + 11] = 0;
        bench::put16(head, kIp + 10, bench::checksum(bench::sum_words(View{head}.subspan(kIp, 20))));
        traffic.frame(head, piece);
        needles.pass();
    }
    needles.finish();
}

/// Packet records that hold no byte.
void empty_frames(Traffic& traffic, std::uint64_t amount) {
    Needles needles{traffic, 100, amount};
    for (std::uint64_t i = 0; i < amount; ++i) {
        traffic.frame({});
        needles.pass();
    }
    needles.finish();
}

/// Two hundred sections with so many interfaces each, and behind them a real handshake.
void interfaces(Traffic& traffic, std::uint64_t amount) {
    for (std::uint64_t number = 0; number < 200; ++number) {
        traffic.section(amount);
        Needle needle{number, {}, traffic};
        while (!needle.done()) needle.step();
    }
}

/// So many bytes of a download of zeros.
void bulk(Traffic& traffic, std::uint64_t amount) {
    constexpr std::size_t kSegment = 9000 - 52;
    const Octets zeros(kSegment);
    const std::uint64_t packets = amount / (kSegment + 82);
    Needles needles{traffic, 100, packets};
    Conversation c{traffic, flood_client(1), flood_server()};
    c.open();
    for (std::uint64_t i = 0; i < packets; ++i) {
        c.say(false, zeros);
        needles.pass();
    }
    c.close();
    needles.finish();
}

}  // namespace overload
