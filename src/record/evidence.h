// When something was seen and in which frame: every number shown to a user can be traced to these.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace tlsscope::record {

/// Nanoseconds since 1970-01-01 00:00:00 UTC by the capture's clock. There is no other clock below pipeline.
using Nanos = std::int64_t;

/// A packet without a time stamp (pcapng Simple Packet Block): times from it are unknown, not 1970.
inline constexpr Nanos kNoTime = std::numeric_limits<Nanos>::min();

/// The frame in which a thing was seen: 1-based, as other tools number them; 0 means never.
struct Evidence {
    Nanos time = kNoTime;
    std::uint64_t frame = 0;

    bool seen() const { return frame != 0; }
    friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// Who sent something.
enum class Side : std::uint8_t { client, server };

inline constexpr Side other(Side s) { return s == Side::client ? Side::server : Side::client; }
inline constexpr std::size_t index(Side s) { return static_cast<std::size_t>(s); }
inline constexpr const char* name(Side s) { return s == Side::client ? "client" : "server"; }

}  // namespace tlsscope::record
