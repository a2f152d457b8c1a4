// The rules for connections that did not open, or only later. Applied in tcp_facts.cpp.
#pragma once

#include "record/rule.h"

namespace tlsscope::flow {

inline constexpr record::Rule kConnRefused = {
    {"conn_refused", record::Severity::high, "The server answered the SYN with RST."},
    "start the program that should listen there, or let the firewall pass it",
    "A RST that acknowledges the SYN came from the server, and no SYN/ACK before it.",
    "A scanner that looks for open ports."};

inline constexpr record::Rule kNoAnswer = {
    {"no_answer", record::Severity::high, "Nothing came back for the SYN."},
    "look whether the host is up, and for a firewall that drops",
    "SYNs, and not one segment of the other side.",
    "A capture of one direction only, or one that ends before the answer; a scanner."};

inline constexpr record::Rule kSynLost = {
    {"syn_lost", record::Severity::medium, "The SYN had to be repeated before the connection opened."},
    "look for loss on the path, or for a server whose queue of connections is full",
    "The connection opened, and its SYN was sent more than once.",
    "A capture that lacks the first SYN/ACK."};

inline constexpr const record::Rule* kTcpRules[] = {&kConnRefused, &kNoAnswer, &kSynLost};

}  // namespace tlsscope::flow
