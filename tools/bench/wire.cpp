#include "wire.h"

#include <cstring>

namespace bench {

std::uint64_t Dice::next() {
    std::uint64_t x = state_ += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

Octets Dice::octets(std::size_t n) {
    Octets out(n);
    for (std::size_t i = 0; i < n; i += 8) {
        const std::uint64_t word = next();
        std::memcpy(out.data() + i, &word, std::min<std::size_t>(8, n - i));
    }
    return out;
}

Builder& Builder::number(std::uint64_t v, int width) {
    for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(v >> shift));
    return *this;
}

Builder& Builder::add(View bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
}

Builder& Builder::text(std::string_view s) {
    out_.insert(out_.end(), s.begin(), s.end());
    return *this;
}

Octets from_hex(std::string_view hex) {
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    Octets out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(digit(hex[i]) << 4U | digit(hex[i + 1])));
    return out;
}

std::string to_hex(View bytes) {
    std::string out;
    for (const std::uint8_t b : bytes) {
        out += "0123456789abcdef"[b >> 4U];
        out += "0123456789abcdef"[b & 15U];
    }
    return out;
}

std::string address_text(std::uint32_t a) {
    return std::to_string(a >> 24U) + '.' + std::to_string(a >> 16U & 255U) + '.' + std::to_string(a >> 8U & 255U) +
           '.' + std::to_string(a & 255U);
}

std::uint64_t sum_words(View bytes) {
    std::uint64_t sum = 0;
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) sum += static_cast<unsigned>(bytes[i] << 8U | bytes[i + 1]);
    if (i < bytes.size()) sum += static_cast<unsigned>(bytes[i] << 8U);
    return sum;
}

std::uint16_t checksum(std::uint64_t sum) {
    while (sum >> 16U) sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum);
}

void put16(Octets& out, std::size_t at, std::uint16_t v) {
    out[at] = static_cast<std::uint8_t>(v >> 8U);
    out[at + 1] = static_cast<std::uint8_t>(v);
}

namespace {

constexpr std::size_t kEthernet = 14;
constexpr std::size_t kIp = 20;

Octets tcp_options(const Tcp& tcp) {
    Builder o;
    if (tcp.flags & flags::kSyn) {
        o.u8(2).u8(4).u16(1460).u8(4).u8(2).u8(8).u8(10).u32(tcp.ts_value).u32(tcp.ts_echo).u8(1).u8(3).u8(3).u8(7);
    } else {
        o.u8(1).u8(1).u8(8).u8(10).u32(tcp.ts_value).u32(tcp.ts_echo);
    }
    return o.take();
}

/// Ethernet and IPv4 around so many bytes of the next layer.
Builder ip_headers(Endpoint from, Endpoint to, std::size_t length, unsigned protocol, std::uint16_t ip_id) {
    Builder b;
    b.u16(0x0200).u32(to.address).u16(0x0200).u32(from.address).u16(0x0800);
    b.u8(0x45).u8(0).u16(static_cast<unsigned>(kIp + length)).u16(ip_id).u16(0x4000).u8(64).u8(protocol).u16(0);
    b.u32(from.address).u32(to.address);
    return b;
}

/// Fills in the checksums of IPv4 and, `at` bytes into it, of the layer above.
void seal(Octets& frame, View payload, unsigned protocol, std::size_t at) {
    put16(frame, kEthernet + 10, checksum(sum_words(View{frame}.subspan(kEthernet, kIp))));
    const View layer = View{frame}.subspan(kEthernet + kIp);
    const std::uint64_t pseudo =
        sum_words(View{frame}.subspan(kEthernet + 12, 8)) + protocol + layer.size() + payload.size();
    put16(frame, kEthernet + kIp + at, checksum(pseudo + sum_words(layer) + sum_words(payload)));
}

}  // namespace

Octets tcp_headers(const Tcp& tcp, View payload, std::uint16_t ip_id) {
    constexpr unsigned kProtocol = 6;
    const Octets options = tcp_options(tcp);
    Builder b = ip_headers(tcp.from, tcp.to, 20 + options.size() + payload.size(), kProtocol, ip_id);
    b.u16(tcp.from.port).u16(tcp.to.port).u32(tcp.seq).u32(tcp.ack);
    b.u8(static_cast<unsigned>((20 + options.size()) / 4 << 4U)).u8(tcp.flags).u16(0xfff0).u16(0).u16(0).add(options);
    Octets frame = b.take();
    seal(frame, payload, kProtocol, 16);
    return frame;
}

Octets udp_headers(Endpoint from, Endpoint to, View payload, std::uint16_t ip_id) {
    constexpr unsigned kProtocol = 17;
    const std::size_t length = 8 + payload.size();
    Builder b = ip_headers(from, to, length, kProtocol, ip_id);
    b.u16(from.port).u16(to.port).u16(static_cast<unsigned>(length)).u16(0);
    Octets frame = b.take();
    seal(frame, payload, kProtocol, 6);
    return frame;
}

CaptureFile::CaptureFile(const std::string& path) : file_{std::fopen(path.c_str(), "wb")}, good_{file_ != nullptr} {
    if (!good_) return;
    std::setvbuf(file_, nullptr, _IOFBF, std::size_t{1} << 20U);
    const std::array<std::uint32_t, 6> header{0xa1b2c3d4U, 2U | 4U << 16U, 0, 0, 262144, 1};
    std::array<std::uint8_t, 24> raw{};
    std::memcpy(raw.data(), header.data(), raw.size());
    write(raw);
}

CaptureFile::~CaptureFile() { finish(); }

bool CaptureFile::finish() {
    if (file_ != nullptr) good_ = std::fclose(file_) == 0 && good_;
    file_ = nullptr;
    return good_;
}

void CaptureFile::write(View bytes) {
    good_ = good_ && std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size();
    bytes_ += bytes.size();
}

void CaptureFile::packet(std::uint64_t time_ns, const Tcp& tcp, View payload) {
    frame(time_ns, tcp_headers(tcp, payload, ++ip_id_), payload);
}

void CaptureFile::datagram(std::uint64_t time_ns, Endpoint from, Endpoint to, View payload) {
    frame(time_ns, udp_headers(from, to, payload, ++ip_id_), payload);
}

void CaptureFile::frame(std::uint64_t time_ns, View headers, View payload) {
    const auto length = static_cast<std::uint32_t>(headers.size() + payload.size());
    const std::array<std::uint32_t, 4> header{static_cast<std::uint32_t>(time_ns / 1'000'000'000U),
                                              static_cast<std::uint32_t>(time_ns / 1000U % 1'000'000U), length, length};
    std::array<std::uint8_t, 16> raw{};
    std::memcpy(raw.data(), header.data(), raw.size());
    write(raw);
    write(headers);
    write(payload);
    ++packets_;
}

}  // namespace bench
