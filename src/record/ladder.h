// The steps of one connection, kept only when somebody asks to see them (--explain, the page's ladder view).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/evidence.h"

namespace tlsscope::record {

/// A field of a protocol message: what it is called in the RFC, its value ready to read (raw bytes of the wire are
/// escaped by the reporter), and what it means; indented below its message, `depth` levels in.
struct Field {
    std::string name;
    std::string value;
    std::string meaning;
    std::uint8_t depth = 0;
};

/// A message of a dissector: a TLS handshake message, an alert, a ChangeCipherSpec, ...
struct Message {
    Side from = Side::client;
    std::string name;      ///< "ClientHello"
    std::string sentence;  ///< what it is for, in this connection
    Evidence first;        ///< its first byte
    Evidence last;         ///< its last byte
    bool inferred = false;
    std::vector<Field> fields;
};

/// A TCP segment as it passed.
struct SegmentStep {
    Evidence at;
    Side from = Side::client;
    std::uint16_t flags = 0;  ///< TCP header bits, CWR to FIN, AE as bit 8
    std::uint32_t seq = 0;    ///< as on the wire
    std::uint32_t ack = 0;
    std::int64_t relative_seq = -1;  ///< from the sender's ISN; -1 when the ISN is unknown
    std::int64_t relative_ack = -1;
    std::uint32_t length = 0;  ///< payload bytes on the wire
    std::uint32_t window = 0;  ///< scaled where the scale is known
    bool window_scaled = false;
    std::string options;       ///< "MSS=1460 WS=7 SACK_PERM TSval=1 TSecr=0"
    std::string client_state;  ///< RFC 9293 state of each endpoint once this segment was sent and received
    std::string server_state;
    std::vector<std::string> notes;  ///< "retransmission of frame 7", "duplicate ACK #2", "fills the gap"
    std::string sentence;            ///< "Client asks for a connection: SYN with its initial sequence number X."
};

/// Segments left out between two steps (bulk data after the handshake), said instead of shown.
struct Elision {
    std::uint64_t segments = 0;
    std::uint64_t bytes_client = 0;
    std::uint64_t bytes_server = 0;
};

struct Step {
    SegmentStep segment;
    std::vector<Message> messages;  ///< those this segment completed
    Elision before;                 ///< what was left out just before this step
};

/// In capture order. Bounded: beyond max_steps segments are counted, not shown.
struct Ladder {
    std::size_t max_steps = 2000;
    std::vector<Step> steps;
    Elision after;  ///< left out after the last step
};

}  // namespace tlsscope::record
