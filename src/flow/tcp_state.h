// The TCP connection state of one endpoint, followed from outside: RFC 9293 section 3.3.2 (figure 5) as a table of
// edges. To change what TCP allows, change the table; README.md shows it as a diagram and a test holds the two
// together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace tlsscope::flow {

enum class TcpState : std::uint8_t {
    closed,
    listen,
    syn_sent,
    syn_received,
    established,
    fin_wait_1,
    fin_wait_2,
    close_wait,
    closing,
    last_ack,
    time_wait,
};

/// What an endpoint does (snd) or what reaches it (rcv). A segment becomes an ordered list of these:
/// SYN first, then the acknowledgment of the own SYN, of the own FIN, then FIN. RST is one rule outside the table.
enum class TcpEvent : std::uint8_t {
    snd_syn,
    snd_syn_ack,
    rcv_syn,
    rcv_syn_ack,
    rcv_ack_of_syn,
    snd_fin,
    rcv_fin,
    rcv_ack_of_fin,
};

struct TcpEdge {
    TcpState from;
    TcpEvent event;
    TcpState to;
    std::string_view section;  ///< of RFC 9293
};

std::span<const TcpEdge> tcp_edges();

/// The state after the event, and whether there was an edge for it. Without one the state stays.
struct TcpStep {
    TcpState state;
    bool expected;
};
TcpStep step(TcpState from, TcpEvent event);

/// RFC 9293's name: "SYN-SENT".
std::string_view name(TcpState s);
std::string_view name(TcpEvent e);

/// The table as a Mermaid state diagram, as README.md shows it.
std::string tcp_diagram();

}  // namespace tlsscope::flow
