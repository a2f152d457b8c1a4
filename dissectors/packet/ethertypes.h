// Ethernet types, IEEE 802 numbers registry.
#pragma once

#include <cstdint>

namespace tlsscope::packet {

enum Ethertype : std::uint16_t {
    kTypeIpv4 = 0x0800,
    kTypeArp = 0x0806,
    kTypeBridged = 0x6558,  ///< transparent Ethernet bridging, RFC 1701
    kTypeErspan3 = 0x22eb,
    kTypeVlan = 0x8100,
    kTypeOldVlan = 0x9100,
    kTypeProviderVlan = 0x88a8,
    kTypeIpv6 = 0x86dd,
    kTypePpp = 0x880b,
    kTypeMpls = 0x8847,
    kTypeMplsUpstream = 0x8848,
    kTypePppoeDiscovery = 0x8863,
    kTypePppoe = 0x8864,
    kTypeEapol = 0x888e,
    kTypeErspan2 = 0x88be,
    kTypeWccp = 0x883e,        ///< redirected by a router, Cisco
    kTypeFabricPath = 0x8903,  ///< Cisco's frame around a frame
    kTypeLldp = 0x88cc,
};

}  // namespace tlsscope::packet
