#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

namespace {

/// Linux' cooked headers carry an Ethernet type, or one of its own numbers below 0x0600.
Next cooked_protocol(Walk& w, std::uint16_t hardware, std::uint16_t protocol) {
    constexpr std::uint16_t kHardwareGre = 778;
    constexpr std::uint16_t kLlc = 0x0004;
    if (hardware == kHardwareGre && protocol != kLlc) {
        w.ethertype = protocol;
        return Next::ethertype;
    }
    if (protocol == kLlc) return Next::llc;
    if (protocol < 0x0600) return w.ended(Other::llc);
    w.ethertype = protocol;
    return Next::ethertype;
}

}  // namespace

Next sll(Walk& w) {
    const auto h = w.header<16>();
    if (!h) return w.too_short(Undecodable::link_header);
    w.advance(16);
    return cooked_protocol(w, h->u16<2>(), h->u16<14>());
}

Next sll2(Walk& w) {
    const auto h = w.header<20>();
    if (!h) return w.too_short(Undecodable::link_header);
    w.advance(20);
    return cooked_protocol(w, h->u16<8>(), h->u16<0>());
}

Next loopback(Walk& w) {
    // AF_INET is 2 everywhere; AF_INET6 is 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on Darwin, 10 on Linux.
    const auto h = w.header<4>();
    if (!h) return w.too_short(Undecodable::link_header);
    const std::uint32_t big = h->u32<0>();
    const std::uint32_t family = big > 0xffff ? __builtin_bswap32(big) : big;
    w.advance(4);
    switch (family) {
        case 2: return Next::ipv4;
        case 10:
        case 24:
        case 28:
        case 30: return Next::ipv6;
        default: return w.ended(Other::other_family);
    }
}

}  // namespace tlsscope::packet
