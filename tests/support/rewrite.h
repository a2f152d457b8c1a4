// The same packets in another file, another link layer, other addresses, other times, in fragments, among noise: what
// TLS cannot notice. See mutations.h for changes of the segments themselves.
#pragma once

#include <string>

#include "support/capture_builder.h"
#include "support/mutations.h"

namespace tlsscope::support {

/// True when a pcap file can hold them: one link type, times, no FCS.
bool fit_in_pcap(const Frames& frames);
bool any_fraction_of_a_microsecond(const Frames& frames);

/// Raw IP, Linux cooked and loopback frames as Ethernet, so that take_apart() knows them; others stay as they are.
Frames as_ethernet(const Frames& frames);

/// M7: other addresses and ports, one to one. Hosts stay different from each other, and ports too.
Trace rename_endpoints(const Trace& trace, Dice& dice);
/// M8: IPv4 addresses become the last four bytes of IPv6 ones.
Trace over_ipv6(const Trace& trace);
/// M8: the kinds of link layer that Ethernet can be changed to. What is no IP is left out where there is no room for
/// it.
enum class Link { vlan, qinq, mpls, raw, sll };
Frames over_link(const Frames& frames, Link link);
/// M9: each IP packet with a TCP segment in two to four fragments, some of them in the wrong order.
Frames fragment_packets(const Trace& trace, Dice& dice);
/// M15: UDP, ARP, connections that lead nowhere, segments with a wrong checksum and segments far out of the window.
Frames add_noise(const Trace& trace, Dice& dice);
/// M16: all times later by this much.
Frames shift_times(const Frames& frames, record::Nanos by);

}  // namespace tlsscope::support
