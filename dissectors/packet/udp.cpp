#include "dissectors/packet/layers.h"
#include "dissectors/packet/tunnels.h"

namespace tlsscope::packet {

namespace {

/// The tunnel that this port is registered for; null: none we know.
Next (*tunnel_of(std::uint16_t port))(Walk&) {
    switch (port) {
        case 1701: return l2tp;
        case 2152: return gtp_u;
        case 3544: return teredo;
        case 4789:
        case 8472: return vxlan;  // Linux' default before the port was assigned
        case 5247: return capwap;
        case 6081: return geneve;
        default: return nullptr;
    }
}

}  // namespace

Next udp(Walk& w) {
    const auto h = w.header<8>();
    if (!h) return w.too_short(Undecodable::udp_header);
    const std::size_t length = h->u16<4>();
    if (length != 0 && length < 8) return w.ended(Undecodable::udp_header);
    if (length != 0 && length < w.wire) w.set_length(length);
    const auto tunnel = tunnel_of(h->u16<2>()) != nullptr ? tunnel_of(h->u16<2>()) : tunnel_of(h->u16<0>());
    if (tunnel == nullptr) return w.ended(Other::udp);
    w.advance(8);
    w.in_udp_tunnel = true;
    return tunnel(w);
}

}  // namespace tlsscope::packet
