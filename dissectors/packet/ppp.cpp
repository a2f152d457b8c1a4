#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

Next pppoe(Walk& w) {
    constexpr std::uint8_t kVersionAndType = 0x11;
    constexpr std::uint8_t kSessionData = 0;
    const auto h = w.header<6>();
    if (!h) return w.too_short(Undecodable::pppoe_header);
    if (h->u8<0>() != kVersionAndType) return w.ended(Undecodable::pppoe_header);
    if (h->u8<1>() != kSessionData) return w.ended(Other::pppoe_discovery);
    w.wrappings.add({Envelope::pppoe, true, h->u16<2>()}, Wrappings::Part::of_key);
    const std::size_t length = h->u16<4>();
    w.advance(6);
    if (length < w.wire) w.set_length(length);
    return Next::ppp;
}

Next ppp(Walk& w) {
    constexpr std::uint16_t kAddressAndControl = 0xff03;
    constexpr std::uint16_t kIpv4 = 0x0021, kIpv6 = 0x0057, kMpls = 0x0281, kBridging = 0x0031;
    const auto head = w.header<2>();
    if (!head) return w.too_short(Undecodable::link_header);
    if (head->u16<0>() == kAddressAndControl)
        w.advance(2);  // left out where both sides agreed to (RFC 1661 section 6.6)
    const auto first = w.header<1>();
    if (!first) return w.too_short(Undecodable::link_header);
    std::uint16_t protocol = first->u8<0>();
    if ((protocol & 1) != 0) {  // RFC 1661 section 6.5: one byte when odd
        w.advance(1);
    } else {
        const auto h = w.header<2>();
        if (!h) return w.too_short(Undecodable::link_header);
        protocol = h->u16<0>();
        w.advance(2);
    }
    switch (protocol) {
        case kIpv4: return Next::ipv4;
        case kIpv6: return Next::ipv6;
        case kMpls: return Next::mpls;
        case kBridging:
            w.advance(2);  // RFC 3518: flags and MAC type
            return Next::ethernet;
        default: return w.ended(Other::ppp_control);
    }
}

}  // namespace tlsscope::packet
