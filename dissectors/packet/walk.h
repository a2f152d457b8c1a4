// The state of a walk through the headers of one packet, from the outermost inwards.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>

#include "bytes/bytes.h"
#include "dissectors/packet/encapsulation.h"
#include "dissectors/packet/outcome.h"

namespace tlsscope::packet {

/// What comes next. A layer looks at its header, moves behind it, and names the next.
enum class Next : std::uint8_t {
    ethernet,
    ethertype,  ///< of Walk::ethertype
    llc,
    vlan,
    mpls,
    pppoe,
    ppp,
    frame_relay,
    cisco_hdlc,
    sll,
    sll2,
    loopback,
    radiotap,
    wifi,
    wifi_swapped,
    ip,  ///< version by the first four bits
    ipv4,
    ipv6,
    ipv6_extensions,
    authentication,
    ip_protocol,  ///< of Walk::protocol
    fragment,     ///< of Walk::fragment
    gre,
    erspan2,
    erspan3,
    udp,
    tcp,
    done,  ///< Walk::outcome says how it ended
};

/// A header that is known to be there: its size was checked once, offsets are checked by the compiler.
template <std::size_t N>
class Header {
  public:
    explicit Header(const std::uint8_t* at) : at_{at} {}
    template <std::size_t At>
    std::uint8_t u8() const {
        static_assert(At < N);
        return at_[At];
    }
    template <std::size_t At>
    std::uint16_t u16() const {
        static_assert(At + 2 <= N);
        std::uint16_t value = 0;
        std::memcpy(&value, at_ + At, sizeof value);
        return __builtin_bswap16(value);
    }
    template <std::size_t At>
    std::uint32_t u32() const {
        static_assert(At + 4 <= N);
        std::uint32_t value = 0;
        std::memcpy(&value, at_ + At, sizeof value);
        return __builtin_bswap32(value);
    }
    template <std::size_t At, std::size_t Count>
    bytes::Bytes view() const {
        static_assert(At + Count <= N);
        return {at_ + At, Count};
    }

  private:
    const std::uint8_t* at_;
};

struct FragmentHeader {
    std::uint32_t id = 0;
    std::uint32_t offset = 0;  ///< bytes
    bool more = false;
};

struct Walk {
    Walk(bytes::Bytes frame, std::size_t wire_length, Wrappings& around)
        : data{frame}, wire{wire_length}, wrappings{around} {}

    bytes::Bytes data;  ///< what was captured of the current layer and all inside it
    std::size_t wire;   ///< its length on the wire: never less than data.size()

    /// Addresses of the innermost IP header, 4 or 16 bytes each, where they are in the packet: copying them at every
    /// layer costs more than all the rest.
    bytes::Bytes source;
    bytes::Bytes destination;
    FragmentHeader fragment;
    Wrappings& wrappings;
    Outcome outcome;
    bool fragment_conflict = false;
    std::uint16_t ethertype = 0;
    std::uint16_t ip_id = 0;
    std::uint8_t protocol = 0;  ///< IP protocol number
    std::uint8_t ttl = 0;
    bool length_open = false;  ///< the IPv6 header left the length to a jumbo option
    bool ignore_vlan = false;
    bool in_udp_tunnel = false;  ///< recognised by port: what does not fit inside makes the packet plain UDP

    bool is_ipv4() const { return source.size() == 4; }
    bool cut() const { return data.size() < wire; }

    /// The first N bytes, or nothing when they are not there: then return too_short().
    template <std::size_t N>
    std::optional<Header<N>> header() const {
        if (data.size() < N) return std::nullopt;
        return Header<N>{data.data()};
    }

    /// Moves behind n bytes; more than there are leave nothing.
    void advance(std::size_t n) {
        data = data.subspan(std::min(n, data.size()));
        wire -= std::min(n, wire);
    }

    /// The current layer says how long it is. Longer than the frame: the rest was never captured.
    void set_length(std::size_t n) {
        wire = n;
        if (data.size() > n) data = data.first(n);
    }

    // The outcome is written whole, never field by field: reading it back right after would stall the processor.
    Next ended(Undecodable why) {
        if (in_udp_tunnel && why != Undecodable::truncated) return ended(Other::udp);
        outcome = {Outcome::Kind::undecodable, Other::udp, why};
        return Next::done;
    }
    Next ended(Other what) {
        outcome = {Outcome::Kind::other, what, Undecodable::truncated};
        return Next::done;
    }
    /// A header that does not fit: cut by the capture, or by its sender.
    Next too_short(Undecodable why) { return ended(cut() ? Undecodable::truncated : why); }
};

}  // namespace tlsscope::packet
