// Bytes, randomness and packets for the generator. Everything is deterministic: the same arguments, the same file.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using Octets = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

/// splitmix64.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_{seed} {}
    std::uint64_t next();
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    Octets octets(std::size_t n);

  private:
    std::uint64_t state_;
};

/// Appends big-endian numbers and length-prefixed blocks.
class Builder {
  public:
    Builder& u8(unsigned v) { return number(v, 1); }
    Builder& u16(unsigned v) { return number(v, 2); }
    Builder& u24(std::size_t v) { return number(v, 3); }
    Builder& u32(std::uint32_t v) { return number(v, 4); }
    Builder& add(View bytes);
    Builder& text(std::string_view s);
    /// `width` bytes of length, then the block.
    Builder& block(int width, View bytes) { return number(bytes.size(), width).add(bytes); }
    Octets take() { return std::move(out_); }
    View view() const { return out_; }

  private:
    Builder& number(std::uint64_t v, int width);
    Octets out_;
};

Octets from_hex(std::string_view hex);
std::string to_hex(View bytes);

struct Endpoint {
    std::uint32_t address = 0;  ///< IPv4, host order
    std::uint16_t port = 0;
};
std::string address_text(std::uint32_t address);

namespace flags {
constexpr std::uint8_t kFin = 1;
constexpr std::uint8_t kSyn = 2;
constexpr std::uint8_t kRst = 4;
constexpr std::uint8_t kPsh = 8;
constexpr std::uint8_t kAck = 16;
}  // namespace flags

struct Tcp {
    Endpoint from;
    Endpoint to;
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::uint8_t flags = 0;
    std::uint32_t ts_value = 0;
    std::uint32_t ts_echo = 0;
};

/// Ethernet, IPv4 and TCP with its options, checksums over the payload that follows.
Octets tcp_headers(const Tcp& tcp, View payload, std::uint16_t ip_id);

/// Ethernet, IPv4 and UDP.
Octets udp_headers(Endpoint from, Endpoint to, View payload, std::uint16_t ip_id);

/// One's complement sum of 16-bit big-endian words, not yet folded, and the checksum it makes (RFC 1071).
std::uint64_t sum_words(View bytes);
std::uint16_t checksum(std::uint64_t sum);
void put16(Octets& out, std::size_t at, std::uint16_t v);

/// A classic pcap file with microseconds, Ethernet, IPv4, TCP with time stamps or UDP, and valid checksums.
class CaptureFile {
  public:
    explicit CaptureFile(const std::string& path);
    ~CaptureFile();
    CaptureFile(const CaptureFile&) = delete;
    CaptureFile& operator=(const CaptureFile&) = delete;

    void packet(std::uint64_t time_ns, const Tcp& tcp, View payload);
    void datagram(std::uint64_t time_ns, Endpoint from, Endpoint to, View payload);
    std::uint64_t packets() const { return packets_; }
    std::uint64_t bytes() const { return bytes_; }
    /// False when the disk was full or the file could not be opened.
    bool finish();

  private:
    void frame(std::uint64_t time_ns, View headers, View payload);
    void write(View bytes);

    std::FILE* file_;
    std::uint64_t packets_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint16_t ip_id_ = 0;
    bool good_;
};

}  // namespace bench
