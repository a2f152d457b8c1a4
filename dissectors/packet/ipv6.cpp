#include "dissectors/packet/layers.h"

#include "bytes/reader.h"

namespace tlsscope::packet {

namespace {

enum Extension : std::uint8_t {
    kHopByHop = 0,
    kRouting = 43,
    kFragment = 44,
    kAuthentication = 51,
    kDestinationOptions = 60,
    kMobility = 135,
    kHostIdentity = 139,
    kShim6 = 140,
};

constexpr int kMaxExtensions = 100;
constexpr std::size_t kLargestPlainPayload = 65'535;

bool is_extension(std::uint8_t protocol) {
    switch (protocol) {
        case kHopByHop:
        case kRouting:
        case kFragment:
        case kAuthentication:
        case kDestinationOptions:
        case kMobility:
        case kHostIdentity:
        case kShim6: return true;
        default: return false;
    }
}

/// RFC 2675 section 2: the length of a jumbogram, from the options of a hop-by-hop header; 0 when it has none.
std::uint32_t jumbo_length(bytes::Bytes options) {
    constexpr std::uint8_t kPad1 = 0, kJumbo = 0xc2;
    bytes::Reader in{options};
    while (in.more()) {
        const std::uint8_t type = in.u8();
        if (type == kPad1) continue;
        const bytes::Bytes value = in.vec8(0, 255);
        if (in.ok() && type == kJumbo && value.size() == 4) return bytes::Reader{value}.u32();
    }
    return 0;
}

/// A routing header with hops to go names the final destination, which the checksum and the other direction use:
/// RFC 5095 and RFC 6275 at the end of the list, RFC 8754 at its beginning.
void final_destination(bytes::Bytes header, Walk& w) {
    constexpr std::uint8_t kSource = 0, kMobileIpv6 = 2, kSegments = 4;
    constexpr std::size_t kList = 8, kAddress = 16;
    if (header.size() < kList + kAddress || header[3] == 0) return;
    const std::uint8_t type = header[2];
    if (type == kSource || type == kMobileIpv6) w.destination = header.last(kAddress);
    if (type == kSegments) w.destination = header.subspan(kList, kAddress);
}

/// Moves behind one extension header and sets the next protocol. False when it does not fit.
bool skip_extension(Walk& w) {
    const auto h = w.header<8>();
    if (!h) return false;
    const std::size_t units =
        w.protocol == kAuthentication ? (h->u8<1>() + std::size_t{2}) * 4 : (h->u8<1>() + std::size_t{1}) * 8;
    if (units > w.data.size()) return false;
    const bytes::Bytes header = w.data.first(units);
    if (w.protocol == kRouting) final_destination(header, w);
    if (w.protocol == kHopByHop && w.length_open) {
        const std::uint32_t jumbo = jumbo_length(header.subspan(2));
        if (jumbo > kLargestPlainPayload) w.set_length(jumbo);
    }
    w.protocol = h->u8<0>();
    w.advance(units);
    return true;
}

}  // namespace

Next ipv6(Walk& w) {
    constexpr std::size_t kHeader = 40;
    const auto h = w.header<kHeader>();
    if (!h) return w.too_short(Undecodable::ipv6_header);
    if (h->u8<0>() >> 4 != 6) return w.ended(Undecodable::ipv6_header);
    const std::size_t payload = h->u16<4>();
    w.protocol = h->u8<6>();
    w.ttl = h->u8<7>();
    w.ip_id = 0;
    w.source = h->view<8, 16>();
    w.destination = h->view<24, 16>();
    w.advance(kHeader);
    // Zero: a jumbogram, or segmentation offload; then the frame tells.
    if (payload != 0) w.set_length(payload);
    w.length_open = payload == 0;
    return w.protocol == 6 ? Next::tcp : Next::ipv6_extensions;
}

Next ipv6_extensions(Walk& w) {
    for (int i = 0; is_extension(w.protocol); ++i) {
        if (i == kMaxExtensions) return w.ended(Undecodable::ipv6_extensions);
        if (w.protocol != kFragment) {
            if (!skip_extension(w)) return w.too_short(Undecodable::ipv6_extensions);
            continue;
        }
        const auto h = w.header<8>();
        if (!h) return w.too_short(Undecodable::ipv6_extensions);
        w.protocol = h->u8<0>();
        w.fragment = {h->u32<4>(), h->u16<2>() & 0xfff8U, (h->u16<2>() & 1) != 0};
        w.advance(8);
        // RFC 6946: a whole packet with a fragment header is no fragment.
        if (w.fragment.offset != 0 || w.fragment.more) return Next::fragment;
    }
    return Next::ip_protocol;
}

}  // namespace tlsscope::packet
