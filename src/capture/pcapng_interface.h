// A pcapng Interface Description Block, and what its options make of time stamps.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "bytes/bytes.h"
#include "record/evidence.h"

namespace tlsscope::capture {

/// Times beyond are held here. From 1823 to 2116: the difference of any two fits, too.
inline constexpr record::Nanos kLatest = std::numeric_limits<record::Nanos>::max() / 2;
inline constexpr record::Nanos kEarliest = -kLatest;

/// Turns counts of an interface's clock into nanoseconds, exactly: 128-bit arithmetic, rounded down, and held at
/// the earliest and latest times.
class TimeScale {
  public:
    /// if_tsresol: 10^-n, or 2^-n when the top bit is set. False when it is finer than 10^-18 or 2^-63.
    bool set_resolution(std::uint8_t if_tsresol);
    /// if_tsoffset in seconds; false when it lies outside of what nanoseconds in 64 bits can say.
    bool set_offset(std::int64_t seconds);

    record::Nanos nanos(std::uint64_t ticks) const {
        constexpr std::uint64_t kSafeTicks = std::uint64_t{1} << 53;
        if (multiplier_ == 1000 && offset_ == 0 && ticks < kSafeTicks) return static_cast<record::Nanos>(ticks * 1000);
        return scale(ticks);
    }

  private:
    record::Nanos scale(std::uint64_t ticks) const;

    // ns = ticks * multiplier / divisor, or ticks * multiplier >> shift. A multiplier of 0: no times.
    std::uint64_t multiplier_ = 1000;
    std::uint64_t divisor_ = 1;
    std::uint8_t shift_ = 0;
    std::int64_t offset_ = 0;  ///< ns
};

struct InterfaceDescription {
    std::uint16_t link_type = 0;
    std::uint32_t snaplen = 0;  ///< 0: unlimited
    std::uint8_t fcs_length = 0;
    TimeScale time;
    /// What was odd about its options; empty: nothing.
    std::string_view oddity;
    /// The resolution is too fine: its packets have no times.
    bool no_time = false;
};

/// Reads the body of an Interface Description Block (draft-ietf-opsawg-pcapng section 4.2). False when it is too
/// short to have a link type.
bool read_interface(bytes::Bytes body, bool swapped, InterfaceDescription& out);

}  // namespace tlsscope::capture
