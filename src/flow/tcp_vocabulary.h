// What the transport declares: its columns, marks, spans and anomalies. Filled in tcp_facts.cpp.
#pragma once

#include "record/schema.h"

namespace tlsscope::flow {

// DESIGN section 6 refers to these; dissectors may start or end their own spans at them.
extern const record::Mark kFirstPacket;  ///< first packet of the connection
extern const record::Mark kLastPacket;   ///< last packet
extern const record::Mark kSynMark;      ///< first SYN: users feel retries, so connecting starts here
extern const record::Mark kSynAnswered;  ///< the SYN that was answered; absent when that cannot be told
extern const record::Mark kSynAck;       ///< the SYN/ACK that was acknowledged
extern const record::Mark kSynAckAcked;  ///< the SYN/ACK the client's ACK answers; absent when that cannot be told
extern const record::Mark kConnected;    ///< the client's ACK of the SYN/ACK
extern const record::Mark kCloseStart;   ///< first FIN or RST
extern const record::Mark kCloseEnd;     ///< last ACK of the close, or the RST

/// Identity, tcp and verdict columns of every connection, and the TCP spans.
const record::Vocabulary& tcp_vocabulary();

/// The column of that name in tcp_vocabulary(); std::logic_error when there is none.
const record::Column& tcp_column(std::string_view name);

// Anomalies of the transport.
extern const record::Anomaly kMidstream;
extern const record::Anomaly kOneSided;
extern const record::Anomaly kSimultaneousOpen;
extern const record::Anomaly kSplitHandshake;
extern const record::Anomaly kSynDifferentSeq;
extern const record::Anomaly kSynResend;
extern const record::Anomaly kBadSynAck;
extern const record::Anomaly kSynData;
extern const record::Anomaly kBadFlags;
extern const record::Anomaly kOptionsBad;
extern const record::Anomaly kWindowScaleBad;
extern const record::Anomaly kOverlapConflict;
extern const record::Anomaly kOutOfWindow;
extern const record::Anomaly kBadChecksum;
extern const record::Anomaly kGapAcked;
extern const record::Anomaly kGapOpen;
extern const record::Anomaly kReassemblyBudget;
extern const record::Anomaly kSnapTruncated;
extern const record::Anomaly kRstChallenge;
extern const record::Anomaly kRstOutOfWindow;
extern const record::Anomaly kRstSuspect;
extern const record::Anomaly kDataAfterClose;
extern const record::Anomaly kUrgent;
extern const record::Anomaly kPaws;
extern const record::Anomaly kTimeBack;
extern const record::Anomaly kDuplicateCapture;
extern const record::Anomaly kLandAddress;
extern const record::Anomaly kUnexpectedEvent;
extern const record::Anomaly kEvicted;
extern const record::Anomaly kCaptureLoss;  ///< known to the pipeline only

}  // namespace tlsscope::flow
