// The rules for TLS handshakes that were completed, but took a round trip more than they had to. Applied in
// outcome.cpp; what the segments say of slow ones is in src/verdict.
#pragma once

#include "record/rule.h"

namespace tlsscope::tls {

inline constexpr record::Rule kHelloRetry = {
    {"hello_retry", record::Severity::low,
     "The server asked for another ClientHello (HelloRetryRequest): one round trip more."},
    "let the client send a key share of the group the server prefers, or the server accept one it sends",
    "TLS 1.3, and a HelloRetryRequest before the ServerHello.",
    "A server that asks for a cookie to see whether the client's address is real."};

inline constexpr record::Rule kResumptionRefused = {
    {"resumption_refused", record::Severity::note,
     "The client offered to resume a session and the server made a whole handshake of it."},
    "share ticket keys or session caches between the servers behind one name, and keep them for longer",
    "A session ID (before TLS 1.3), a ticket or a pre-shared key was offered, the handshake was completed, and it was "
    "not resumed.",
    "A server that was restarted, or that lets nobody resume on purpose."};

inline constexpr const record::Rule* kRemarkRules[] = {&kHelloRetry, &kResumptionRefused};

}  // namespace tlsscope::tls
