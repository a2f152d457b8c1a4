#include "dissectors/packet/ethertypes.h"
#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

namespace {

/// A pseudowire's Ethernet destination may begin with a 4 too: an IPv4 header must also be consistent.
bool looks_like_ipv4(const Walk& w) {
    const auto h = w.header<20>();
    if (!h) return true;
    return (h->u8<0>() & 0x0f) >= 5 && h->u16<2>() <= w.wire;
}

bool is_familiar(std::uint16_t ethertype) {
    switch (ethertype) {
        case kTypeIpv4:
        case kTypeIpv6:
        case kTypeArp:
        case kTypeVlan:
        case kTypeProviderVlan:
        case kTypeMpls:
        case kTypePppoe: return true;
        default: return false;
    }
}

/// RFC 4385: the control word of a pseudowire begins with a 0, but so do most vendors' addresses: the Ethernet type
/// tells where the frame begins.
bool has_control_word(const Walk& w) {
    const auto h = w.header<18>();
    return !h || is_familiar(h->u16<16>()) || !is_familiar(h->u16<12>());
}

}  // namespace

Next mpls(Walk& w) {
    constexpr int kMaxLabels = 16;
    constexpr std::uint32_t kBottomOfStack = 0x100;
    bool bottom = false;
    for (int i = 0; !bottom; ++i) {
        const auto h = w.header<4>();
        if (!h) return w.too_short(Undecodable::mpls_header);
        if (i == kMaxLabels) return w.ended(Undecodable::mpls_header);
        bottom = (h->u32<0>() & kBottomOfStack) != 0;
        w.advance(4);
    }
    // Label-switched paths are one-way: the other direction has other labels, so they are not part of the key.
    w.wrappings.add({Envelope::mpls}, Wrappings::Part::text_only);

    const auto first = w.header<1>();
    if (!first) return w.too_short(Undecodable::mpls_header);
    const unsigned nibble = first->u8<0>() >> 4;
    if (nibble == 4 && looks_like_ipv4(w)) return Next::ipv4;
    if (nibble == 6) return Next::ipv6;
    if (nibble == 0 && has_control_word(w)) w.advance(4);
    return Next::ethernet;
}

}  // namespace tlsscope::packet
