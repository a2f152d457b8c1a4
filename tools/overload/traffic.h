// The capture that is written, packet by packet, and the count of what it holds.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

#include "bench/wire.h"

namespace overload {

using bench::Builder;
using bench::Dice;
using bench::Endpoint;
using bench::Octets;
using bench::Tcp;
using bench::View;
namespace flags = bench::flags;

/// Writes a capture to standard output, so that gigabytes need no room, and its truth to a file.
class Traffic {
  public:
    enum class Format : std::uint8_t { pcap, pcapng };

    Traffic(Format format, const std::string& truth_path);
    ~Traffic();
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    void tcp(const Tcp& tcp, View payload = {});
    /// Any frame; the time moves on by a microsecond.
    void frame(View head, View payload = {});
    /// pcapng only: a new section with so many interfaces, of which the first is used.
    void section(std::size_t interfaces);

    void count_connection() { ++connections_; }
    /// Of those, one that does not begin with a SYN.
    void count_headless() { ++headless_; }
    /// Of packets tcp() does not make.
    void count_payload(std::uint64_t bytes) { payload_ += bytes; }
    std::uint32_t milliseconds() const { return static_cast<std::uint32_t>(now_ns_ / 1'000'000U); }
    /// A line of the truth: words separated by tabs.
    void truth(const std::string& line);
    /// Writes the counts; false when something could not be written.
    bool finish();

  private:
    void write(View bytes);

    Format format_;
    std::FILE* truth_;
    std::uint64_t now_ns_ = 1'700'000'000'000'000'000U;
    std::uint64_t frames_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t connections_ = 0;
    std::uint64_t headless_ = 0;
    std::uint64_t payload_ = 0;
    std::uint16_t ip_id_ = 0;
    bool good_;
};

/// A connection of the flood: what each side has said, and the right sequence numbers.
class Conversation {
  public:
    Conversation(Traffic& traffic, Endpoint client, Endpoint server);

    /// SYN, SYN/ACK, ACK.
    void open();
    void syn();
    void syn_ack();
    void ack();
    /// The next bytes of one side, in one segment.
    void say(bool from_client, View bytes);
    /// Bytes somewhere in its stream; what is said next does not change.
    void say_at(bool from_client, std::uint32_t offset, View bytes);
    /// FIN and FIN, both acknowledged.
    void close();

  private:
    void send(bool from_client, std::uint8_t bits, std::uint32_t seq, View payload);

    Traffic& traffic_;
    Endpoint client_;
    Endpoint server_;
    std::uint32_t first_[2];
    std::uint32_t said_[2] = {};
};

/// Endpoints of the flood: no two numbers share one, and none is a needle's.
Endpoint flood_client(std::uint64_t number);
Endpoint flood_server();

}  // namespace overload
