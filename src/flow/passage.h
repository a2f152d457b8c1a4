// What passed while the handshake above TCP was read, segment by segment: for those who explain where the time went.
#pragma once

#include <cstdint>
#include <vector>

#include "record/evidence.h"

namespace tlsscope::flow {

/// A segment after the SYNs that was believed, or may be. Offsets count payload bytes of a direction from 0.
struct Passage {
    enum class Kind : std::uint8_t {
        ack,       ///< no payload
        data,      ///< bytes not seen before, in order or ahead of a hole
        repeated,  ///< sent again, or filling a hole so late that it must have been
        late,      ///< fills a hole: overtaken on the way
        doubted,   ///< its checksum is wrong; whether it counted is not known yet
    };

    record::Nanos time = record::kNoTime;
    std::uint64_t frame = 0;
    std::uint32_t begin = 0;   ///< of its payload
    std::uint32_t length = 0;  ///< of its payload, on the wire
    std::uint32_t acked = 0;   ///< how far its sender has acknowledged the other direction
    Kind kind = Kind::ack;
    record::Side from = record::Side::client;
    bool window_closed = false;  ///< its sender announced a window of zero

    std::uint32_t end() const { return begin + length; }
};

/// The first of a connection, in order of capture, until its handshake is over.
using Passages = std::vector<Passage>;

inline constexpr std::size_t kMostPassages = 64;

}  // namespace tlsscope::flow
