// One TCP connection as it passes: both endpoints, what each sent, and what became of it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/assembler.h"
#include "flow/history.h"
#include "flow/holes.h"
#include "flow/passage.h"
#include "flow/segment.h"
#include "flow/seqnum.h"
#include "flow/stall.h"
#include "flow/tcp_state.h"
#include "record/anomaly.h"
#include "record/ladder.h"
#include "record/timeline.h"

namespace tlsscope::flow {

/// A segment with a wrong checksum, kept until the receiver says what it thinks of it.
struct Doubted {
    std::uint64_t cost() const { return sizeof(Doubted) + data.size(); }

    std::uint64_t offset;
    std::uint32_t wire_length;
    std::vector<std::uint8_t> data;
    Evidence at;
};

/// One direction: what this side sent.
struct Half {
    TcpState state = TcpState::closed;
    SeqSpace space;
    std::uint32_t isn = 0;
    bool isn_known = false;
    std::uint64_t sent = 0;        ///< offset behind the furthest payload byte sent
    std::uint64_t acked = 0;       ///< offset behind the furthest payload byte the other side acknowledged
    bool ack_beyond_sent = false;  ///< the other side acknowledged bytes the capture has not seen
    std::uint64_t fin_offset = 0;  ///< where the FIN stands, when fin.seen()
    Evidence fin;
    Evidence fin_acked;
    bool fin_delivered = false;  ///< all bytes before the FIN have passed: the receiver has it

    // As a receiver: what this side acknowledges and announces.
    std::uint32_t last_ack = 0;
    bool ack_seen = false;
    std::uint16_t last_window = 0;
    std::uint8_t window_scale = 0;
    std::uint16_t mss = 0;
    bool has_window_scale = false;
    bool sack_permitted = false;
    bool timestamps = false;
    bool ecn_setup = false;
    std::uint32_t ts_recent = 0;  ///< highest time stamp value sent

    std::uint64_t packets = 0;
    std::uint32_t retransmissions = 0;
    std::uint32_t out_of_order = 0;
    std::uint32_t duplicate_acks = 0;
    std::uint32_t zero_windows = 0;
    std::uint32_t keep_alives = 0;
    std::uint64_t discredited_bytes = 0;  ///< payload of segments that were not believed: checksum, window, time stamp
    std::uint64_t duplicate_capture_bytes = 0;
    std::uint64_t payload_bytes = 0;  ///< all payload on the wire, copies included
    std::uint32_t checksums_good = 0;
    std::uint32_t checksums_bad = 0;

    Assembler assembler;
    Holes holes;
    std::unique_ptr<std::vector<Doubted>> doubted;  ///< at most kMaxDoubted
    bool checksums_lie =
        false;  ///< the receiver took a segment whose checksum is wrong: captured before it was computed
    Nanos last_new = record::kNoTime;  ///< when this side last sent something new

    // To recognise a packet the mirror port delivered twice.
    std::uint32_t last_seq = 0;
    std::uint32_t last_length = 0;
    std::uint16_t last_flags = 0;
    std::uint16_t last_ip_id = 0;
    Evidence last;

    // To recognise a RST that somebody else sent: of all segments of this side but RSTs.
    std::uint8_t least_ttl = 0;  ///< or hop limit; 0: none came yet
    std::uint8_t greatest_ttl = 0;
};

/// What a RST looked like that counted.
struct ResetLook {
    std::uint32_t ack = 0;
    bool has_ack = false;
    std::uint8_t ttl = 0;
    std::uint16_t ip_id = 0;
    std::uint16_t window = 0;
};

/// A SYN or SYN/ACK, kept until the handshake says which one counted.
struct Opening {
    Evidence at;
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::uint32_t ts_value = 0;
    bool has_timestamps = false;
};

/// The acknowledgment of bytes the capture has not seen (yet): given up after a grace, DESIGN section 4.
struct PendingGap {
    Evidence at;
    std::uint64_t offset = 0;
    Evidence last_at;  ///< the latest acknowledgment, when it covers more
    std::uint64_t last_offset = 0;
    std::uint32_t packets = 0;
    bool settled = false;  ///< came or given up: not waited for any more, but it may not be its turn
};

/// How the record ends.
enum class End : std::uint8_t { open, closed, reset, evicted, port_reused, idle };

/// What somebody else hangs on a connection (the dissection of its stream).
class Attachment {
  public:
    virtual ~Attachment() = default;
    /// Fetches into the cache what the next bytes will need.
    virtual void prefetch() const {}
};

struct Connection {
    static constexpr std::size_t kMaxOpenings = 5;
    static constexpr std::size_t kMaxStalls = 32;
    static constexpr std::size_t kMaxDoubted = 16;

    FlowKey key;
    std::optional<FlowKey> other_key;  ///< of the direction that is wrapped differently
    std::uint64_t stream = 0;          ///< 0-based, in order of first packet
    std::uint32_t roster_place = 0;    ///< the table's business (Roster)
    bool client_is_low = true;         ///< which end of the key is the client
    bool midstream = false;
    bool swapped = false;  ///< roles were exchanged once the content told (history's ^)
    bool reset_sent = false;
    Side reset_by = Side::client;
    ResetLook reset_look;        ///< of that RST, or of the suspect one
    bool reset_refused = false;  ///< RST answered the SYN
    bool simultaneous_close = false;
    bool three_way_close = false;
    bool tfo_accepted = false;
    bool established = false;  ///< three-way handshake complete
    Side closed_by = Side::client;
    Evidence first;
    Evidence last;
    Nanos seen = record::kNoTime;  ///< the last packet, by a clock that never runs back (FlowTable::tick)
    std::array<Half, 2> halves;    ///< by Side
    std::vector<Opening> syns;
    std::vector<Opening> syn_acks;
    Evidence server_syn;  ///< a SYN of the server, as long as nothing tells why it sent one
    std::uint32_t syn_retries = 0;
    std::uint32_t synack_retries = 0;
    std::vector<std::string_view> ambiguous;                 ///< names of spans
    std::vector<Stall> stalls;                               ///< at most kMaxStalls
    Passages passages;                                       ///< at most kMostPassages; none once nobody reads
    std::array<std::unique_ptr<PendingGap>, 2> pending_gap;  ///< by sender of the missing bytes
    Evidence suspect_reset;                                  ///< an implausible RST: counts when nothing follows it
    Side suspect_reset_by = Side::client;
    History history;
    std::string encapsulation;
    record::Anomalies anomalies;
    record::Timeline timeline;
    std::unique_ptr<record::Ladder> ladder;  ///< only for connections somebody wants to see step by step
    std::unique_ptr<Attachment> attachment;
    End end = End::open;
    bool stop_wanted = false;       ///< nobody reads the streams any more: only count
    bool skim_wanted = false;       ///< only sizes are read any more: contents are neither verified nor remembered
    bool finished_closing = false;  ///< both FINs acknowledged, or reset

    Half& half(Side s) { return halves[record::index(s)]; }
    const Half& half(Side s) const { return halves[record::index(s)]; }
    Side side_of(const Segment& s) const { return s.from_low == client_is_low ? Side::client : Side::server; }
    const Endpoint& client() const { return client_is_low ? key.low : key.high; }
    const Endpoint& server() const { return client_is_low ? key.high : key.low; }
    bool reset() const { return reset_sent; }
    /// Only an opening was seen, or nothing that makes sense.
    bool half_open() const { return !established && !midstream && !finished_closing; }

    /// Exchanges the roles; only sensible before anything was concluded from them (a mid-stream pick-up).
    void swap_sides();
};

}  // namespace tlsscope::flow
