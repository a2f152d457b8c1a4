#include "support/packet_builder.h"

#include <arpa/inet.h>

#include <algorithm>
#include <stdexcept>

namespace tlsscope::support {

namespace {

constexpr std::size_t kMinimumEthernet = 60;
constexpr std::size_t kTcpChecksumAt = 16;
constexpr std::uint8_t kTcpProtocol = 6;
constexpr std::uint16_t kTypeIpv4 = 0x0800, kTypeIpv6 = 0x86dd;

void set16(Buffer& out, std::size_t at, std::uint64_t value) {
    out.at(at) = static_cast<std::uint8_t>(value >> 8);
    out.at(at + 1) = static_cast<std::uint8_t>(value);
}

void pad_to(Buffer& out, std::size_t multiple) {
    while (out.size() % multiple != 0) out.push_back(0);
}

Buffer macs() { return from_hex("02 00 00 00 00 02  02 00 00 00 00 01"); }

std::uint16_t ppp_protocol(std::uint16_t ethertype) { return ethertype == kTypeIpv6 ? 0x0057 : 0x0021; }

}  // namespace

void put(Buffer& out, std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i-- > 0;) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put(Buffer& out, bytes::Bytes data) { out.insert(out.end(), data.begin(), data.end()); }

Buffer from_hex(std::string_view text) {
    Buffer out;
    int high = -1;
    for (const char c : text) {
        if (c == ' ' || c == '\n') continue;
        const std::string_view digits = "0123456789abcdef";
        const auto value = static_cast<int>(digits.find(c));
        if (value < 0) throw std::invalid_argument("not hexadecimal");
        if (high >= 0) out.push_back(static_cast<std::uint8_t>(high * 16 + value));
        high = high >= 0 ? -1 : value;
    }
    return out;
}

Buffer address_bytes(const std::string& text) {
    const bool six = text.find(':') != std::string::npos;
    Buffer out(six ? 16 : 4);
    if (inet_pton(six ? AF_INET6 : AF_INET, text.c_str(), out.data()) != 1) throw std::invalid_argument(text);
    return out;
}

std::uint16_t internet_checksum(bytes::Bytes data, std::uint32_t start) {
    std::uint64_t sum = start;
    for (std::size_t i = 0; i < data.size(); ++i) sum += i % 2 == 0 ? std::uint64_t{data[i]} << 8 : data[i];
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

Packet tcp(const Tcp& header) {
    Buffer options = header.options;
    pad_to(options, 4);
    Buffer out;
    put(out, header.source_port, 2);
    put(out, header.destination_port, 2);
    put(out, header.seq, 4);
    put(out, header.ack, 4);
    const auto words = header.data_offset.value_or(static_cast<std::uint8_t>(5 + options.size() / 4));
    put(out, (std::uint64_t{words} << 12) | (header.flags & 0x1ffU), 2);
    put(out, header.window, 2);
    put(out, header.checksum.value_or(0), 2);
    put(out, header.urgent, 2);
    put(out, options);
    put(out, bytes::as_bytes(header.payload));
    Packet packet{std::move(out), kTcpProtocol};
    packet.checksum_due_ = !header.checksum;
    return packet;
}

Packet raw(Buffer data, std::uint8_t protocol) { return Packet{std::move(data), protocol}; }

void Packet::finish_checksum(bytes::Bytes source, bytes::Bytes destination, Buffer& inner) const {
    if (!checksum_due_) return;
    const std::size_t length = inner.size() - tcp_at_;
    Buffer pseudo;
    put(pseudo, source);
    put(pseudo, destination);
    put(pseudo, length, 4);
    put(pseudo, kTcpProtocol, 4);
    const auto sum = static_cast<std::uint16_t>(~internet_checksum(pseudo));
    set16(inner, tcp_at_ + kTcpChecksumAt, internet_checksum(bytes::Bytes{inner}.subspan(tcp_at_), sum));
}

Packet Packet::checksummed(const Ipv4& header) const {
    Packet out = *this;
    finish_checksum(address_bytes(header.source), address_bytes(header.destination), out.bytes_);
    out.checksum_due_ = false;
    return out;
}

Packet Packet::checksummed(const Ipv6& header) const {
    Packet out = *this;
    finish_checksum(address_bytes(header.source), address_bytes(header.destination), out.bytes_);
    out.checksum_due_ = false;
    return out;
}

Packet Packet::extended(const Buffer& front, std::uint8_t protocol) const {
    Packet out = prefixed(front, protocol, 0);
    out.checksum_due_ = checksum_due_;
    out.tcp_at_ = tcp_at_ + front.size();
    return out;
}

Packet Packet::ipv4(const Ipv4& header) const {
    const Buffer source = address_bytes(header.source);
    const Buffer destination = address_bytes(header.destination);
    Buffer inner = bytes_;
    finish_checksum(source, destination, inner);
    Buffer options = header.options;
    pad_to(options, 4);
    Buffer out;
    out.push_back(static_cast<std::uint8_t>(
        0x40 | header.header_words.value_or(static_cast<std::uint8_t>(5 + options.size() / 4))));
    out.push_back(header.tos);
    put(out, header.total_length.value_or(static_cast<std::uint16_t>(20 + options.size() + inner.size())), 2);
    put(out, header.id, 2);
    put(out,
        (header.dont_fragment ? 0x4000U : 0U) | (header.more_fragments ? 0x2000U : 0U) | header.fragment_offset / 8U,
        2);
    out.push_back(header.ttl);
    out.push_back(header.protocol.value_or(protocol_));
    put(out, 0, 2);
    put(out, source);
    put(out, destination);
    put(out, options);
    set16(out, 10, internet_checksum(out));
    put(out, inner);
    return Packet{std::move(out), 4, kTypeIpv4};
}

Packet Packet::ipv6(const Ipv6& header) const {
    const Buffer source = address_bytes(header.source);
    const Buffer destination = address_bytes(header.destination);
    Buffer inner = bytes_;
    finish_checksum(source, destination, inner);
    Buffer out = from_hex("60000000");
    put(out, header.payload_length.value_or(static_cast<std::uint16_t>(inner.size())), 2);
    out.push_back(header.next_header.value_or(protocol_));
    out.push_back(header.hop_limit);
    put(out, source);
    put(out, destination);
    put(out, inner);
    return Packet{std::move(out), 41, kTypeIpv6};
}

Packet Packet::udp(const Udp& header) const {
    Buffer out;
    put(out, header.source_port, 2);
    put(out, header.destination_port, 2);
    put(out, header.length.value_or(static_cast<std::uint16_t>(8 + bytes_.size())), 2);
    put(out, 0, 2);  // RFC 768: no checksum
    put(out, bytes_);
    return Packet{std::move(out), 17};
}

Packet Packet::prefixed(const Buffer& front, std::uint8_t protocol, std::uint16_t ethertype) const {
    Buffer out = front;
    put(out, bytes_);
    return Packet{std::move(out), protocol, ethertype};
}

Packet Packet::ethernet_unpadded() const {
    Buffer front = macs();
    put(front, ethertype_, 2);
    return prefixed(front, 143, 0x6558);
}

Packet Packet::ethernet() const {
    Packet out = ethernet_unpadded();
    out.bytes_.resize(std::max(out.bytes_.size(), kMinimumEthernet));
    return out;
}

Packet Packet::llc_snap() const {
    Buffer front = macs();
    put(front, bytes_.size() + 8, 2);
    put(front, from_hex("aa aa 03 000000"));
    put(front, ethertype_, 2);
    return prefixed(front, 143, 0x6558);
}

Packet Packet::vlan(std::uint16_t id, std::uint16_t tpid) const {
    Buffer front;
    put(front, id, 2);
    put(front, ethertype_, 2);
    return prefixed(front, 0, tpid);
}

Packet Packet::mpls(std::uint32_t label, bool bottom) const {
    Buffer front;
    put(front, (std::uint64_t{label} << 12) | (bottom ? 0x100U : 0U) | 64U, 4);
    return prefixed(front, 137, 0x8847);
}

Packet Packet::pppoe(std::uint16_t session) const {
    Buffer front = from_hex("1100");
    put(front, session, 2);
    put(front, bytes_.size() + 2, 2);
    put(front, ppp_protocol(ethertype_), 2);
    return prefixed(front, 0, 0x8864);
}

Packet Packet::ppp(bool address_and_control) const {
    Buffer front = address_and_control ? from_hex("ff03") : Buffer{};
    put(front, ppp_protocol(ethertype_), 2);
    return prefixed(front, 0, 0x880b);
}

Packet Packet::gre(std::optional<std::uint32_t> key, bool checksum, bool sequence) const {
    Buffer front;
    put(front, (checksum ? 0x8000U : 0U) | (key ? 0x2000U : 0U) | (sequence ? 0x1000U : 0U), 2);
    put(front, ethertype_, 2);
    if (checksum) put(front, 0, 4);
    if (key) put(front, *key, 4);
    if (sequence) put(front, 7, 4);
    return prefixed(front, 47, 0);
}

Packet Packet::vxlan(std::uint32_t vni, std::uint16_t source_port) const {
    Buffer front = from_hex("08000000");
    put(front, std::uint64_t{vni} << 8, 4);
    return prefixed(front, 0, 0).udp({.source_port = source_port, .destination_port = 4789});
}

Packet Packet::geneve(std::uint32_t vni, const Buffer& options) const {
    Buffer front;
    put(front, options.size() / 4, 1);
    put(front, 0, 1);
    put(front, ethertype_, 2);
    put(front, std::uint64_t{vni} << 8, 4);
    put(front, options);
    return prefixed(front, 0, 0).udp({.source_port = 55555, .destination_port = 6081});
}

Packet Packet::gtp(std::uint32_t teid, const Buffer& optional_part) const {
    Buffer front;
    put(front, optional_part.empty() ? 0x30U : 0x34U, 1);
    put(front, 0xff, 1);
    put(front, optional_part.size() + bytes_.size(), 2);
    put(front, teid, 4);
    put(front, optional_part);
    return prefixed(front, 0, 0).udp({.source_port = 2152, .destination_port = 2152});
}

Packet Packet::sll() const {
    Buffer front = from_hex("0000 0001 0006 020000000001 0000");
    put(front, ethertype_, 2);
    return prefixed(front, 0, 0);
}

Packet Packet::sll2() const {
    Buffer front;
    put(front, ethertype_, 2);
    put(front, from_hex("0000 00000001 0001 00 06 0200000000010000"));
    return prefixed(front, 0, 0);
}

Packet Packet::null(std::uint32_t family, bool big_endian) const {
    Buffer front;
    put(front, family, 4);
    if (!big_endian) std::reverse(front.begin(), front.end());
    return prefixed(front, 0, 0);
}

Packet Packet::extension(std::uint8_t type, const Buffer& body) const {
    Buffer front;
    front.push_back(protocol_);
    front.push_back(0);
    put(front, body);
    pad_to(front, 8);
    front[1] = static_cast<std::uint8_t>(front.size() / 8 - 1);
    return extended(front, type);
}

Packet Packet::authentication(std::uint8_t icv_words) const {
    Buffer front;
    front.push_back(protocol_);
    front.push_back(static_cast<std::uint8_t>(icv_words + 1));
    put(front, 0, 2);
    put(front, 0x1234, 4);
    put(front, 1, 4);
    front.resize(12 + std::size_t{icv_words} * 4);
    return extended(front, 51);
}

Packet Packet::ipv6_fragment(std::uint16_t offset, bool more, std::uint32_t id) const {
    Buffer front;
    front.push_back(protocol_);
    front.push_back(0);
    put(front, offset | (more ? 1U : 0U), 2);
    put(front, id, 4);
    return extended(front, 44);
}

Packet Packet::slice(std::size_t from, std::size_t count) const {
    Packet out = *this;
    const bytes::Bytes part = bytes::Bytes{bytes_}.subspan(from, count);
    out.bytes_.assign(part.begin(), part.end());
    out.checksum_due_ = false;
    return out;
}

Packet Packet::with_tail(std::size_t count, std::uint8_t value) const {
    Packet out = *this;
    out.bytes_.insert(out.bytes_.end(), count, value);
    return out;
}

Buffer option_mss(std::uint16_t mss) {
    Buffer out = from_hex("0204");
    put(out, mss, 2);
    return out;
}

Buffer option_window_scale(std::uint8_t shift) { return {3, 3, shift}; }

Buffer option_sack_permitted() { return {4, 2}; }

Buffer option_timestamps(std::uint32_t value, std::uint32_t echo) {
    Buffer out = from_hex("0101080a");
    put(out, value, 4);
    put(out, echo, 4);
    return out;
}

Buffer join(std::initializer_list<Buffer> parts) {
    Buffer out;
    for (const Buffer& part : parts) put(out, part);
    return out;
}

}  // namespace tlsscope::support
