#include "flow/tcp_state.h"

#include <initializer_list>

namespace tlsscope::flow {

namespace {

using S = TcpState;
using E = TcpEvent;

constexpr TcpEdge kEdges[] = {
    {S::closed, E::snd_syn, S::syn_sent, "3.10.1"},
    {S::listen, E::snd_syn_ack, S::syn_received, "3.10.7.2"},
    {S::listen, E::snd_syn, S::syn_sent, "3.10.2"},  // simultaneous open
    {S::syn_sent, E::rcv_syn_ack, S::established, "3.10.7.3"},
    {S::syn_sent, E::rcv_syn, S::syn_received, "3.10.7.3"},  // simultaneous open
    {S::syn_received, E::rcv_ack_of_syn, S::established, "3.10.7.4"},
    {S::syn_received, E::snd_fin, S::fin_wait_1, "3.10.4"},
    {S::syn_received, E::rcv_fin, S::close_wait, "3.10.7.4"},
    {S::established, E::snd_fin, S::fin_wait_1, "3.10.4"},
    {S::established, E::rcv_fin, S::close_wait, "3.10.7.4"},
    {S::fin_wait_1, E::rcv_ack_of_fin, S::fin_wait_2, "3.10.7.4"},
    {S::fin_wait_1, E::rcv_fin, S::closing, "3.10.7.4"},
    {S::fin_wait_2, E::rcv_fin, S::time_wait, "3.10.7.4"},
    {S::close_wait, E::snd_fin, S::last_ack, "3.10.4"},
    {S::closing, E::rcv_ack_of_fin, S::time_wait, "3.10.7.4"},
    {S::last_ack, E::rcv_ack_of_fin, S::closed, "3.10.7.4"},
};

constexpr TcpStep find(TcpState from, TcpEvent event) {
    for (const TcpEdge& e : kEdges)
        if (e.from == from && e.event == event) return {e.to, true};
    return {from, false};
}

constexpr bool unique() {
    for (const TcpEdge& a : kEdges)
        for (const TcpEdge& b : kEdges)
            if (&a != &b && a.from == b.from && a.event == b.event) return false;
    return true;
}

constexpr bool all_reachable() {
    bool reached[static_cast<int>(S::time_wait) + 1] = {};
    reached[static_cast<int>(S::closed)] = reached[static_cast<int>(S::listen)] = true;
    for (bool grew = true; grew;) {
        grew = false;
        for (const TcpEdge& e : kEdges) {
            if (!reached[static_cast<int>(e.from)] || reached[static_cast<int>(e.to)]) continue;
            reached[static_cast<int>(e.to)] = grew = true;
        }
    }
    for (const bool r : reached)
        if (!r) return false;
    return true;
}

constexpr bool story(TcpState from, std::initializer_list<TcpEvent> events, TcpState to) {
    for (const TcpEvent e : events) {
        const TcpStep next = find(from, e);
        if (!next.expected) return false;
        from = next.state;
    }
    return from == to;
}

static_assert(unique() && all_reachable());
// Three-way open and four-way close, as each end lives it.
static_assert(story(S::closed, {E::snd_syn, E::rcv_syn_ack, E::snd_fin, E::rcv_ack_of_fin, E::rcv_fin}, S::time_wait));
static_assert(story(S::listen, {E::snd_syn_ack, E::rcv_ack_of_syn, E::rcv_fin, E::snd_fin, E::rcv_ack_of_fin},
                    S::closed));
// FIN+ACK answering a FIN: the acknowledgment is taken first, so no extra edge to TIME-WAIT is needed.
static_assert(story(S::fin_wait_1, {E::rcv_ack_of_fin, E::rcv_fin}, S::time_wait));
static_assert(story(S::established, {E::snd_fin, E::rcv_fin, E::rcv_ack_of_fin}, S::time_wait));
static_assert(story(S::closed, {E::snd_syn, E::rcv_syn, E::rcv_ack_of_syn}, S::established));

}  // namespace

std::span<const TcpEdge> tcp_edges() { return kEdges; }

TcpStep step(TcpState from, TcpEvent event) { return find(from, event); }

std::string_view name(TcpState s) {
    constexpr std::string_view kNames[] = {"CLOSED",      "LISTEN",     "SYN-SENT",   "SYN-RECEIVED",
                                           "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
                                           "CLOSING",     "LAST-ACK",   "TIME-WAIT"};
    return kNames[static_cast<std::size_t>(s)];
}

std::string_view name(TcpEvent e) {
    constexpr std::string_view kNames[] = {"snd SYN",        "snd SYN,ACK", "rcv SYN", "rcv SYN,ACK",
                                           "rcv ACK of SYN", "snd FIN",     "rcv FIN", "rcv ACK of FIN"};
    return kNames[static_cast<std::size_t>(e)];
}

std::string tcp_diagram() {
    std::string out = "stateDiagram-v2\n";
    for (const TcpEdge& e : kEdges) {
        std::string from{name(e.from)};
        std::string to{name(e.to)};
        for (std::string* s : {&from, &to})
            for (char& c : *s)
                if (c == '-') c = '_';  // Mermaid ends a state's name at a dash
        out += "    " + from + " --> " + to + ": " + std::string{name(e.event)} + " (" + std::string{e.section} + ")\n";
    }
    return out;
}

}  // namespace tlsscope::flow
