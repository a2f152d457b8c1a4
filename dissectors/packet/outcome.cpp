#include "dissectors/packet/outcome.h"

#include <array>

namespace tlsscope::packet {

namespace {

constexpr std::array kOthers{
    std::string_view{"udp"},   "icmp", "icmpv6", "igmp",  "sctp", "esp", "gre", "ospf", "ip", "no_next_header", "arp",
    "lldp", "eapol", "pppoe_discovery", "ppp_control", "llc", "wifi_management", "wifi_encrypted", "ethertype",
    "family"};
constexpr std::array kUndecodables{std::string_view{"truncated"}, "unknown_link_type", "empty_frame", "link_header",
                                   "vlan_header", "mpls_header", "pppoe_header", "ipv4_header", "ipv6_header",
                                   "ipv6_extensions", "gre_header", "udp_header", "tcp_header", "ip_fragment",
                                   "fragment_dropped", "too_many_layers"};
static_assert(kOthers.size() == static_cast<std::size_t>(Other::count_));
static_assert(kUndecodables.size() == static_cast<std::size_t>(Undecodable::count_));

}  // namespace

std::string_view name(Other o) { return kOthers.at(static_cast<std::size_t>(o)); }
std::string_view name(Undecodable u) { return kUndecodables.at(static_cast<std::size_t>(u)); }

}  // namespace tlsscope::packet
