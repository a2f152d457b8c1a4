// Packets of connections of which nobody knows yet whether they are worth keeping.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

#include "capture/frame.h"
#include "capture/pcapng_writer.h"

namespace tlsscope::capture {

struct StoreLimits {
    std::size_t connection_bytes = std::size_t{256} << 10;  ///< of one connection: its handshake comes first
    std::size_t total_bytes = std::size_t{64} << 20;
};

/// Keeps copies of packets by connection until it is told to write or to drop them. Memory is bounded, with what the
/// bookkeeping takes: a connection's later packets are not kept beyond its limit; beyond the total limit the
/// connections that have been silent for longest lose theirs. What was given up is counted. Not thread-safe.
class PacketStore {
  public:
    explicit PacketStore(const StoreLimits& limits = {}) : limits_{limits} {}

    /// `connection` is any number that stays with a connection while it lives, such as its first frame.
    void add(std::uint64_t connection, const Frame& frame);
    /// Writes what is kept of it, in order of arrival, and forgets it. What is missing is said in a comment of its
    /// first packet.
    void write(std::uint64_t connection, PcapngWriter& out);
    void drop(std::uint64_t connection);

    struct Counters {
        std::uint64_t connections = 0;      ///< kept now
        std::uint64_t bytes = 0;            ///< of memory, now
        std::uint64_t written_packets = 0;  ///< handed to the writer
        std::uint64_t over_limit = 0;       ///< packets not kept: their connection had its share
        std::uint64_t evicted_packets = 0;  ///< packets given up: all connections together had too many
        std::uint64_t written_in_part = 0;  ///< connections of which not all packets were written
    };
    const Counters& counters() const { return counters_; }
    /// For the summary: what was written and what was given up, one sentence.
    std::string text() const;

  private:
    struct Kept {
        std::vector<std::uint8_t> packets;  // Header and bytes, one after the other
        std::uint64_t count = 0;            // of those
        std::uint64_t missing = 0;          // packets that are not among them
        std::list<std::uint64_t>::iterator turn;
    };
    struct Header;

    Kept& touch(std::uint64_t connection);
    void append(Kept& kept, const Frame& frame);
    void make_room();
    void forget(std::uint64_t connection);

    StoreLimits limits_;
    std::unordered_map<std::uint64_t, Kept> connections_;
    std::list<std::uint64_t> turns_;  // the one that was silent for longest first
    Counters counters_;
};

}  // namespace tlsscope::capture
