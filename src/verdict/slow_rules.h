// The rules for handshakes that took longer than they had to. The parts they speak of are those of setup.h.
#pragma once

#include "record/evidence.h"
#include "record/rule.h"

namespace tlsscope::verdict {

/// Less is nothing anybody would look for.
inline constexpr record::Nanos kNoticeable = 20'000'000;
/// A setup is slow from here on, the client's own wait before the handshake not counted; and a part is to blame when it
/// is the largest and at least a third.
inline constexpr record::Nanos kSlowSetup = 300'000'000;

inline constexpr record::Rule kNagleDelayedAck = {
    {"nagle_delayed_ack", record::Severity::low,
     "A side held the rest of its flight back until the other acknowledged what came before, and that took its time: "
     "Nagle's algorithm and delayed ACK."},
    "set TCP_NODELAY on the side that holds back, or write the flight at once",
    "As flight_held, but the segment was smaller than the MSS, fewer than nine full ones had been sent, and the ACK "
    "came 20 ms or more later than its way takes.",
    "A program that happens to write the rest of its flight just when the ACK arrives."};

inline constexpr record::Rule kFlightHeld = {
    {"flight_held", record::Severity::low,
     "A flight took a round trip more, because its sender waited for an acknowledgment: a small congestion window, or "
     "Nagle's algorithm."},
    "send a shorter certificate chain, or raise the initial window (RFC 6928); for a small rest, set TCP_NODELAY",
    "Within a flight, a segment passed one round trip towards its sender (give or take half of it, or 2 ms) after an "
    "ACK of everything before it, 20 ms or more after the segment before it, and the other side had sent nothing else "
    "just before the ACK.",
    "A receiver whose own window was full; a program that writes its flight in two pieces of its own accord."};

inline constexpr record::Rule kHandshakeLoss = {
    {"handshake_loss", record::Severity::low, "A segment of the handshake had to be sent again."},
    "look for loss on the path; where only large segments are lost, at the path's MTU",
    "A retransmission between the first byte of the handshake and its end that cost 20 ms or more.",
    "A sender whose timer was shorter than the round trip."};

inline constexpr record::Rule kHandshakeReordered = {
    {"handshake_reordered", record::Severity::note, "A segment of the handshake was overtaken by later ones."},
    "look for links that share the load packet by packet",
    "A segment arrived 20 ms or more behind one that came after it in the stream, too soon to have been sent again, "
    "before the end of the handshake.",
    "A segment that was sent again very soon."};

inline constexpr record::Rule kWindowClosed = {
    {"window_closed", record::Severity::low,
     "A side could not take more of the handshake: its receive window was zero."},
    "look why the program does not read: load, or buffers that are too small",
    "Before the end of the handshake a side announced a window of zero, and 20 ms or more passed before the other's "
    "next new bytes.",
    "A side that had nothing to send meanwhile."};

inline constexpr record::Rule kSlowServer = {
    {"slow_server", record::Severity::low, "The server needed most of the time for itself."},
    "look at the server's load, at the size of its keys, and at what it asks others before it answers",
    "From the first SYN to the end of the handshake, without the client's wait before it, 300 ms or more passed, and "
    "of the parts the server's is the largest and at least a third.",
    "A proxy in front of the server that connects to it only now; the capture shows the proxy."};

inline constexpr record::Rule kSlowClient = {
    {"slow_client", record::Severity::low, "The client needed most of the time for itself."},
    "look at what it does with the certificate: asking OCSP responders, fetching lists or intermediates, asking a "
    "person",
    "As slow_server, for the client's part.",
    "None known."};

inline constexpr record::Rule kSlowNetwork = {
    {"slow_network", record::Severity::note, "The way to the server and back took most of the time."},
    "serve from nearer, resume sessions, use TLS 1.3: it needs one round trip less",
    "As slow_server, for the network's part: round trips at the pace of the TCP handshake.",
    "A TCP handshake that was itself delayed, by a full queue of the server for one, makes the round trip seem "
    "longer."};

inline constexpr record::Rule kSlowTransfer = {
    {"slow_transfer", record::Severity::note, "The flights took most of the time to pass: the bandwidth is low."},
    "send a shorter certificate chain",
    "As slow_server, for the time between segments of a flight of which the earlier one was full.",
    "A sender that paces its segments."};

inline constexpr const record::Rule* kSlowRules[] = {&kNagleDelayedAck,    &kFlightHeld,   &kHandshakeLoss,
                                                     &kHandshakeReordered, &kWindowClosed, &kSlowServer,
                                                     &kSlowClient,         &kSlowNetwork,  &kSlowTransfer};

}  // namespace tlsscope::verdict
