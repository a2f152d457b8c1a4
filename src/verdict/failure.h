// Why a connection opened and got no further, by what passed on the wire.
#pragma once

#include "flow/connection.h"
#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::verdict {

/// The anomalies reported below.
const record::Vocabulary& failure_vocabulary();

/// Looks at the segments of a handshake that was not completed, and says why where they show it better than its
/// messages did: then it replaces the record's diagnosis. The record holds outcome, diagnosis and anomalies so far.
void explain_failure(const flow::Connection& c, record::ConnectionRecord& record);

/// Of a connection that began with plain text: whether there should have been TLS.
void explain_plaintext(const flow::Connection& c, record::ConnectionRecord& record);

}  // namespace tlsscope::verdict
