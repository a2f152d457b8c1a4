// Packets for tests, built inside out with correct lengths and checksums:
//
//     auto syn  = tcp({.seq = 100, .flags = kSyn}).ipv4({}).ethernet();
//     auto data = tcp({.seq = 101, .ack = 1, .payload = "hello"}).ipv6({}).vlan(10).ethernet();
//     auto vx   = tcp({}).ipv4({}).ethernet().vxlan(42).ipv4({.source = "192.0.2.1"}).ethernet();
//
// What a wrong packet needs (a bad checksum, a lying length) is said in the layer's fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/bytes.h"

namespace tlsscope::support {

using Buffer = std::vector<std::uint8_t>;

/// Big-endian integers and bytes at the end of a buffer.
void put(Buffer& out, std::uint64_t value, std::size_t width);
void put(Buffer& out, bytes::Bytes data);
/// "0a 0b0c" -> bytes; blanks and newlines are ignored.
Buffer from_hex(std::string_view text);
/// "10.0.0.1" or "2001:db8::1" as 4 or 16 bytes.
Buffer address_bytes(const std::string& text);
/// The Internet checksum of data (RFC 1071), continued from `sum`.
std::uint16_t internet_checksum(bytes::Bytes data, std::uint32_t sum = 0);

inline constexpr std::uint16_t kTcpFin = 1, kTcpSyn = 2, kTcpRst = 4, kTcpPsh = 8, kTcpAck = 16, kTcpUrg = 32;

struct Tcp {
    std::uint16_t source_port = 40000;
    std::uint16_t destination_port = 443;
    std::uint32_t seq = 1;
    std::uint32_t ack = 0;
    std::uint16_t flags = kTcpAck;
    std::uint16_t window = 65535;
    std::uint16_t urgent = 0;
    Buffer options = {};  ///< padded with zeros to a multiple of four
    std::string payload = {};
    std::optional<std::uint8_t> data_offset = {};  ///< in words, to lie about it
    std::optional<std::uint16_t> checksum = {};    ///< to lie about it
};

struct Udp {
    std::uint16_t source_port = 50000;
    std::uint16_t destination_port = 53;
    std::optional<std::uint16_t> length = {};
};

struct Ipv4 {
    std::string source = "10.0.0.1";
    std::string destination = "10.0.0.2";
    std::uint16_t id = 1;
    std::uint8_t ttl = 64;
    std::uint8_t tos = 0;
    Buffer options = {};  ///< padded with zeros to a multiple of four
    bool dont_fragment = false;
    bool more_fragments = false;
    std::uint16_t fragment_offset = 0;  ///< in bytes, a multiple of eight
    std::optional<std::uint8_t> protocol = {};
    std::optional<std::uint16_t> total_length = {};
    std::optional<std::uint8_t> header_words = {};
};

struct Ipv6 {
    std::string source = "2001:db8::1";
    std::string destination = "2001:db8::2";
    std::uint8_t hop_limit = 64;
    std::optional<std::uint8_t> next_header = {};
    std::optional<std::uint16_t> payload_length = {};
};

/// Bytes of a packet and what the layer around must call them.
class Packet {
  public:
    Packet() = default;
    explicit Packet(Buffer bytes, std::uint8_t protocol = 0, std::uint16_t ethertype = 0)
        : bytes_{std::move(bytes)}, protocol_{protocol}, ethertype_{ethertype} {}

    const Buffer& bytes() const { return bytes_; }
    operator const Buffer&() const { return bytes_; }  // NOLINT: a packet is its bytes
    std::size_t size() const { return bytes_.size(); }

    // Layers around what is there. Each returns a new packet.
    Packet ipv4(const Ipv4& header = {}) const;
    Packet ipv6(const Ipv6& header = {}) const;
    Packet udp(const Udp& header) const;
    Packet ethernet() const;  ///< type from the layer inside; padded to 60 bytes as on the wire
    Packet ethernet_unpadded() const;
    Packet llc_snap() const;  ///< 802.3 with LLC and SNAP
    Packet vlan(std::uint16_t id, std::uint16_t tpid = 0x8100) const;
    Packet mpls(std::uint32_t label, bool bottom = true) const;
    Packet pppoe(std::uint16_t session = 1) const;
    Packet ppp(bool address_and_control = true) const;  ///< ff 03 and the protocol
    Packet gre(std::optional<std::uint32_t> key = {}, bool checksum = false, bool sequence = false) const;
    Packet vxlan(std::uint32_t vni, std::uint16_t source_port = 55555) const;
    Packet geneve(std::uint32_t vni, const Buffer& options = {}) const;
    Packet gtp(std::uint32_t teid, const Buffer& optional_part = {}) const;
    Packet sll() const;
    Packet sll2() const;
    Packet null(std::uint32_t family, bool big_endian) const;
    /// IPv6 extension header of this type with these bytes after next header and length (padded to 8n).
    Packet extension(std::uint8_t type, const Buffer& body = {}) const;
    Packet authentication(std::uint8_t icv_words = 3) const;
    Packet ipv6_fragment(std::uint16_t offset, bool more, std::uint32_t id) const;
    /// Bytes [from, from + count) of this as a payload of the same protocol: to make fragments.
    Packet slice(std::size_t from, std::size_t count) const;
    /// The same with its transport checksum for these addresses, ready to be sliced.
    Packet checksummed(const Ipv4& header) const;
    Packet checksummed(const Ipv6& header) const;
    Packet with_tail(std::size_t count, std::uint8_t value = 0xee) const;  ///< trailing bytes
    Packet prefixed(const Buffer& front, std::uint8_t protocol, std::uint16_t ethertype) const;

    std::uint8_t protocol() const { return protocol_; }
    std::uint16_t ethertype() const { return ethertype_; }

  private:
    friend Packet tcp(const Tcp&);
    void finish_checksum(bytes::Bytes source, bytes::Bytes destination, Buffer& inner) const;
    /// Like prefixed(), but what is due stays due.
    Packet extended(const Buffer& front, std::uint8_t protocol) const;

    Buffer bytes_;
    std::uint8_t protocol_ = 0;    ///< IP protocol number of these bytes
    std::uint16_t ethertype_ = 0;  ///< and their Ethernet type
    bool checksum_due_ = false;    ///< a TCP checksum waits for the addresses
    std::size_t tcp_at_ = 0;       ///< of the TCP header that starts here
};

Packet tcp(const Tcp& header);
/// Any payload under an IP protocol number.
Packet raw(Buffer bytes, std::uint8_t protocol);

// TCP options, to be joined.
Buffer option_mss(std::uint16_t mss);
Buffer option_window_scale(std::uint8_t shift);
Buffer option_sack_permitted();
Buffer option_timestamps(std::uint32_t value, std::uint32_t echo);  ///< with two NOPs in front
Buffer join(std::initializer_list<Buffer> parts);

}  // namespace tlsscope::support
