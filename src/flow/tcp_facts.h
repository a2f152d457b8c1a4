// From a connection to its row: identity, tcp and verdict columns, TCP spans and marks.
#pragma once

#include "flow/connection.h"
#include "record/connection.h"

namespace tlsscope::flow {

/// Writes what the transport knows into the record, and moves timeline, anomalies and ladder there.
/// Before the dissector describes its part: that may overrule outcome and diagnosis.
void describe_transport(Connection& c, record::ConnectionRecord& record);

/// Columns that depend on everything else: outcome, severity, diagnosis, anomalies, spans, and the time lost up to the
/// end of the protocol's handshake (kNoTime: it has none). After the dissector.
void conclude_record(const Connection& c, record::ConnectionRecord& record, Nanos handshake_end = record::kNoTime);

/// 18 characters, Zeek's form ("C" and base 62), made from endpoints and start: the same in every run.
std::string make_uid(const Connection& c);

}  // namespace tlsscope::flow
