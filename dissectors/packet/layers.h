// The layers of a packet: one function each, one small file per family. Each takes the walk at its own first byte,
// moves it behind its header and names the next layer. None calls another.
#pragma once

#include "dissectors/packet/walk.h"
#include "flow/segment.h"

namespace tlsscope::packet {

// ethernet.cpp: IEEE 802.3, 802.2
Next ethernet(Walk& w);
Next ethertype(Walk& w);
Next llc(Walk& w);
// vlan.cpp: IEEE 802.1Q, 802.1ad, and the old 0x9100
Next vlan(Walk& w);
// mpls.cpp: RFC 3032, RFC 4385, RFC 4448
Next mpls(Walk& w);
// ppp.cpp: RFC 1661, RFC 2516
Next pppoe(Walk& w);
Next ppp(Walk& w);
// serial.cpp: RFC 2427; Cisco HDLC
Next frame_relay(Walk& w);
Next cisco_hdlc(Walk& w);
// cooked.cpp: LINKTYPE_LINUX_SLL, _SLL2, _NULL, _LOOP
Next sll(Walk& w);
Next sll2(Walk& w);
Next loopback(Walk& w);
// wifi.cpp: IEEE 802.11 data frames, radiotap
Next radiotap(Walk& w);
Next wifi(Walk& w);
Next wifi_swapped(Walk& w);  // its two frame control bytes the other way round
// ip.cpp, ipv4.cpp, ipv6.cpp: RFC 791, RFC 8200
Next ip(Walk& w);
Next ipv4(Walk& w);
Next ipv6(Walk& w);
Next ipv6_extensions(Walk& w);
Next authentication(Walk& w);  // RFC 4302: the payload follows in the clear
Next ip_protocol(Walk& w);
// gre.cpp: RFC 2784, RFC 2890, RFC 2637, draft-foschiano-erspan
Next gre(Walk& w);
Next erspan2(Walk& w);
Next erspan3(Walk& w);
// udp.cpp: RFC 768, and the tunnels of tunnels.cpp
Next udp(Walk& w);
// tcp.cpp: RFC 9293. Fills all of the segment but `at` and `encapsulation`.
Next tcp(Walk& w, flow::Segment& out);

}  // namespace tlsscope::packet
