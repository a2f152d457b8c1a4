#include "dissectors/packet/outcome.h"

#include <iterator>

namespace tlsscope::packet {

namespace {

constexpr std::string_view kOthers[] = {"udp",
                                        "icmp",
                                        "icmpv6",
                                        "igmp",
                                        "sctp",
                                        "esp",
                                        "gre",
                                        "ospf",
                                        "ip",
                                        "no_next_header",
                                        "arp",
                                        "lldp",
                                        "eapol",
                                        "pppoe_discovery",
                                        "ppp_control",
                                        "llc",
                                        "wifi_management",
                                        "wifi_encrypted",
                                        "ethertype",
                                        "family"};
constexpr std::string_view kUndecodables[] = {
    "truncated",    "unknown_link_type", "empty_frame",      "link_header",     "vlan_header", "mpls_header",
    "pppoe_header", "ipv4_header",       "ipv6_header",      "ipv6_extensions", "gre_header",  "udp_header",
    "tcp_header",   "ip_fragment",       "fragment_dropped", "too_many_layers"};
static_assert(std::size(kOthers) == static_cast<std::size_t>(Other::count_));
static_assert(std::size(kUndecodables) == static_cast<std::size_t>(Undecodable::count_));

}  // namespace

std::string_view name(Other o) { return kOthers[static_cast<std::size_t>(o)]; }
std::string_view name(Undecodable u) { return kUndecodables[static_cast<std::size_t>(u)]; }

}  // namespace tlsscope::packet
