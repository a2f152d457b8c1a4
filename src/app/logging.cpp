#include "app/logging.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "report/escape.h"

namespace tlsscope::app {

void start_logging(int verbose) {
    auto logger = spdlog::stderr_color_st("tlsscope");
    logger->set_pattern("tlsscope: %^%v%$");
    logger->set_level(verbose == 0 ? spdlog::level::warn : verbose == 1 ? spdlog::level::info : spdlog::level::debug);
    spdlog::set_default_logger(std::move(logger));
}

// File names and packet contents come through here: nothing of them may move the cursor.
void log_error(const std::string& text) { spdlog::error("{}", report::visible(text)); }
void log_warning(const std::string& text) { spdlog::warn("{}", report::visible(text)); }
void log_info(const std::string& text) { spdlog::info("{}", report::visible(text)); }
void log_debug(const std::string& text) { spdlog::debug("{}", report::visible(text)); }

}  // namespace tlsscope::app
