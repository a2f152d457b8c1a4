// Why a connection was slow to set up: the columns of the split, and the rules applied to it.
#pragma once

#include "flow/connection.h"
#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::verdict {

/// The columns and anomalies filled in below.
const record::Vocabulary& setup_vocabulary();

/// Splits the time from the first SYN to the end of the handshake into parts that add up (the columns setup_...), and
/// says what was slow. `handshake`: the vocabulary of the protocol whose phases these were; the
/// record holds its marks. Nothing where the split cannot be made.
void explain_setup(const flow::Connection& c, const record::Vocabulary& handshake, record::ConnectionRecord& record);

}  // namespace tlsscope::verdict
