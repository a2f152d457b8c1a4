// Everything the page shows of one connection beyond its row: the ladder, the marks, the long texts, the words of
// --explain.
#pragma once

#include <string>

#include "record/connection.h"
#include "record/schema.h"
#include "report/writer.h"

namespace tlsscope::report::html {

/// One JSON object (see format.ts for its members). The record must carry a ladder.
std::string ladder_json(const record::ConnectionRecord& connection, const record::Schema& schema, const RunInfo& run);

}  // namespace tlsscope::report::html
