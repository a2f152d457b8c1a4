#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

namespace {

constexpr std::uint32_t kPresentFlags = 0x02, kPresentTsft = 0x01;
constexpr std::uint8_t kFlagFcsAtEnd = 0x10;
constexpr std::size_t kFcs = 4;

/// Radiotap is little-endian throughout.
std::uint16_t little16(std::uint16_t big) { return __builtin_bswap16(big); }

/// The flags field, where it can be found without walking the whole header: behind the bitmaps and the timer.
std::uint8_t radiotap_flags(bytes::Bytes header) {
    constexpr std::uint32_t kMoreBitmaps = 0x80000000;
    constexpr std::size_t kFixed = 4, kBitmap = 4, kTimer = 8;
    std::uint32_t first = 0;
    std::size_t at = kFixed;
    bool more = true;
    for (bool is_first = true; more; is_first = false) {
        if (at + kBitmap > header.size()) return 0;
        const std::uint32_t bitmap = header[at] | static_cast<std::uint32_t>(header[at + 1]) << 8 |
                                     static_cast<std::uint32_t>(header[at + 2]) << 16 |
                                     static_cast<std::uint32_t>(header[at + 3]) << 24;
        if (is_first) first = bitmap;
        more = (bitmap & kMoreBitmaps) != 0;
        at += kBitmap;
    }
    if ((first & kPresentFlags) == 0) return 0;
    if ((first & kPresentTsft) != 0) at = (at + kTimer - 1) / kTimer * kTimer + kTimer;
    return at < header.size() ? header[at] : std::uint8_t{0};
}

/// IEEE 802.11-2020 section 9.2: which header fields there are is told by the two bytes of frame control.
Next frame_with(Walk& w, std::uint8_t kind, std::uint8_t flags) {
    constexpr std::uint8_t kTypeData = 2, kSubtypeQos = 0x8, kSubtypeNoData = 0x4;
    constexpr std::uint8_t kToAndFromDistribution = 0x03, kProtected = 0x40, kOrder = 0x80;
    const unsigned type = kind >> 2 & 3U;
    const unsigned subtype = kind >> 4;
    if (type != kTypeData || (subtype & kSubtypeNoData) != 0) return w.ended(Other::wifi_management);
    if (!w.header<24>()) return w.too_short(Undecodable::link_header);
    if ((flags & kProtected) != 0) return w.ended(Other::wifi_encrypted);
    std::size_t header = 24;
    if ((flags & kToAndFromDistribution) == kToAndFromDistribution) header += 6;
    if ((subtype & kSubtypeQos) != 0) header += (flags & kOrder) != 0 ? 6 : 2;
    w.advance(header);
    return Next::llc;
}

}  // namespace

Next radiotap(Walk& w) {
    const auto h = w.header<8>();
    if (!h) return w.too_short(Undecodable::link_header);
    const std::size_t length = little16(h->u16<2>());
    if (h->u8<0>() != 0 || length < 8) return w.ended(Undecodable::link_header);
    if (length > w.data.size()) return w.too_short(Undecodable::link_header);
    const bool fcs = (radiotap_flags(w.data.first(length)) & kFlagFcsAtEnd) != 0;
    w.advance(length);
    if (fcs && w.wire >= kFcs) w.set_length(w.wire - kFcs);
    return Next::wifi;
}

Next wifi(Walk& w) {
    const auto h = w.header<2>();
    return h ? frame_with(w, h->u8<0>(), h->u8<1>()) : w.too_short(Undecodable::link_header);
}

Next wifi_swapped(Walk& w) {
    const auto h = w.header<2>();
    return h ? frame_with(w, h->u8<1>(), h->u8<0>()) : w.too_short(Undecodable::link_header);
}

}  // namespace tlsscope::packet
