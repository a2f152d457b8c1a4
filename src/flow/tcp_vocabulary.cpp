#include "flow/tcp_vocabulary.h"
#include "flow/tcp_rules.h"

#include <array>
#include <stdexcept>
#include <string>

namespace tlsscope::flow {

using record::Anomaly;
using record::Column;
using record::Mark;
using record::Severity;
using record::Span;
using record::Summary;
using record::Type;

namespace {

constexpr Column frame_column(std::string_view name, std::string_view meaning) {
    return {.name = name, .type = Type::integer, .unit = "frame", .meaning = meaning, .group = "verdict"};
}

constexpr Column span_column(std::string_view name, std::string_view meaning, Summary summary = Summary::none,
                             std::string_view heading = {}, std::uint8_t priority = 0) {
    return {.name = name,
            .type = Type::millis,
            .unit = "ms",
            .meaning = meaning,
            .group = "timing",
            .summary = summary,
            .heading = heading,
            .priority = priority};
}

constexpr Column text(std::string_view name, std::string_view group, std::string_view meaning) {
    return {.name = name, .type = Type::text, .unit = "", .meaning = meaning, .group = group};
}

constexpr Column number(std::string_view name, std::string_view unit, std::string_view meaning) {
    return {.name = name, .type = Type::integer, .unit = unit, .meaning = meaning, .group = "tcp"};
}

}  // namespace

constexpr Mark kFirstPacket{"first_packet", "first packet of the connection",
                            frame_column("first_frame", "Frame of the connection's first packet.")};
constexpr Mark kLastPacket{"last_packet", "last packet of the connection",
                           frame_column("last_frame", "Frame of the connection's last packet.")};
constexpr Mark kSynMark{"syn", "first SYN", frame_column("syn_frame", "Frame of the first SYN.")};
constexpr Mark kSynAnswered{"syn_answered", "the SYN that was answered", {}};
constexpr Mark kSynAck{"syn_ack", "first SYN/ACK that answers the SYN",
                       frame_column("synack_frame", "Frame of the first SYN/ACK that answers the SYN.")};
constexpr Mark kSynAckAcked{"syn_ack_acked", "the SYN/ACK that the client's ACK answers", {}};
constexpr Mark kConnected{"connected", "the client's ACK of the SYN/ACK",
                          frame_column("connect_frame", "Frame of the client's ACK of the SYN/ACK.")};
constexpr Mark kCloseStart{"close_start", "first FIN or RST",
                           frame_column("fin_frame", "Frame of the first FIN or RST.")};
constexpr Mark kCloseEnd{"close_end", "last ACK of the close, or the RST",
                         frame_column("close_frame", "Frame of the last ACK of the close, or of the RST.")};

constexpr Anomaly kMidstream{"midstream", Severity::note, "The connection was already open when the capture began."};
constexpr Anomaly kOneSided{"one_sided", Severity::note, "Only one direction of the connection is in the capture."};
constexpr Anomaly kSimultaneousOpen{"sim_open", Severity::note,
                                    "Both sides sent a SYN before seeing the other's (RFC 9293 section 3.5)."};
constexpr Anomaly kSplitHandshake{"split_hs", Severity::low,
                                  "The server answered the SYN with a SYN of its own instead of a SYN/ACK."};
constexpr Anomaly kSynDifferentSeq{"syn_diff_seq", Severity::note,
                                   "The SYN was repeated with another initial sequence number."};
constexpr Anomaly kSynResend{"syn_resend", Severity::note,
                             "A SYN came inside the window of an open connection (RFC 5961 section 4)."};
constexpr Anomaly kBadSynAck{"bad_synack", Severity::low, "A SYN/ACK acknowledged a sequence number that no SYN had."};
constexpr Anomaly kSynData{"syn_data", Severity::note, "A SYN or SYN/ACK carried data (TCP Fast Open, RFC 7413)."};
constexpr Anomaly kBadFlags{"bad_flags", Severity::low,
                            "A segment had a combination of flags that makes no sense (SYN+FIN, SYN+RST, none)."};
constexpr Anomaly kOptionsBad{"opt_bad", Severity::low, "TCP options were malformed."};
constexpr Anomaly kWindowScaleBad{"wscale_bad", Severity::low,
                                  "A window scale above 14 was offered and taken as 14 (RFC 7323 section 2.3)."};
constexpr Anomaly kOverlapConflict{"overlap_conflict", Severity::medium,
                                   "The same bytes were sent twice with different content; the first copy counts."};
constexpr Anomaly kOutOfWindow{"oow", Severity::low, "A segment lay far outside the receive window and was ignored."};
constexpr Anomaly kBadChecksum{"bad_cksum", Severity::low,
                               "A segment with a wrong checksum was ignored: others of its sender verify."};
constexpr Anomaly kGapAcked{
    "gap_acked", Severity::note,
    "Bytes were acknowledged that the capture does not contain: they were missed by the capture, not by the receiver."};
constexpr Anomaly kGapOpen{"gap_open", Severity::note, "The capture ended while bytes were still missing."};
constexpr Anomaly kReassemblyBudget{"seg_cap", Severity::low,
                                    "More data arrived out of order than the limits keep; a hole was skipped."};
constexpr Anomaly kSnapTruncated{"snap_trunc", Severity::note, "The capture cut packets short (snap length)."};
constexpr Anomaly kRstChallenge{"rst_challenge", Severity::low,
                                "A RST lay in the window but not at the next sequence number (RFC 5961 section 3)."};
constexpr Anomaly kRstOutOfWindow{"rst_oow", Severity::low, "A RST lay outside the window and was ignored."};
constexpr Anomaly kRstSuspect{"rst_suspect", Severity::medium,
                              "After a RST the same side went on sending: the RST may be forged."};
constexpr Anomaly kDataAfterClose{"data_after_fin", Severity::low, "A side sent new data beyond its FIN."};
constexpr Anomaly kUrgent{"urg", Severity::note, "Urgent data was sent."};
constexpr Anomaly kPaws{"paws", Severity::low, "A segment with an old time stamp was rejected (RFC 7323 section 5)."};
constexpr Anomaly kTimeBack{"time_back", Severity::low,
                            "Time stamps run backwards: durations across the step are left empty."};
constexpr Anomaly kDuplicateCapture{"dup_capture", Severity::note,
                                    "Packets were captured twice (a mirror port); the copies are not retransmissions."};
constexpr Anomaly kLandAddress{"land", Severity::low, "Source and destination are the same endpoint."};
constexpr Anomaly kUnexpectedEvent{
    "tcp_order", Severity::note, "A segment came that the sender's TCP state does not allow (RFC 9293 section 3.10)."};
constexpr Anomaly kEvicted{"evicted", Severity::note,
                           "The connection was let go before its end to stay within the memory limit."};
constexpr Anomaly kCaptureLoss{
    "capture_loss", Severity::note,
    "Packets were dropped by the kernel or the interface while the connection was open: what "
    "is missing may never have been seen by the capture."};

namespace {

constexpr Column kColumns[] = {
    {.name = "stream",
     .type = Type::integer,
     .unit = "",
     .meaning = "Number of the connection: 0-based, in order of its first packet.",
     .group = "identity",
     .heading = "#",
     .priority = 1},
    {.name = "ts",
     .type = Type::time,
     .unit = "",
     .meaning = "Time of the first packet, UTC.",
     .group = "identity",
     .heading = "Start",
     .priority = 4},
    text("uid", "identity",
         "Identifier made from endpoints and start time: the same for every run over the same capture."),
    text("community_id", "identity", "Community ID v1 (seed 0): the same flow has the same one in other tools."),
    {.name = "client_ip",
     .type = Type::text,
     .unit = "",
     .meaning = "Address of the side that opened the connection.",
     .group = "identity"},
    {.name = "client_port", .type = Type::integer, .unit = "", .meaning = "Port of the client.", .group = "identity"},
    {.name = "server_ip",
     .type = Type::text,
     .unit = "",
     .meaning = "Address of the side that was connected to.",
     .group = "identity"},
    {.name = "server_port", .type = Type::integer, .unit = "", .meaning = "Port of the server.", .group = "identity"},
    text("encapsulation", "identity",
         "VLAN tags and tunnels around the connection, outermost first; empty when there are none."),
    {.name = "service",
     .type = Type::text,
     .unit = "",
     .meaning = "Protocol found by content: tls, or empty.",
     .group = "identity"},
    {.name = "conn_state",
     .type = Type::text,
     .unit = "",
     .meaning = "State of the connection in Zeek's words: S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH.",
     .group = "tcp",
     .heading = "TCP",
     .priority = 7},
    text("history", "tcp",
         "What was seen, in Zeek's letters: s SYN, h SYN/ACK, a ACK, d data, f FIN, r RST, t retransmission, g gap, w "
         "zero window, c bad checksum; upper case from the client, ^ roles swapped."),
    text("client_state", "tcp", "RFC 9293 state of the client's end when the capture ended."),
    text("server_state", "tcp", "RFC 9293 state of the server's end when the capture ended."),
    number("syn_retries", "segments", "SYN segments repeated before an answer."),
    number("synack_retries", "segments", "SYN/ACK segments repeated."),
    number("mss_client", "bytes", "Maximum segment size the client announced."),
    number("mss_server", "bytes", "Maximum segment size the server announced."),
    number("wscale_client", "bits", "Window scale the client announced; scaling is on only when both did."),
    number("wscale_server", "bits", "Window scale the server announced."),
    {.name = "sack",
     .type = Type::boolean,
     .unit = "",
     .meaning = "Both sides permitted selective acknowledgment.",
     .group = "tcp"},
    {.name = "tcp_timestamps",
     .type = Type::boolean,
     .unit = "",
     .meaning = "Both sides use TCP time stamps.",
     .group = "tcp"},
    {.name = "ecn",
     .type = Type::boolean,
     .unit = "",
     .meaning = "Explicit congestion notification was negotiated.",
     .group = "tcp"},
    {.name = "tfo",
     .type = Type::boolean,
     .unit = "",
     .meaning = "The SYN carried data the server accepted (TCP Fast Open).",
     .group = "tcp"},
    number(
        "bytes_client", "bytes",
        "Payload bytes the client sent, each counted once, from sequence numbers; bytes the capture missed included."),
    number(
        "bytes_server", "bytes",
        "Payload bytes the server sent, each counted once, from sequence numbers; bytes the capture missed included."),
    number("packets_client", "packets", "Packets from the client."),
    number("packets_server", "packets", "Packets from the server."),
    number("retrans_client", "segments", "Segments of the client that carried bytes sent before; SYN retries apart."),
    number("retrans_server", "segments",
           "Segments of the server that carried bytes sent before; SYN/ACK retries apart."),
    number("out_of_order", "segments", "Segments that filled a hole too soon to be a retransmission."),
    number("dup_acks", "segments", "Duplicate acknowledgments (RFC 5681 section 2)."),
    number("zero_windows", "segments", "Segments that announced a window of zero."),
    number("keep_alives", "segments", "Keep-alive probes (RFC 9293 section 3.8.4)."),
    number("missed_bytes", "bytes", "Payload bytes that were sent but are not in the capture."),
    {.name = "closed_by",
     .type = Type::text,
     .unit = "",
     .meaning = "Side that sent the first FIN or the RST.",
     .group = "tcp"},
    {.name = "close_kind",
     .type = Type::text,
     .unit = "",
     .meaning = "four_way (FIN, ACK, FIN, ACK), three_way (FIN, FIN+ACK, ACK), simultaneous, half (one side closed), "
                "unacked (both FINs, last ACK not seen), reset, reset_after_fin, or empty: still open.",
     .group = "tcp"},
    {.name = "stall_ms",
     .type = Type::millis,
     .unit = "ms",
     .meaning = "Time lost to retransmission up to the end of the handshake: from the first copy of a repeated segment "
                "to the repetition that got through; needless ones apart.",
     .group = "timing"},
    {.name = "ambiguous",
     .type = Type::text_list,
     .unit = "",
     .meaning = "Spans left empty because a retransmission makes it unclear which copy was answered (Karn).",
     .group = "timing"},
    {.name = "outcome",
     .type = Type::text,
     .unit = "",
     .meaning = "complete, failed or incomplete TLS handshake; without TLS: refused, no_answer, half_open, reset, "
                "closed, open.",
     .group = "verdict",
     .summary = Summary::count,
     .heading = "Outcome",
     .priority = 1},
    {.name = "diagnosis",
     .type = Type::text,
     .unit = "",
     .meaning = "Why the connection failed, in a sentence; empty when nothing is wrong.",
     .group = "verdict"},
    {.name = "severity",
     .type = Type::text,
     .unit = "",
     .meaning = "The gravest of diagnosis and anomalies: none, note, low, medium, high.",
     .group = "verdict"},
    {.name = "evidence_frames",
     .type = Type::text_list,
     .unit = "frame",
     .meaning = "Frames that prove the diagnosis.",
     .group = "verdict"},
    {.name = "anomalies",
     .type = Type::text_list,
     .unit = "",
     .meaning = "Names of what was odd; --list-anomalies explains them.",
     .group = "verdict"},
    {.name = "end",
     .type = Type::text,
     .unit = "",
     .meaning =
         "Why the record ends: closed, reset, capture_end, evicted, port_reused, idle (live: silent for too long).",
     .group = "verdict"},
};

constexpr const Mark* kMarks[] = {&kFirstPacket, &kLastPacket, &kSynMark,    &kSynAnswered, &kSynAck,
                                  &kSynAckAcked, &kConnected,  &kCloseStart, &kCloseEnd};

constexpr Span kSpans[] = {
    {span_column("connect_ms",
                 "First SYN to the client's ACK of the SYN/ACK; SYN retries included, as the user feels them.",
                 Summary::percentiles, "Connect ms", 3),
     &kSynMark, &kConnected},
    {span_column("rtt_server_ms",
                 "The SYN that was answered to the SYN/ACK: round trip from the capture point to the server. Empty "
                 "when a repeated SYN makes it ambiguous."),
     &kSynAnswered, &kSynAck},
    {span_column("rtt_client_ms",
                 "SYN/ACK to the client's ACK of it: round trip from the capture point to the client. Empty when a "
                 "repeated SYN/ACK makes it ambiguous."),
     &kSynAckAcked, &kConnected},
    {span_column("close_ms", "First FIN or RST to the last ACK of the close."), &kCloseStart, &kCloseEnd},
    {span_column("duration_ms", "First packet to last packet.", Summary::none, "Total ms", 8), &kFirstPacket,
     &kLastPacket},
};

constexpr const Anomaly* kAnomalies[] = {
    &kMidstream,    &kOneSided,         &kSimultaneousOpen, &kSplitHandshake,  &kSynDifferentSeq,  &kSynResend,
    &kBadSynAck,    &kSynData,          &kBadFlags,         &kOptionsBad,      &kWindowScaleBad,   &kOverlapConflict,
    &kOutOfWindow,  &kBadChecksum,      &kGapAcked,         &kGapOpen,         &kReassemblyBudget, &kSnapTruncated,
    &kRstChallenge, &kRstOutOfWindow,   &kRstSuspect,       &kDataAfterClose,  &kUrgent,           &kPaws,
    &kTimeBack,     &kDuplicateCapture, &kLandAddress,      &kUnexpectedEvent, &kEvicted,          &kCaptureLoss,
};

constexpr record::Vocabulary kVocabulary{"tcp", kColumns, kMarks, kSpans, kAnomalies, kTcpRules};

}  // namespace

const record::Vocabulary& tcp_vocabulary() { return kVocabulary; }

const record::Column& tcp_column(std::string_view name) {
    for (const Column& c : kColumns)
        if (c.name == name) return c;
    throw std::logic_error("no TCP column " + std::string{name});
}

}  // namespace tlsscope::flow
