// The rules for connections that opened and got no further, by what passed on the wire. Applied in failure.cpp.
#pragma once

#include "record/evidence.h"
#include "record/rule.h"

namespace tlsscope::verdict {

/// A RST from more or fewer routers away than this is somebody else's.
inline constexpr int kSameDistance = 2;
/// Sent so often without an acknowledgment, a segment does not get through.
inline constexpr unsigned kGivenUp = 3;
/// Who waits shorter than this was not kept waiting.
inline constexpr record::Nanos kPatience = 1'000'000'000;

inline constexpr record::Rule kHandshakeClosed = {
    {"handshake_closed", record::Severity::high,
     "A side closed or reset the connection in the middle of the handshake."},
    "look into the log of the side that did",
    "FIN or RST before the handshake was complete, without an alert, with both directions in the capture and nothing "
    "missing.",
    "A client that only looks whether the port is open, or that opened two connections and needs one."};

inline constexpr record::Rule kResetInjected = {
    {"reset_injected", record::Severity::high,
     "The RST that ended the handshake did not come from the side it names: something on the way sent it."},
    "look for a firewall, filter or inspecting proxy on the way, and what it has against this name or these ciphers",
    "The handshake ended with a RST, and its TTL (hop limit) tells a distance that differs by more than two routers "
    "from all other segments of that side; or it acknowledges bytes that cannot have reached that side yet: it came in "
    "less than half of rtt_server_ms (rtt_client_ms) after them, and that is 4 ms or more. Distances count from 64, "
    "128 or 255, the next above.",
    "A load balancer that answers the SYN itself and hands the rest on; routes that changed. Silent when the one that "
    "sent the RST is as far away as the side it names, or imitates it."};

inline constexpr record::Rule kHelloDropped = {
    {"hello_dropped", record::Severity::high,
     "The ClientHello never got through, though the connection had opened: something on the way drops it."},
    "look for a firewall that filters by name, or cannot read a ClientHello of more than one segment; try it without "
    "post-quantum key shares, and with a smaller MTU",
    "Bytes of the ClientHello were sent three times or more and never acknowledged, and the server sent nothing.",
    "A server that died just then."};

inline constexpr record::Rule kMtuBlackHole = {
    {"mtu_black_hole", record::Severity::high,
     "Full segments do not get through while smaller ones do, and nobody says so: the path's MTU is smaller than the "
     "segments."},
    "let ICMP \"fragmentation needed\" and \"packet too big\" pass, or clamp the MSS to the path's MTU on the router "
    "or VPN in between",
    "In a handshake that was not completed: a full segment was sent three times or more and never acknowledged, while "
    "its receiver acknowledged other segments after its first copy. Or, seen from the receiver: a hole of a full "
    "segment's size or more stayed open for a second or more, smaller segments came behind it, and not one full one "
    "ever.",
    "Loss that hit the same segment three times."};

inline constexpr record::Rule kPeerSilent = {
    {"peer_silent", record::Severity::high, "A side waited for the other's next flight, got nothing, and gave up."},
    "look at the load and the log of the side that did not answer, and at what it asks others",
    "The handshake was ended by the side that had sent last, a second or more after that, and what it had sent was "
    "acknowledged.",
    "A client that has a short time limit, before a server that is only slow."};

inline constexpr record::Rule kPlaintextOnTlsPort = {
    {"plaintext_on_tls_port", record::Severity::medium, "Plain text is spoken on a port that is for TLS."},
    "speak TLS there, or use the port for plain text (80 instead of 443)",
    "Both sides sent bytes, one of them began with printable characters (and not with SSH-), no TLS was found, and the "
    "server's port is 443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 5061 or 8443.",
    "None known. Silent where a protocol that is no TLS does not begin with text."};

inline constexpr const record::Rule* kFailureRules[] = {&kHandshakeClosed, &kResetInjected, &kHelloDropped,
                                                        &kMtuBlackHole,    &kPeerSilent,    &kPlaintextOnTlsPort};

}  // namespace tlsscope::verdict
