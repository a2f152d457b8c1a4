// What a full segment is.
#pragma once

#include "flow/connection.h"

namespace tlsscope::verdict {

/// The largest payload the other side takes of `sender`, as it announced, or the usual.
inline std::uint32_t largest_payload(const flow::Connection& c, record::Side sender) {
    constexpr std::uint32_t kUsual = 1220;  // the least a path of IPv6 carries
    const std::uint32_t told = c.half(record::other(sender)).mss;
    return told == 0 ? kUsual : told;
}

/// Its sender had at least so much to say.
inline bool fills_a_segment(std::uint32_t length, std::uint32_t largest) {
    constexpr std::uint32_t kOptions = 40;  // which the MSS does not count
    return length + kOptions >= largest;
}

}  // namespace tlsscope::verdict
