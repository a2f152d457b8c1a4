// Which connections were closed a while ago: late packets of theirs are no new ones.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include <tsl/robin_map.h>

#include "flow/connection.h"
#include "flow/segment.h"

namespace tlsscope::flow {

/// Remembers by hash, the newest kMost of them. It answers by the packets of that very connection only, so that reports
/// are the same for any number of workers.
class Departed {
  public:
    /// TIME-WAIT is 60 s on Linux; the RST of a server that closes idle connections comes about as late.
    static constexpr record::Nanos kMemory = 60'000'000'000;
    static constexpr std::size_t kMost = 1U << 16;
    /// Bytes, at most: the queue, and the map when it is at its emptiest.
    static constexpr std::uint64_t kFootprint = kMost * (16 + 4 * 40);

    /// `seed`: as for every hash of flows, random in production.
    explicit Departed(std::uint64_t seed) : seed_{seed} {}

    void add(const Connection& c);
    /// Who sent it, if it is a late RST, FIN or ACK, or data that was sent before the close (RFC 1337): in a record of
    /// its own it would be noise. Other data may be of a new connection whose opening the capture lacks.
    std::optional<Side> sender_of_late(const Segment& s) const;

  private:
    struct State {
        Nanos last = 0;                      // packet
        std::array<std::uint32_t, 2> end{};  // of what each end of the key sent: the next sequence number
        std::array<bool, 2> sent{};          // anything
        bool client_is_low = true;
    };
    struct Entry {
        std::uint64_t hash;
        Nanos last;
    };
    void forget_oldest();

    std::uint64_t seed_;
    tsl::robin_map<std::uint64_t, State> states_;  // by hash of the key
    std::deque<Entry> order_;
};

}  // namespace tlsscope::flow
