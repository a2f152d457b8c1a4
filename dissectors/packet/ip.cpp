#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

Next ip(Walk& w) {
    const auto h = w.header<1>();
    if (!h) return w.too_short(Undecodable::ipv4_header);
    switch (h->u8<0>() >> 4) {
        case 4: return Next::ipv4;
        case 6: return Next::ipv6;
        default: return w.ended(Undecodable::ipv4_header);
    }
}

Next ip_protocol(Walk& w) {
    const bool outer_is_ipv4 = w.is_ipv4();
    switch (w.protocol) {
        case 6: return Next::tcp;
        case 17: return Next::udp;
        case 4:
            w.wrappings.add({outer_is_ipv4 ? Envelope::ipip : Envelope::four_in_six}, Wrappings::Part::text_only);
            return Next::ipv4;
        case 41:
            w.wrappings.add({outer_is_ipv4 ? Envelope::six_in_four : Envelope::six_in_six}, Wrappings::Part::text_only);
            return Next::ipv6;
        case 47: return Next::gre;
        case 51: return Next::authentication;
        case 137: return Next::mpls;
        case 143: return Next::ethernet;  // RFC 8986: a segment's Ethernet payload
        case 1: return w.ended(Other::icmp);
        case 2: return w.ended(Other::igmp);
        case 50: return w.ended(Other::esp);
        case 58: return w.ended(Other::icmpv6);
        case 59: return w.ended(Other::no_next_header);
        case 89: return w.ended(Other::ospf);
        case 132: return w.ended(Other::sctp);
        default: return w.ended(Other::other_ip);
    }
}

Next authentication(Walk& w) {
    const auto h = w.header<8>();
    if (!h) return w.too_short(Undecodable::ipv4_header);
    w.protocol = h->u8<0>();
    w.advance((std::size_t{h->u8<1>()} + 2) * 4);
    return Next::ip_protocol;
}

}  // namespace tlsscope::packet
