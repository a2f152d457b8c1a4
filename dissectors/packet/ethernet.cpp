#include "dissectors/packet/ethertypes.h"
#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

namespace {

constexpr std::size_t kMacAddresses = 12;
constexpr std::uint16_t kLargestLength = 1500;  // IEEE 802.3 section 3.2.6: above are types

}  // namespace

Next ethernet(Walk& w) {
    const auto h = w.header<14>();
    if (!h) return w.too_short(Undecodable::link_header);
    w.ethertype = h->u16<kMacAddresses>();
    w.advance(14);
    return w.ethertype == kTypeIpv4 ? Next::ipv4 : Next::ethertype;
}

Next ethertype(Walk& w) {
    switch (w.ethertype) {
        case kTypeIpv4: return Next::ipv4;
        case kTypeIpv6: return Next::ipv6;
        case kTypeVlan:
        case kTypeProviderVlan:
        case kTypeOldVlan: return Next::vlan;
        case kTypeMpls:
        case kTypeMplsUpstream: return Next::mpls;
        case kTypePppoe: return Next::pppoe;
        case kTypePppoeDiscovery: return w.ended(Other::pppoe_discovery);
        case kTypePpp: return Next::ppp;
        case kTypeBridged: return Next::ethernet;
        case kTypeFabricPath:
            w.advance(2);  // tree and time to live; the outer addresses are switches
            return Next::ethernet;
        case kTypeErspan3: return Next::erspan3;
        case kTypeArp: return w.ended(Other::arp);
        case kTypeLldp: return w.ended(Other::lldp);
        case kTypeEapol: return w.ended(Other::eapol);
        default: break;
    }
    if (w.ethertype > kLargestLength) return w.ended(Other::other_ethertype);
    // Shorter than the frame: the rest is padding. Longer happens where an offloading card wrote it.
    if (w.ethertype < w.wire) w.set_length(w.ethertype);
    return Next::llc;
}

Next llc(Walk& w) {
    constexpr std::uint16_t kSnap = 0xaaaa, kIp = 0x0606;
    constexpr std::uint8_t kUnnumbered = 0x03;
    constexpr std::uint32_t kEncapsulatedEthernet = 0x000000, kBridgeTunnel = 0x0000f8;
    const auto h = w.header<3>();
    if (!h) return w.too_short(Undecodable::link_header);
    if (h->u8<2>() != kUnnumbered) return w.ended(Other::llc);
    if (h->u16<0>() == kIp) {
        w.advance(3);
        return Next::ip;
    }
    if (h->u16<0>() != kSnap) return w.ended(Other::llc);
    const auto snap = w.header<8>();
    if (!snap) return w.too_short(Undecodable::link_header);
    const std::uint32_t organisation = snap->u32<2>() & 0xffffff;
    w.ethertype = snap->u16<6>();
    w.advance(8);
    const bool is_type = organisation == kEncapsulatedEthernet || organisation == kBridgeTunnel;
    if (!is_type || w.ethertype <= kLargestLength) return w.ended(Other::llc);
    return Next::ethertype;
}

}  // namespace tlsscope::packet
