#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

Next frame_relay(Walk& w) {
    constexpr std::uint8_t kLastAddressByte = 0x01, kUnnumbered = 0x03, kPad = 0x00;
    constexpr std::uint8_t kIpv4 = 0xcc, kIpv6 = 0x8e, kSnap = 0x80;
    constexpr int kLongestAddress = 4;
    for (int i = 0;; ++i) {  // Q.922: the address ends with the byte whose lowest bit is set
        const auto address = w.header<1>();
        if (!address) return w.too_short(Undecodable::link_header);
        if (i == kLongestAddress) return w.ended(Undecodable::link_header);
        const bool last = (address->u8<0>() & kLastAddressByte) != 0;
        w.advance(1);
        if (last) break;
    }
    const auto h = w.header<3>();
    if (!h) return w.too_short(Undecodable::link_header);
    if (h->u8<0>() != kUnnumbered) {
        w.ethertype = h->u16<0>();  // Cisco's encapsulation: a type at once
        w.advance(2);
        return w.ethertype >= 0x0600 ? Next::ethertype : w.ended(Other::llc);
    }
    const bool padded = h->u8<1>() == kPad;
    const std::uint8_t network = padded ? h->u8<2>() : h->u8<1>();
    w.advance(padded ? 3 : 2);
    if (network == kIpv4) return Next::ipv4;
    if (network == kIpv6) return Next::ipv6;
    if (network != kSnap) return w.ended(Other::llc);
    const auto snap = w.header<5>();
    if (!snap) return w.too_short(Undecodable::link_header);
    w.ethertype = snap->u16<3>();
    w.advance(5);
    return w.ethertype >= 0x0600 ? Next::ethertype : w.ended(Other::llc);
}

Next cisco_hdlc(Walk& w) {
    const auto h = w.header<4>();
    if (!h) return w.too_short(Undecodable::link_header);
    w.ethertype = h->u16<2>();
    w.advance(4);
    return w.ethertype >= 0x0600 ? Next::ethertype : w.ended(Other::llc);
}

}  // namespace tlsscope::packet
