// --explain N: one connection, step by step, in words.
#pragma once

#include <string>

#include "record/connection.h"
#include "record/schema.h"
#include "report/output.h"
#include "report/text.h"
#include "report/writer.h"

namespace tlsscope::report {

/// Prints who talked to whom, the ladder of segments and messages, the timing, the oddities and the diagnosis. The
/// record should carry a ladder (it was asked for before the capture was read); without one it says so. From 60 columns
/// up no line is longer than the terminal is wide.
void explain(const record::ConnectionRecord& connection, const record::Schema& schema, const RunInfo& run,
             const Style& style, Output& out);

}  // namespace tlsscope::report
