#include "capture/pcapng_interface.h"

#include <limits>

#include "capture/byte_order.h"

namespace tlsscope::capture {

namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

enum Option : std::uint16_t { kEndOfOptions = 0, kTsResol = 9, kFcsLen = 13, kTsOffset = 14 };

std::uint64_t power_of_ten(unsigned n) {
    std::uint64_t out = 1;
    while (n-- > 0) out *= 10;
    return out;
}

/// The draft counts bits and its example says 4; writers put bytes. No FCS is longer than eight bytes or as short as
/// eight bits.
std::uint8_t fcs_bytes(std::uint8_t value) { return value <= 8 ? value : static_cast<std::uint8_t>(value / 8); }

void read_option(std::uint16_t code, bytes::Bytes value, bool swapped, InterfaceDescription& out) {
    if (code == kTsResol && value.size() == 1) {
        out.no_time = !out.time.set_resolution(value[0]);
        if (out.no_time) out.oddity = "time stamps finer than 10^-18 or 2^-63 seconds are not supported: no times";
    }
    if (code == kFcsLen && value.size() == 1) out.fcs_length = fcs_bytes(value[0]);
    if (code == kTsOffset && value.size() == 8)
        if (!out.time.set_offset(static_cast<std::int64_t>(load64(value.data(), swapped))))
            out.oddity = "if_tsoffset is out of range: times are held at the limit";
}

}  // namespace

bool TimeScale::set_resolution(std::uint8_t if_tsresol) {
    const unsigned exponent = if_tsresol & 0x7fU;
    const bool binary = (if_tsresol & 0x80U) != 0;
    multiplier_ = 0;  // no times, unless it is one that we can scale
    if (exponent > (binary ? 63 : 18)) return false;
    shift_ = binary ? static_cast<std::uint8_t>(exponent) : 0;
    multiplier_ = binary ? kNanosPerSecond : exponent < 9 ? power_of_ten(9 - exponent) : 1;
    divisor_ = binary || exponent <= 9 ? 1 : power_of_ten(exponent - 9);
    return true;
}

bool TimeScale::set_offset(std::int64_t seconds) {
    const Wide wide = Wide{seconds} * kNanosPerSecond;
    const bool fits = wide > kEarliest && wide < kLatest;
    offset_ = fits ? static_cast<std::int64_t>(wide) : seconds < 0 ? kEarliest : kLatest;
    return fits;
}

record::Nanos TimeScale::scale(std::uint64_t ticks) const {
    if (multiplier_ == 0) return record::kNoTime;
    // At most 2^64 * 10^9 < 2^94.
    const Wide nanos = ((Wide{ticks} * Wide{multiplier_} / Wide{divisor_}) >> shift_) + offset_;
    if (nanos > kLatest) return kLatest;
    return nanos < kEarliest ? kEarliest : static_cast<record::Nanos>(nanos);
}

bool read_interface(bytes::Bytes body, bool swapped, InterfaceDescription& out) {
    OrderedReader in{body, swapped};
    out.link_type = in.u16();
    (void)in.u16();  // reserved
    out.snaplen = in.u32();
    if (!in.ok()) return false;
    while (in.more()) {
        const std::uint16_t code = in.u16();
        const std::uint16_t length = in.u16();
        const bytes::Bytes value = in.take_padded(length);
        if (!in.ok()) out.oddity = "options run over the end of their block: the rest of them was dropped";
        if (!in.ok() || code == kEndOfOptions) break;
        read_option(code, value, swapped, out);
    }
    return true;
}

}  // namespace tlsscope::capture
