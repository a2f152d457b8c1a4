// Diagnostics on standard error. The only user of spdlog.
#pragma once

#include <string>

#include "report/text.h"

namespace tlsscope::app {

/// Once, at the start. verbose 0: warnings and errors; 1: what is done; 2 and more: details. The style is standard
/// error's.
void start_logging(int verbose, const report::Style& style);

void log_error(const std::string& text);
void log_warning(const std::string& text);
void log_info(const std::string& text);
void log_debug(const std::string& text);

}  // namespace tlsscope::app
