// What reports about a whole capture have in common: which capture it was, and what was wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "report/text.h"
#include "report/writer.h"

namespace tlsscope::report {

/// "Summary  capture.pcap", and a line with packets, connections, when and how long.
void append_title(std::string& out, const Style& style, std::string_view what, const RunInfo& run,
                  const Totals& totals);

/// A heading and a paragraph for each problem; nothing when there are none.
void append_problems(std::string& out, const Style& style, const Totals& totals);

}  // namespace tlsscope::report
