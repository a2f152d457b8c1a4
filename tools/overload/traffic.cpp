#include "overload/traffic.h"

#include <cstring>
#include <initializer_list>

namespace overload {

namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20U;
constexpr std::uint32_t kSnapLength = 262144;

/// The numbers of capture files are little-endian here.
Octets little_endian(std::initializer_list<std::uint32_t> numbers) {
    Octets out;
    for (const std::uint32_t n : numbers)
        for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(n >> shift));
    return out;
}

}  // namespace

Traffic::Traffic(Format format, const std::string& truth_path)
    : format_{format}, truth_{std::fopen(truth_path.c_str(), "w")}, good_{truth_ != nullptr} {
    std::setvbuf(stdout, nullptr, _IOFBF, kBuffer);
    if (format_ == Format::pcap) write(little_endian({0xa1b2c3d4U, 2U | 4U << 16U, 0, 0, kSnapLength, 1}));
}

Traffic::~Traffic() {
    if (truth_ != nullptr) std::fclose(truth_);
}

void Traffic::write(View bytes) {
    if (bytes.empty()) return;
    good_ = good_ && std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
    bytes_ += bytes.size();
}

void Traffic::tcp(const Tcp& tcp, View payload) {
    payload_ += payload.size();
    frame(bench::tcp_headers(tcp, payload, ++ip_id_), payload);
}

void Traffic::frame(View head, View payload) {
    constexpr std::uint32_t kEnhancedPacket = 6;
    constexpr std::size_t kAround = 32;  // block header, five numbers, the length again
    now_ns_ += 1000;
    ++frames_;
    const auto length = static_cast<std::uint32_t>(head.size() + payload.size());
    const std::uint64_t us = now_ns_ / 1000;
    if (format_ == Format::pcap) {
        write(little_endian({static_cast<std::uint32_t>(us / 1'000'000U), static_cast<std::uint32_t>(us % 1'000'000U),
                             length, length}));
        write(head);
        return write(payload);
    }
    const Octets padding((4 - length % 4) % 4);
    const auto block = static_cast<std::uint32_t>(kAround + length + padding.size());
    write(little_endian({kEnhancedPacket, block, 0, static_cast<std::uint32_t>(us >> 32U),
                         static_cast<std::uint32_t>(us), length, length}));
    write(head);
    write(payload);
    write(padding);
    write(little_endian({block}));
}

void Traffic::section(std::size_t interfaces) {
    const Octets interface = little_endian({1, 20, 1, kSnapLength, 20});
    write(little_endian({0x0a0d0d0aU, 28, 0x1a2b3c4dU, 1, 0xffffffffU, 0xffffffffU, 28}));
    for (std::size_t i = 0; i < interfaces; ++i) write(interface);
}

void Traffic::truth(const std::string& line) { good_ = good_ && std::fprintf(truth_, "%s\n", line.c_str()) > 0; }

bool Traffic::finish() {
    truth("frames\t" + std::to_string(frames_));
    truth("bytes\t" + std::to_string(bytes_));
    truth("connections\t" + std::to_string(connections_));
    truth("headless\t" + std::to_string(headless_));
    truth("payload\t" + std::to_string(payload_));
    good_ = std::fflush(stdout) == 0 && std::fflush(truth_) == 0 && good_;
    return good_;
}

Conversation::Conversation(Traffic& traffic, Endpoint client, Endpoint server)
    : traffic_{traffic},
      client_{client},
      server_{server},
      first_{client.address * 2654435761U + client.port, client.address * 40503U + 7U} {
    traffic.count_connection();
}

void Conversation::open() {
    syn();
    syn_ack();
    ack();
}

void Conversation::syn() { send(true, flags::kSyn, first_[0] - 1, {}); }
void Conversation::syn_ack() { send(false, flags::kSyn | flags::kAck, first_[1] - 1, {}); }
void Conversation::ack() { send(true, flags::kAck, first_[0] + said_[0], {}); }

void Conversation::say(bool from_client, View bytes) {
    say_at(from_client, said_[from_client ? 0 : 1], bytes);
    said_[from_client ? 0 : 1] += static_cast<std::uint32_t>(bytes.size());
}

void Conversation::say_at(bool from_client, std::uint32_t offset, View bytes) {
    send(from_client, flags::kAck, first_[from_client ? 0 : 1] + offset, bytes);
}

void Conversation::close() {
    for (const bool from_client : {true, false}) {
        const int side = from_client ? 0 : 1;
        send(from_client, flags::kFin | flags::kAck, first_[side] + said_[side], {});
        ++said_[side];
    }
    ack();
}

void Conversation::send(bool from_client, std::uint8_t bits, std::uint32_t seq, View payload) {
    const int other = from_client ? 1 : 0;
    Tcp tcp{client_, server_, seq, first_[other] + said_[other], bits, traffic_.milliseconds(), 0};
    if ((bits & flags::kAck) == 0) tcp.ack = 0;
    if (!from_client) std::swap(tcp.from, tcp.to);
    traffic_.tcp(tcp, payload);
}

Endpoint flood_client(std::uint64_t number) {
    return {(11U << 24U) + static_cast<std::uint32_t>(number), static_cast<std::uint16_t>(1024 + number % 60000)};
}

Endpoint flood_server() { return {(198U << 24U) + (51U << 16U) + (100U << 8U) + 7U, 443}; }

}  // namespace overload
