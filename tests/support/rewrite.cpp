#include "support/rewrite.h"

#include <algorithm>
#include <array>
#include <map>

namespace tlsscope::support {

namespace {

constexpr std::size_t kEthernet = 14, kIpv4 = 20, kIpv6 = 40, kTcpHeader = 20;
constexpr std::uint16_t kLinkEthernet = 1, kLinkRaw = 101, kLinkSll = 113;

std::uint16_t get16(const Buffer& b, std::size_t at) { return static_cast<std::uint16_t>(b[at] << 8 | b[at + 1]); }
void set16(Buffer& b, std::size_t at, std::size_t value) {
    b[at] = static_cast<std::uint8_t>(value >> 8);
    b[at + 1] = static_cast<std::uint8_t>(value);
}
Buffer part(const Buffer& b, std::size_t from, std::size_t to) {
    return {b.begin() + static_cast<std::ptrdiff_t>(from), b.begin() + static_cast<std::ptrdiff_t>(to)};
}
Buffer rest(const Buffer& b, std::size_t from) { return part(b, from, b.size()); }

/// The frame with its first bytes replaced.
OwnedFrame behind(const Buffer& head, const OwnedFrame& f, std::size_t instead_of, std::uint16_t link_type) {
    OwnedFrame out = f;
    out.data = head;
    put(out.data, rest(f.data, instead_of));
    out.wire_length = static_cast<std::uint32_t>(f.wire_length + head.size() - instead_of);
    out.link_type = link_type;
    return out;
}

bool is_ip(std::uint16_t ethertype) { return ethertype == 0x0800 || ethertype == 0x86dd; }

Buffer macs() { return from_hex("020000000002 020000000001"); }

Buffer ethernet_of(std::uint16_t ethertype) {
    Buffer out = macs();
    put(out, ethertype, 2);
    return out;
}

/// The IP version says which, as in raw IP frames.
std::uint16_t ethertype_of(const Buffer& b, std::size_t ip_at) {
    if (b.size() <= ip_at) return 0;
    return b[ip_at] >> 4 == 4 ? 0x0800 : b[ip_at] >> 4 == 6 ? 0x86dd : 0;
}

/// How long the link header is, where it can be exchanged for Ethernet's; nothing otherwise.
std::optional<std::size_t> exchangeable(const OwnedFrame& f) {
    constexpr std::uint16_t kNull = 0, kLoop = 108, kIpv4Only = 228, kIpv6Only = 229;
    switch (f.link_type) {
        case kNull:
        case kLoop: return 4;
        case kLinkRaw:
        case kIpv4Only:
        case kIpv6Only: return 0;
        case kLinkSll:
            return f.data.size() >= 16 && is_ip(get16(f.data, 14)) ? std::optional<std::size_t>{16} : std::nullopt;
        default: return std::nullopt;
    }
}

Buffer link_header(Link link, const Buffer& ethernet) {
    Buffer out = part(ethernet, 0, 12);
    switch (link) {
        case Link::vlan: put(out, from_hex("8100 0064")); break;
        case Link::qinq: put(out, from_hex("88a8 0007 8100 0064")); break;
        case Link::mpls: return join({out, from_hex("8847 00010140")});
        case Link::raw: return {};
        case Link::sll: out = from_hex("0000 0001 0006 020000000001 0000"); break;
    }
    put(out, get16(ethernet, 12), 2);
    return out;
}

/// Bytes [from, to) of an IP packet's payload as a fragment; Ethernet and IP header from `whole`.
OwnedFrame fragment(const OwnedFrame& whole, std::size_t header, std::size_t from, std::size_t to, std::uint32_t id) {
    OwnedFrame out = whole;
    const bool more = header + to < whole.data.size();
    out.data = part(whole.data, 0, header);
    const bool six = header == kEthernet + kIpv6;
    if (six) {
        out.data[kEthernet + 6] = 44;
        put(out.data, 6, 1);
        put(out.data, 0, 1);
        put(out.data, from | (more ? 1U : 0U), 2);
        put(out.data, id, 4);
        set16(out.data, kEthernet + 4, 8 + to - from);
    } else {
        set16(out.data, kEthernet + 2, kIpv4 + to - from);
        set16(out.data, kEthernet + 4, id & 0xffff);
        set16(out.data, kEthernet + 6, from / 8 | (more ? 0x2000U : 0U));
        set16(out.data, kEthernet + 10, 0);
        set16(out.data, kEthernet + 10, internet_checksum(bytes::Bytes{out.data}.subspan(kEthernet, kIpv4)));
    }
    put(out.data, part(whole.data, header + from, header + to));
    out.wire_length = static_cast<std::uint32_t>(out.data.size());
    return out;
}

Frames fragments_of(const OwnedFrame& whole, std::size_t header, std::uint32_t id, Dice& dice) {
    const std::size_t size = whole.data.size() - header;
    std::vector<std::size_t> cuts = {0, size};
    for (std::size_t n = 1 + dice.below(3); n > 0; --n) cuts.push_back(dice.below(size) / 8 * 8);
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    Frames out;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) out.push_back(fragment(whole, header, cuts[i], cuts[i + 1], id));
    if (dice.chance(20)) std::reverse(out.begin(), out.end());
    return out;
}

OwnedFrame foreign(std::size_t n, Dice& dice, record::Nanos time) {
    const std::string host = "198.18." + std::to_string(n / 256 % 256) + "." + std::to_string(n % 256);
    Packet packet;
    switch (dice.below(4)) {
        case 0:
            packet = raw(Buffer(40, 0x16), 0).udp({.destination_port = 443}).ipv4({.source = host}).ethernet();
            break;
        case 1:
            packet =
                Packet{from_hex("0001080006040001 020000000001 0a000001 000000000000 0a000002"), 0, 0x0806}.ethernet();
            break;
        case 2: packet = tcp({.seq = dice.number(), .flags = kTcpSyn}).ipv4({.source = host}).ethernet(); break;
        default:
            packet = tcp({.seq = dice.number(), .flags = kTcpAck | kTcpRst}).ipv4({.source = host}).ethernet();
            break;
    }
    OwnedFrame out{packet.bytes(), 0, time, kLinkEthernet, 0};
    out.wire_length = static_cast<std::uint32_t>(out.data.size());
    return out;
}

/// What a direction has shown of itself: only a known one can tell noise from its own data.
struct Seen {
    bool syn = false;
    int good = 0;  ///< segments whose checksum counts
    int bad = 0;   ///< decoys put before them
    std::size_t mss = 0;
};

/// Of a SYN whose first option it is, as with every common sender; 0: not known.
std::size_t maximum_segment(const TracePacket& p) {
    constexpr std::uint8_t kMss = 2;
    return p.options.size() >= 4 && p.options[0] == kMss ? get16(p.options, 2) : 0;
}

/// A decoy before the segment: other bytes under the same numbers.
OwnedFrame with_wrong_checksum(const TracePacket& p) {
    TracePacket decoy = p;
    for (std::uint8_t& b : decoy.payload) b ^= 0x55;
    decoy.ip_id ^= 0x1111;
    OwnedFrame out = put_together({decoy}).front();
    out.data[decoy.head.size() + 16] ^= 0xff;
    return out;
}

OwnedFrame out_of_window(const TracePacket& p) {
    TracePacket stray = p;
    stray.seq += 0x40000000;
    stray.flags = kTcpAck;
    stray.payload = Buffer(50, 0x15);
    stray.ip_id ^= 0x2222;
    return put_together({stray}).front();
}

}  // namespace

bool fit_in_pcap(const Frames& frames) {
    constexpr record::Nanos kEnd = (record::Nanos{1} << 32) * kSecond;
    return !frames.empty() && std::all_of(frames.begin(), frames.end(), [&](const OwnedFrame& f) {
        return f.link_type == frames.front().link_type && f.fcs_length == 0 && f.time >= 0 && f.time < kEnd;
    });
}

bool any_fraction_of_a_microsecond(const Frames& frames) {
    return std::any_of(frames.begin(), frames.end(), [](const OwnedFrame& f) { return f.time % 1000 != 0; });
}

Frames as_ethernet(const Frames& frames) {
    Frames out = frames;
    for (OwnedFrame& f : out) {
        const auto header = exchangeable(f);
        if (!header) continue;
        const std::uint16_t type = ethertype_of(f.data, *header);
        if (type != 0) f = behind(ethernet_of(type), f, *header, kLinkEthernet);
    }
    return out;
}

Trace rename_endpoints(const Trace& trace, Dice& dice) {
    // The first octet stays: it may say multicast or loopback. One mask for all is one to one.
    Buffer mask(16);
    for (std::size_t i = 1; i < mask.size(); ++i) mask[i] = static_cast<std::uint8_t>(dice.number());
    // Without a SYN the ports tell the server: a well-known one stays one.
    const auto port_mask = static_cast<std::uint16_t>(dice.number() & 0x3ff);
    Trace out = trace;
    for (TracePacket& p : out) {
        if (!p.tcp) continue;
        const std::size_t size = p.six ? 16 : 4;
        const std::size_t first = p.six ? kEthernet + 8 : kEthernet + 12;
        for (std::size_t i = 0; i < 2 * size; ++i) p.head[first + i] ^= mask[i % size];
        p.source_port ^= port_mask;
        p.destination_port ^= port_mask;
    }
    return out;
}

Trace over_ipv6(const Trace& trace) {
    const Buffer prefix = from_hex("20010db8 00000000 00000000");
    Trace out = trace;
    for (TracePacket& p : out) {
        if (!p.tcp || p.six) continue;
        const Buffer source = part(p.head, kEthernet + 12, kEthernet + 16);
        const Buffer destination = part(p.head, kEthernet + 16, kEthernet + 20);
        const std::uint8_t ttl = p.head[kEthernet + 8];
        p.head = join(
            {part(p.head, 0, 12), from_hex("86dd 60000000 0000 06"), Buffer{ttl}, prefix, source, prefix, destination});
        p.six = true;
        p.ip_id = 0;
    }
    return out;
}

Frames over_link(const Frames& frames, Link link) {
    const bool only_ip = link == Link::mpls || link == Link::raw;
    const std::uint16_t link_type = link == Link::raw ? kLinkRaw : link == Link::sll ? kLinkSll : kLinkEthernet;
    Frames out;
    for (const OwnedFrame& f : frames) {
        if (f.data.size() < kEthernet || (only_ip && !is_ip(get16(f.data, 12)))) continue;
        out.push_back(behind(link_header(link, f.data), f, kEthernet, link_type));
    }
    return out;
}

Frames fragment_packets(const Trace& trace, Dice& dice) {
    constexpr std::size_t kSmallest = 16;
    Frames out;
    std::uint32_t id = dice.number();
    for (const TracePacket& p : trace) {
        const OwnedFrame whole = put_together({p}).front();
        const bool divisible = p.tcp && whole.data.size() - p.head.size() > kSmallest;
        const Frames parts = divisible ? fragments_of(whole, p.head.size(), ++id, dice) : Frames{whole};
        out.insert(out.end(), parts.begin(), parts.end());
    }
    return out;
}

Frames add_noise(const Trace& trace, Dice& dice) {
    Frames out;
    std::map<std::string, Seen> seen;  // by direction
    for (std::size_t i = 0; i < trace.size(); ++i) {
        const TracePacket& p = trace[i];
        if (dice.chance(20)) out.push_back(foreign(i, dice, p.time));
        if (p.tcp) {
            Seen& mine = seen[p.source() + " " + p.destination()];
            const Seen& theirs = seen[p.destination() + " " + p.source()];
            mine.syn |= p.has(kTcpSyn);
            if (p.has(kTcpSyn)) mine.mss = maximum_segment(p);
            const bool known = mine.syn && theirs.syn && mine.good > mine.bad + 1 && theirs.good > 1;
            const bool plain = !p.payload.empty() && !p.has(kTcpSyn | kTcpRst | kTcpFin | kTcpUrg);
            // A longer one was put together by the capturing host: its checksum says nothing.
            const bool verifiable = p.payload.size() <= theirs.mss;
            if (known && plain && verifiable && dice.chance(20)) {
                out.push_back(with_wrong_checksum(p));
                ++mine.bad;
            }
            if (known && plain && dice.chance(10)) out.push_back(out_of_window(p));
            mine.good += p.has(kTcpSyn) || !p.payload.empty() ? 1 : 0;
        }
        out.push_back(put_together({p}).front());
    }
    return out;
}

Frames shift_times(const Frames& frames, record::Nanos by) {
    Frames out = frames;
    for (OwnedFrame& f : out)
        if (f.time != record::kNoTime) f.time += by;
    return out;
}

}  // namespace tlsscope::support
