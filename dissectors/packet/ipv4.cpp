#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

namespace {

constexpr std::size_t kSmallestHeader = 20;
}  // namespace

// The header checksum is not verified: a router or card that sends a wrong one is not our subject, captures of
// offloaded packets have wrong ones, and a TCP segment proves itself by its own checksum.
Next ipv4(Walk& w) {
    constexpr std::uint16_t kMoreFragments = 0x2000, kOffsetBits = 0x1fff;
    const auto h = w.header<kSmallestHeader>();
    if (!h) return w.too_short(Undecodable::ipv4_header);
    const std::size_t header = std::size_t{h->u8<0>() & 0x0fU} * 4;
    std::size_t total = h->u16<2>();
    if (total == 0) total = w.wire;  // segmentation offload: the card fills it in behind the capture
    if (h->u8<0>() >> 4 != 4 || header < kSmallestHeader || total < header) return w.ended(Undecodable::ipv4_header);

    w.ip_id = h->u16<4>();
    w.ttl = h->u8<8>();
    w.protocol = h->u8<9>();
    w.source = h->view<12, 4>();
    w.destination = h->view<16, 4>();
    w.set_length(total);
    w.advance(header);

    const std::uint16_t fragment = h->u16<6>();
    if ((fragment & (kMoreFragments | kOffsetBits)) != 0) {
        w.fragment = {w.ip_id, (fragment & kOffsetBits) * 8U, (fragment & kMoreFragments) != 0};
        return Next::fragment;
    }
    return w.protocol == 6 ? Next::tcp : Next::ip_protocol;
}

}  // namespace tlsscope::packet
