// Bytes of one direction of a connection, in order, as a dissector gets them.
#pragma once

#include <cstdint>

#include "bytes/bytes.h"
#include "record/evidence.h"

namespace tlsscope::flow {

using record::Evidence;
using record::Side;

/// In-order payload. `data` lives only during the call it is handed over in.
struct Chunk {
    bytes::Bytes data;
    record::Side from = record::Side::client;
    std::uint64_t offset = 0;  ///< of its first byte in this direction's stream, counted from the first byte seen
    record::Evidence carried;  ///< the segment that carried these bytes (the first copy of them)
    record::Evidence
        released;  ///< the segment that made them contiguous: the same one unless there was reordering or loss
};

/// Bytes that were sent but are not in the capture, or were not kept.
struct Gap {
    enum class Why : std::uint8_t {
        acked,    ///< the receiver acknowledged bytes that were never captured
        snaplen,  ///< the capture cut the packet short
        budget,   ///< more out of order than the limits allow
        end,      ///< a hole that was still open when the connection ended
    };
    record::Side from = record::Side::client;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    Why why = Why::acked;
    record::Evidence at;  ///< the segment that showed it
};

}  // namespace tlsscope::flow
