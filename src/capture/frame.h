// One captured frame, as every reader and the live source hand it on.
#pragma once

#include <cstdint>

#include "bytes/bytes.h"
#include "record/evidence.h"

namespace tlsscope::capture {

/// A view of a packet. `data` lives until the next call of the source's next(), or as long as somebody holds the
/// source's block (Source::hold).
struct Frame {
    bytes::Bytes data;
    std::uint32_t wire_length = 0;         ///< bytes on the wire; data.size() is what was captured
    record::Nanos time = record::kNoTime;  ///< kNoTime: the file has none (pcapng Simple Packet Block)
    std::uint64_t number = 0;              ///< 1-based over all inputs of a run, in the order read
    std::uint16_t link_type = 0;           ///< LINKTYPE_ value, https://www.tcpdump.org/linktypes.html
    std::uint8_t fcs_length = 0;           ///< trailing frame check sequence bytes to strip
    std::uint32_t interface = 0;           ///< pcapng interface of its section
};

}  // namespace tlsscope::capture
