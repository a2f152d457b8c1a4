// Where the time of setting up a connection went, from the first SYN to the end of the handshake: every nanosecond in
// exactly one part, so that the parts add up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "flow/connection.h"
#include "record/evidence.h"

namespace tlsscope::verdict {

using record::Nanos;

/// What the walk over a setup starts from. All times are the capture's.
struct SetupMarks {
    record::Evidence syn;                            ///< the first
    record::Evidence connected;                      ///< the client's ACK of the SYN/ACK
    record::Evidence begin;                          ///< the handshake's first byte
    record::Evidence end;                            ///< its last
    Nanos rtt_server = 0;                            ///< from the capture point to the server and back
    Nanos rtt_client = 0;                            ///< to the client and back
    std::array<std::uint32_t, 2> largest_payload{};  ///< of a segment, by sender
};

/// A segment that its sender held back until what it had sent before was acknowledged.
struct Held {
    flow::Passage before;      ///< the last one it sent without waiting
    flow::Passage ack;         ///< what it waited for
    flow::Passage segment;     ///< the one held back
    std::uint32_t sent = 0;    ///< bytes of the same flight before it
    bool over_window = false;  ///< the congestion window was full; otherwise only a small rest was held (Nagle)
    Nanos ack_delay = 0;       ///< of it, what the acknowledgment came later than it could
    Nanos cost() const { return segment.time - before.time; }
};

/// What a side needed for itself between two segments.
struct Pause {
    flow::Passage before;
    flow::Passage after;
    Nanos length = 0;
};

/// A segment sent again.
struct Repeat {
    std::optional<flow::Passage> original;  ///< where the capture has it: it was lost further on
    flow::Passage again;
    unsigned duplicate_acks = 0;  ///< that asked for it
    Nanos cost = 0;
};

struct Setup {
    Nanos total = 0;
    // Parts of it. Definitions: README.md and --list-columns.
    Nanos network = 0;
    Nanos transfer = 0;
    Nanos server = 0;
    Nanos client = 0;
    Nanos ack_wait = 0;
    Nanos loss = 0;
    Nanos wait = 0;
    unsigned half_trips = 0;  ///< ways from the capture point to a side and back; two are a round trip

    std::array<Pause, 2> longest;  ///< by side: of server and client
    std::vector<Held> held;
    std::vector<Repeat> repeats;  ///< after connecting
};

/// Empty where it cannot be said: a mark is missing, the clock ran back or by more than a year, a segment is doubted,
/// or not all up to the end are there. `stalls`: times lost waiting for repetitions, as the tracker saw them; they may
/// overlap.
std::optional<Setup> split_setup(const SetupMarks& marks, const flow::Passages& passages,
                                 const std::vector<flow::Stall>& stalls);

}  // namespace tlsscope::verdict
