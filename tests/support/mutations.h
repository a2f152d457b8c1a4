// Changes of a capture that must not change what TLS said: plain Ethernet/IP/TCP frames taken apart, moved, cut and put
// together again with right lengths and checksums.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/memory_source.h"

namespace tlsscope::support {

/// Random choices that can be repeated: made from a seed and a name.
class Dice {
  public:
    Dice(std::uint64_t seed, const std::string& name);
    std::size_t below(std::size_t n) { return n == 0 ? 0 : engine_() % n; }
    /// True `percent` times of a hundred.
    bool chance(unsigned percent) { return below(100) < percent; }
    std::uint32_t number() { return static_cast<std::uint32_t>(engine_()); }

  private:
    std::mt19937_64 engine_;
};

/// TLSSCOPE_TEST_SEED, or 1. The same seed makes the same mutations.
std::uint64_t test_seed();

/// One frame. What is no TCP is carried along as it is (`tcp` false, bytes in `head`).
struct TracePacket {
    bool tcp = false;
    Buffer head;  ///< Ethernet and IP header; lengths, checksum and identification are made anew
    std::size_t ip_at = 14;
    bool six = false;
    std::uint16_t source_port = 0, destination_port = 0;
    std::uint32_t seq = 0, ack = 0;
    std::uint16_t flags = 0, window = 0, urgent = 0;
    std::uint16_t ip_id = 0;
    Buffer options;
    Buffer payload;
    record::Nanos time = record::kNoTime;

    std::string source() const;  ///< address and port, as a key
    std::string destination() const;
    std::string flow() const;  ///< the same for both directions
    bool has(std::uint16_t flag) const { return (flags & flag) != 0; }
    std::uint32_t end() const;  ///< sequence number behind it
};
using Trace = std::vector<TracePacket>;

/// Nothing unless every TCP packet is whole, in plain IPv4 or IPv6 on Ethernet, without fragments or extension headers.
std::optional<Trace> take_apart(const Frames& frames);
Frames put_together(const Trace& trace);

// The metamorphic relations, by their numbers in the list of test cases (tests/pipeline/README.md).
Trace split_segments(const Trace& trace, Dice& dice);      ///< M1
Trace merge_segments(const Trace& trace, Dice& dice);      ///< M2: up to 64 KiB
Trace duplicate_segments(const Trace& trace, Dice& dice);  ///< M3
/// M4: packets overtake each other by less than 64 places, but nothing comes before what it acknowledges or after what
/// acknowledges it. SYN and RST stay where they are.
Trace reorder_segments(const Trace& trace, Dice& dice);
Trace wrap_sequence_numbers(const Trace& trace, Dice& dice);  ///< M5: each direction of each flow wraps in its data
/// M6: two traces become one; the second gets other addresses, and begins at some time of the first.
Trace interleave(const Trace& a, const Trace& b, Dice& dice);
/// M7, in part: changes one octet of every address.
Trace rename_addresses(const Trace& trace, std::uint8_t with);

}  // namespace tlsscope::support
