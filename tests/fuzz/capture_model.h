// What a plain pcapng file says, read in the plainest way with code of its own: what capture/ reads of it must be that.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "bytes/bytes.h"

namespace tlsscope::fuzz {

struct ModelFrame {
    std::int64_t time = 0;  ///< ns
    std::uint16_t link_type = 0;
    bytes::Bytes data;
    friend bool operator==(const ModelFrame& a, const ModelFrame& b) {
        return a.time == b.time && a.link_type == b.link_type &&
               std::equal(a.data.begin(), a.data.end(), b.data.begin(), b.data.end());
    }
};

/// Nothing unless every length fits, to the last byte, and there is nothing rare in it.
std::optional<std::vector<ModelFrame>> plain_pcapng(bytes::Bytes file);

}  // namespace tlsscope::fuzz
