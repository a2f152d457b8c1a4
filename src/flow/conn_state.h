// Zeek's words for how a connection went, and ours for how it was closed.
#pragma once

#include <string_view>

#include "flow/connection.h"

namespace tlsscope::flow {

/// S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH, as Zeek's conn.log defines them.
std::string_view conn_state(const Connection& c);

/// four_way, three_way, simultaneous, half, unacked, reset, reset_after_fin, or empty: still open.
std::string_view close_kind(const Connection& c);

/// refused, no_answer, half_open, reset, closed, open: the summary's word when no dissector has a better one.
std::string_view transport_outcome(const Connection& c);

std::string_view name(End e);

}  // namespace tlsscope::flow
