#include "dissectors/packet/tunnels.h"

#include "bytes/reader.h"
#include "dissectors/packet/ethertypes.h"

namespace tlsscope::packet {

namespace {

/// Behind a header that was read with a Reader: continue there, or it was none of ours.
Next inner(Walk& w, const bytes::Reader& in, Next next) {
    if (!in.more()) return in.edge() == bytes::Edge::cut ? w.ended(Undecodable::truncated) : w.ended(Other::udp);
    w.advance(w.data.size() - in.size());
    return next;
}

bytes::Reader reader(const Walk& w) { return bytes::Reader{w.data, w.cut() ? bytes::Edge::cut : bytes::Edge::hard}; }

bool is_ip(const bytes::Reader& in) {
    const bytes::Bytes rest = in.peek();
    return !rest.empty() && (rest[0] >> 4 == 4 || rest[0] >> 4 == 6);
}

/// A header that says it fits; true when the capture is cut before it could say.
bool is_whole_ipv6(const bytes::Reader& at, std::size_t wire) {
    constexpr std::size_t kHeader = 40;
    bytes::Reader in = at;
    const std::uint8_t version = in.u8() >> 4;
    in.skip(3);
    const std::size_t payload = in.u16();
    return !in.ok() || (version == 6 && kHeader + payload <= wire);
}

}  // namespace

Next vxlan(Walk& w) {
    constexpr std::uint8_t kHasVni = 0x08;
    bytes::Reader in = reader(w);
    const std::uint8_t flags = in.u8();
    in.skip(3);
    const std::uint32_t vni = in.u24();
    in.skip(1);
    if (in.ok() && (flags & kHasVni) == 0) return w.ended(Other::udp);
    w.wrappings.add({Envelope::vxlan, true, vni}, Wrappings::Part::of_key);
    return inner(w, in, Next::ethernet);
}

Next geneve(Walk& w) {
    bytes::Reader in = reader(w);
    const std::uint8_t version_and_options = in.u8();
    in.skip(1);
    const std::uint16_t type = in.u16();
    const std::uint32_t vni = in.u24();
    in.skip(1);
    in.skip((version_and_options & 0x3fU) * std::size_t{4});
    const bool known = type == kTypeBridged || type == kTypeIpv4 || type == kTypeIpv6;
    if (in.ok() && (version_and_options >> 6 != 0 || !known)) return w.ended(Other::udp);
    w.wrappings.add({Envelope::geneve, true, vni}, Wrappings::Part::of_key);
    w.ethertype = type;
    return inner(w, in, Next::ethertype);
}

// The tunnel endpoint identifier is chosen by whoever receives: the two directions of a connection have different ones,
// so it is no part of the key.
Next gtp_u(Walk& w) {
    constexpr std::uint8_t kUserData = 0xff;
    constexpr std::uint8_t kHasOptionalPart = 0x07, kHasExtension = 0x04;
    constexpr int kMaxExtensions = 16;
    bytes::Reader in = reader(w);
    const std::uint8_t flags = in.u8();
    const std::uint8_t message = in.u8();
    in.skip(2);  // length: UDP's is the same
    const std::uint32_t teid = in.u32();
    const bool version_1 = flags >> 5 == 1 && (flags & 0x10) != 0;
    if (in.ok() && (!version_1 || message != kUserData)) return w.ended(Other::udp);
    std::uint8_t extension = 0;
    if ((flags & kHasOptionalPart) != 0) {
        in.skip(3);  // sequence number, N-PDU number
        extension = in.u8();
    }
    if ((flags & kHasExtension) == 0) extension = 0;
    for (int i = 0; extension != 0 && in.ok(); ++i) {
        const std::size_t length = in.u8() * std::size_t{4};
        if (in.ok() && (length == 0 || i == kMaxExtensions)) return w.ended(Other::udp);
        in.skip(length - 2);  // it counts itself and the next type
        extension = in.u8();
    }
    if (in.more() && !is_ip(in)) return w.ended(Other::udp);
    w.wrappings.add({Envelope::gtp_u, true, teid}, Wrappings::Part::text_only);
    return inner(w, in, Next::ip);
}

Next teredo(Walk& w) {
    constexpr std::uint16_t kAuthentication = 0x0001, kOrigin = 0x0000;
    bytes::Reader in = reader(w);
    for (int indications = 0; indications < 2 && in.more() && in.peek()[0] == 0; ++indications) {
        const std::uint16_t type = in.u16();
        if (type == kOrigin) {
            in.skip(6);
        } else if (type == kAuthentication) {
            const std::size_t client = in.u8();
            const std::size_t value = in.u8();
            in.skip(client + value + 9);  // nonce and confirmation
        } else return w.ended(Other::udp);
    }
    if (in.ok() && !is_whole_ipv6(in, w.wire - (w.data.size() - in.size()))) return w.ended(Other::udp);
    w.wrappings.add({Envelope::teredo}, Wrappings::Part::text_only);
    return inner(w, in, Next::ipv6);
}

Next l2tp(Walk& w) {
    constexpr std::uint16_t kControl = 0x8000, kLength = 0x4000, kSequence = 0x0800, kOffset = 0x0200,
                            kVersion = 0x000f;
    bytes::Reader in = reader(w);
    const std::uint16_t flags = in.u16();
    if (in.ok() && ((flags & kControl) != 0 || (flags & kVersion) != 2)) return w.ended(Other::udp);
    if ((flags & kLength) != 0) in.skip(2);
    in.skip(4);  // tunnel and session
    if ((flags & kSequence) != 0) in.skip(4);
    if ((flags & kOffset) != 0) in.skip(in.u16());
    w.wrappings.add({Envelope::l2tp}, Wrappings::Part::text_only);
    return inner(w, in, Next::ppp);
}

// Between wireless access points and their controller. Many controllers swap the two bytes of frame control.
Next capwap(Walk& w) {
    constexpr std::uint8_t kPlainPreamble = 0;  // 1: DTLS
    constexpr std::uint32_t kNativeFrame = 0x100, kFragment = 0x080, kKeepAlive = 0x008;
    constexpr unsigned kHeaderLengthShift = 19;
    constexpr std::size_t kFixed = 8;
    bytes::Reader in = reader(w);
    const std::uint8_t preamble = in.u8();
    const std::uint32_t flags = in.u24();
    in.skip(4);  // fragment id and offset
    const std::size_t header = (flags >> kHeaderLengthShift) * std::size_t{4};
    const bool plain = preamble == kPlainPreamble && (flags & (kFragment | kKeepAlive)) == 0 && header >= kFixed;
    if (in.ok() && !plain) return w.ended(Other::udp);
    if (in.ok()) in.skip(header - kFixed);
    w.wrappings.add({Envelope::capwap}, Wrappings::Part::text_only);
    if ((flags & kNativeFrame) == 0) return inner(w, in, Next::ethernet);
    const bool data_as_it_stands = in.more() && (in.peek()[0] >> 2 & 3) == 2;
    return inner(w, in, data_as_it_stands ? Next::wifi : Next::wifi_swapped);
}

}  // namespace tlsscope::packet
