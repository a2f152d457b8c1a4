// What the capture tells the view besides the connections.
#pragma once

#include <cstdint>
#include <string>

#include "record/evidence.h"

namespace tlsscope::live_view {

/// Everything counts from the start of the capture; rates are worked out from one tick to the next.
struct Stats {
    record::Nanos now = record::kNoTime;  ///< the owner's clock: of packets or of the wall, but always the same one
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;  ///< on the wire
    std::uint64_t kernel_drops = 0;
    std::uint64_t interface_drops = 0;
    std::uint64_t own_drops = 0;  ///< rows and packets that could not be written
    std::uint64_t open_connections = 0;
    std::string trouble;  ///< one sentence while something is wrong: "eth0 is down"; empty: all is well
};

}  // namespace tlsscope::live_view
