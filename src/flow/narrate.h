// The sentences of the ladder: what a segment is, for somebody who has just learnt the textbook handshake.
#pragma once

#include <string>

#include "flow/connection.h"

namespace tlsscope::flow {

/// "MSS=1460 WS=7 SACK_PERM TSval=1 TSecr=0"
std::string option_text(const TcpOptions& o);

/// The step of a segment before it is looked at: addresses, flags, numbers, options.
record::SegmentStep begin_step(const Connection& c, const Segment& s, Side side);

/// Completes it once the states have moved: states, relative numbers, the sentence.
void finish_step(const Connection& c, const Segment& s, Side side, record::SegmentStep& step);

/// Appends a step, or counts it as left out: bulk data between handshake and close is elided.
void append_step(record::Ladder& ladder, record::SegmentStep step);

}  // namespace tlsscope::flow
