// Where the time of one connection went: its spans as bars on a common axis, each with its definition.
#pragma once

#include <string>

#include "record/connection.h"
#include "record/schema.h"
#include "report/text.h"

namespace tlsscope::report {

/// Appends the timing section; nothing when no span was measured. Spans that reach beyond the handshake (the whole
/// connection, the close) are listed without a bar, so that they do not squash the others.
void append_timing(std::string& out, const record::ConnectionRecord& connection, const record::Schema& schema,
                   const Style& style);

}  // namespace tlsscope::report
