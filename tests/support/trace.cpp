// Frames to packets and back.
#include <algorithm>

#include "bytes/hex.h"
#include "support/mutations.h"

namespace tlsscope::support {

namespace {

constexpr std::size_t kEthernet = 14, kIpv4 = 20, kIpv6 = 40, kTcpHeader = 20;
constexpr std::uint16_t kTypeIpv4 = 0x0800, kTypeIpv6 = 0x86dd;
constexpr std::uint8_t kProtocolIcmp = 1, kProtocolTcp = 6, kProtocolUdp = 17, kProtocolIcmpv6 = 58;

std::uint16_t get16(const Buffer& b, std::size_t at) { return static_cast<std::uint16_t>(b[at] << 8 | b[at + 1]); }
std::uint32_t get32(const Buffer& b, std::size_t at) { return std::uint32_t{get16(b, at)} << 16 | get16(b, at + 2); }
void set16(Buffer& b, std::size_t at, std::size_t value) {
    b[at] = static_cast<std::uint8_t>(value >> 8);
    b[at + 1] = static_cast<std::uint8_t>(value);
}

Buffer part(const Buffer& b, std::size_t from, std::size_t to) {
    return {b.begin() + static_cast<std::ptrdiff_t>(from), b.begin() + static_cast<std::ptrdiff_t>(to)};
}

enum class Kind { plain_tcp, other, odd };

struct Layout {
    Kind kind = Kind::odd;
    std::size_t tcp_at = 0;
    std::size_t end = 0;
};

/// VXLAN, GENEVE and GTP-U: the connection is inside.
bool may_be_a_tunnel(const Buffer& b, std::size_t udp_at) {
    if (b.size() < udp_at + 4) return true;
    const std::uint16_t port = get16(b, udp_at + 2);
    return port == 4789 || port == 8472 || port == 6081 || port == 2152;
}

Layout look_ipv4(const Buffer& b) {
    if (b.size() < kEthernet + kIpv4) return {};
    if (b[kEthernet] != 0x45 || (get16(b, kEthernet + 6) & 0x3fff) != 0) return {};  // options, fragments
    const std::size_t end = kEthernet + get16(b, kEthernet + 2);
    const std::uint8_t protocol = b[kEthernet + 9];
    if (protocol == kProtocolUdp) return {may_be_a_tunnel(b, kEthernet + kIpv4) ? Kind::odd : Kind::other};
    if (protocol != kProtocolTcp) return {protocol == kProtocolIcmp ? Kind::other : Kind::odd};
    return {Kind::plain_tcp, kEthernet + kIpv4, end};
}

Layout look_ipv6(const Buffer& b) {
    if (b.size() < kEthernet + kIpv6) return {};
    const std::uint8_t next = b[kEthernet + 6];
    if (next == kProtocolUdp) return {may_be_a_tunnel(b, kEthernet + kIpv6) ? Kind::odd : Kind::other};
    const bool listener_report = next == 0 && b.size() > kEthernet + kIpv6 && b[kEthernet + kIpv6] == kProtocolIcmpv6;
    if (next != kProtocolTcp) return {next == kProtocolIcmpv6 || listener_report ? Kind::other : Kind::odd};
    return {Kind::plain_tcp, kEthernet + kIpv6, kEthernet + kIpv6 + get16(b, kEthernet + 4)};
}

Layout look(const OwnedFrame& f) {
    const Buffer& b = f.data;
    if (f.link_type != 1 || f.fcs_length != 0 || b.size() != f.wire_length || b.size() < kEthernet) return {};
    const std::uint16_t type = get16(b, 12);
    if (type == 0x0806) return {Kind::other};
    Layout out = type == kTypeIpv4 ? look_ipv4(b) : type == kTypeIpv6 ? look_ipv6(b) : Layout{};
    if (out.kind != Kind::plain_tcp) return out;
    if (out.end > b.size() || out.tcp_at + kTcpHeader > out.end) return {};
    const std::size_t header = std::size_t{b[out.tcp_at + 12]} >> 4 << 2;
    if (header < kTcpHeader || out.tcp_at + header > out.end) return {};
    return out;
}

TracePacket packet_of(const OwnedFrame& f, const Layout& where) {
    const Buffer& b = f.data;
    const std::size_t at = where.tcp_at;
    const std::size_t header = std::size_t{b[at + 12]} >> 4 << 2;
    TracePacket p;
    p.tcp = true;
    p.head = part(b, 0, at);
    p.six = at == kEthernet + kIpv6;
    p.ip_id = p.six ? std::uint16_t{0} : get16(b, kEthernet + 4);
    p.source_port = get16(b, at);
    p.destination_port = get16(b, at + 2);
    p.seq = get32(b, at + 4);
    p.ack = get32(b, at + 8);
    p.flags = get16(b, at + 12) & 0x1ff;
    p.window = get16(b, at + 14);
    p.urgent = get16(b, at + 18);
    p.options = part(b, at + kTcpHeader, at + header);
    p.payload = part(b, at + header, where.end);
    p.time = f.time;
    return p;
}

Buffer addresses(const TracePacket& p) {
    return p.six ? part(p.head, kEthernet + 8, kEthernet + kIpv6) : part(p.head, kEthernet + 12, kEthernet + kIpv4);
}

Buffer tcp_bytes(const TracePacket& p) {
    Buffer tcp;
    put(tcp, p.source_port, 2);
    put(tcp, p.destination_port, 2);
    put(tcp, p.seq, 4);
    put(tcp, p.ack, 4);
    put(tcp, (kTcpHeader + p.options.size()) / 4 << 12 | p.flags, 2);
    put(tcp, p.window, 2);
    put(tcp, 0, 2);
    put(tcp, p.urgent, 2);
    put(tcp, p.options);
    put(tcp, p.payload);
    Buffer pseudo = addresses(p);
    put(pseudo, tcp.size(), 4);
    put(pseudo, kProtocolTcp, 4);
    const auto sum = static_cast<std::uint16_t>(~internet_checksum(pseudo));
    set16(tcp, 16, internet_checksum(tcp, sum));
    return tcp;
}

OwnedFrame frame_of(const TracePacket& p) {
    OwnedFrame f;
    f.data = p.head;
    f.time = p.time;
    if (p.tcp) {
        const Buffer tcp = tcp_bytes(p);
        if (p.six) {
            set16(f.data, kEthernet + 4, tcp.size());
        } else {
            set16(f.data, kEthernet + 2, kIpv4 + tcp.size());
            set16(f.data, kEthernet + 4, p.ip_id);
            set16(f.data, kEthernet + 10, 0);
            set16(f.data, kEthernet + 10, internet_checksum(bytes::Bytes{f.data}.subspan(kEthernet, kIpv4)));
        }
        put(f.data, tcp);
    }
    f.wire_length = static_cast<std::uint32_t>(f.data.size());
    return f;
}

}  // namespace

std::string TracePacket::source() const {
    const Buffer both = addresses(*this);
    return bytes::hex(part(both, 0, both.size() / 2)) + ":" + std::to_string(source_port);
}

std::string TracePacket::destination() const {
    const Buffer both = addresses(*this);
    return bytes::hex(part(both, both.size() / 2, both.size())) + ":" + std::to_string(destination_port);
}

std::string TracePacket::flow() const {
    if (!tcp) return {};
    const std::string a = source(), b = destination();
    return a < b ? a + " " + b : b + " " + a;
}

std::uint32_t TracePacket::end() const {
    return seq + static_cast<std::uint32_t>(payload.size()) + (has(kTcpSyn) ? 1 : 0) + (has(kTcpFin) ? 1 : 0);
}

std::optional<Trace> take_apart(const Frames& frames) {
    Trace out;
    for (const OwnedFrame& f : frames) {
        const Layout where = look(f);
        if (where.kind == Kind::odd) return std::nullopt;
        if (where.kind == Kind::plain_tcp) {
            out.push_back(packet_of(f, where));
            continue;
        }
        TracePacket p;
        p.head = f.data;
        p.time = f.time;
        out.push_back(p);
    }
    const bool any = std::any_of(out.begin(), out.end(), [](const TracePacket& p) { return p.tcp; });
    return any ? std::optional{out} : std::nullopt;
}

Frames put_together(const Trace& trace) {
    Frames out;
    out.reserve(trace.size());
    for (const TracePacket& p : trace) out.push_back(frame_of(p));
    return out;
}

Trace rename_addresses(const Trace& trace, std::uint8_t with) {
    Trace out = trace;
    for (TracePacket& p : out) {
        if (!p.tcp) continue;
        const std::size_t size = p.six ? 16 : 4;
        const std::size_t first = p.six ? kEthernet + 8 : kEthernet + 12;
        for (const std::size_t at : {first + 2, first + size + 2}) p.head[at] ^= with;
    }
    return out;
}

}  // namespace tlsscope::support
