// What became of a frame: every frame ends in exactly one of these, so that the accounting adds up.
#pragma once

#include <cstdint>
#include <string_view>

namespace tlsscope::packet {

/// Well-formed, but no TCP in it.
enum class Other : std::uint8_t {
    udp,
    icmp,
    icmpv6,
    igmp,
    sctp,
    esp,
    gre,  ///< with a payload we have no name for
    ospf,
    other_ip,  ///< any other IP protocol
    no_next_header,
    arp,
    lldp,
    eapol,
    pppoe_discovery,
    ppp_control,  ///< LCP, IPCP, ... and anything else in PPP that is no IP
    llc,          ///< 802.2 without IP: spanning tree, ...
    wifi_management,
    wifi_encrypted,
    other_ethertype,
    other_family,  ///< of a loopback header
    count_,
};

/// Nothing can be said of it, and why.
enum class Undecodable : std::uint8_t {
    truncated,  ///< the capture ends before the TCP header does
    unknown_link_type,
    empty_frame,
    link_header,  ///< Ethernet, SLL, PPP, ... too short or contradictory
    vlan_header,
    mpls_header,
    pppoe_header,
    ipv4_header,
    ipv6_header,
    ipv6_extensions,  ///< too many, or contradictory
    gre_header,
    udp_header,
    tcp_header,
    ip_fragment,       ///< contradictory, or beyond 65,535 bytes
    fragment_dropped,  ///< of a datagram that was given up: overlap in IPv6, too many pieces, cut by the capture
    too_many_layers,
    count_,
};

struct Outcome {
    enum class Kind : std::uint8_t {
        tcp,  ///< the segment is filled
        other,
        undecodable,
        fragment,  ///< kept until its datagram is whole
    };
    Kind kind = Kind::undecodable;
    Other other = Other::udp;                          ///< for Kind::other
    Undecodable undecodable = Undecodable::truncated;  ///< for Kind::undecodable
    /// The datagram was put together from IPv4 fragments that disagreed; the first copy of each byte was used.
    bool fragment_conflict = false;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// "udp", "arp", ...; "truncated", "ipv4_header", ...: parts of names in the accounting.
std::string_view name(Other o);
std::string_view name(Undecodable u);

}  // namespace tlsscope::packet
