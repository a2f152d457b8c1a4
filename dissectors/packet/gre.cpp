#include "dissectors/packet/ethertypes.h"
#include "dissectors/packet/layers.h"

namespace tlsscope::packet {

namespace {

enum GreBit : std::uint16_t {
    kChecksum = 0x8000,
    kRouting = 0x4000,
    kKey = 0x2000,
    kSequence = 0x1000,
    kAcknowledgment = 0x0080,  // version 1 only
    kVersion = 0x0007,
};

/// RFC 1701: a list of routing entries that ends with an empty one.
bool skip_routing(Walk& w) {
    constexpr int kMaxEntries = 16;
    for (int i = 0; i < kMaxEntries; ++i) {
        const auto entry = w.header<4>();
        if (!entry) return false;
        const std::size_t length = entry->u8<3>();
        const bool last = entry->u16<0>() == 0 && length == 0;
        w.advance(4 + length);
        if (last) return true;
    }
    return false;
}

/// RFC 2637 section 4.1: PPP in GRE version 1. The key is the payload length and a call ID that differs by direction.
Next pptp(Walk& w, std::uint16_t flags) {
    const auto h = w.header<8>();
    if (!h) return w.too_short(Undecodable::gre_header);
    const std::size_t payload = h->u16<4>();
    w.advance(8);
    if ((flags & kSequence) == 0) return w.ended(Other::gre);  // an acknowledgment without data
    w.advance(4);
    if ((flags & kAcknowledgment) != 0) w.advance(4);
    if (payload < w.wire) w.set_length(payload);
    w.wrappings.add({Envelope::pptp}, Wrappings::Part::text_only);
    return Next::ppp;
}

/// draft-wilson-wrec-wccp-v2: version 2 puts four bytes before the redirected IPv4 packet, version 1 none.
Next wccp(Walk& w) {
    const auto h = w.header<1>();
    if (!h) return w.too_short(Undecodable::gre_header);
    if (h->u8<0>() >> 4 != 4) w.advance(4);
    w.wrappings.add({Envelope::gre}, Wrappings::Part::text_only);
    return Next::ipv4;
}

bool known_payload(std::uint16_t type) {
    switch (type) {
        case kTypeIpv4:
        case kTypeIpv6:
        case kTypeVlan:
        case kTypeMpls:
        case kTypeMplsUpstream:
        case kTypeBridged:
        case kTypePpp: return true;
        default: return false;
    }
}

}  // namespace

Next gre(Walk& w) {
    constexpr std::uint16_t kPptpVersion = 1;
    const auto h = w.header<4>();
    if (!h) return w.too_short(Undecodable::gre_header);
    const std::uint16_t flags = h->u16<0>();
    w.ethertype = h->u16<2>();
    if ((flags & kVersion) == kPptpVersion) return w.ethertype == kTypePpp ? pptp(w, flags) : w.ended(Other::gre);
    if ((flags & kVersion) != 0) return w.ended(Undecodable::gre_header);
    w.advance(4);
    if ((flags & (kChecksum | kRouting)) != 0) w.advance(4);
    Wrapping wrapping{Envelope::gre};
    if ((flags & kKey) != 0) {
        const auto key = w.header<4>();
        if (!key) return w.too_short(Undecodable::gre_header);
        wrapping = {Envelope::gre, true, key->u32<0>()};
        w.advance(4);
    }
    if ((flags & kSequence) != 0) w.advance(4);
    if ((flags & kRouting) != 0 && !skip_routing(w)) return w.too_short(Undecodable::gre_header);

    // ERSPAN without a sequence number is type I: no header of its own.
    if (w.ethertype == kTypeErspan2) return (flags & kSequence) != 0 ? Next::erspan2 : Next::ethernet;
    if (w.ethertype == kTypeErspan3) return Next::erspan3;
    if (w.ethertype == kTypeWccp) return wccp(w);
    if (!known_payload(w.ethertype)) return w.ended(Other::gre);
    w.wrappings.add(wrapping, wrapping.numbered ? Wrappings::Part::of_key : Wrappings::Part::text_only);
    return Next::ethertype;
}

// A mirror session's number says who copied the packet, not whose it is, and both directions may be mirrored by
// different sessions: text only.
Next erspan2(Walk& w) {
    const auto h = w.header<8>();
    if (!h) return w.too_short(Undecodable::gre_header);
    w.wrappings.add({Envelope::erspan, true, h->u16<2>() & 0x03ffU}, Wrappings::Part::text_only);
    w.advance(8);
    return Next::ethernet;
}

Next erspan3(Walk& w) {
    constexpr std::uint8_t kSubheaderFollows = 0x01;
    const auto h = w.header<12>();
    if (!h) return w.too_short(Undecodable::gre_header);
    w.wrappings.add({Envelope::erspan, true, h->u16<2>() & 0x03ffU}, Wrappings::Part::text_only);
    w.advance((h->u8<11>() & kSubheaderFollows) != 0 ? 20 : 12);
    return Next::ethernet;
}

}  // namespace tlsscope::packet
