#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

Next vlan(Walk& w) {
    constexpr std::uint16_t kIdBits = 0x0fff;
    const auto h = w.header<4>();
    if (!h) return w.too_short(Undecodable::vlan_header);
    const std::uint16_t id = h->u16<0>() & kIdBits;
    // Id 0 is a priority tag on untagged traffic (IEEE 802.1Q section 6.9): no VLAN at all.
    const bool separates = id != 0 && !w.ignore_vlan;
    if (id != 0)
        w.wrappings.add({Envelope::vlan, true, id}, separates ? Wrappings::Part::of_key : Wrappings::Part::text_only);
    w.ethertype = h->u16<2>();
    w.advance(4);
    return Next::ethertype;
}

}  // namespace tlsscope::packet
