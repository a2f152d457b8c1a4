#include "app/logging.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "report/escape.h"

namespace tlsscope::app {

namespace {

/// The message for a terminal without UTF-8.
class AsciiText final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
        const std::string text = report::ascii({message.payload.data(), message.payload.size()});
        out.append(text.data(), text.data() + text.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<AsciiText>(); }
};

}  // namespace

void start_logging(int verbose, const report::Style& style) {
    auto logger =
        spdlog::stderr_color_st("tlsscope", style.colour ? spdlog::color_mode::always : spdlog::color_mode::never);
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    if (!style.unicode) formatter->add_flag<AsciiText>('v');
    formatter->set_pattern("tlsscope: %^%v%$");
    logger->set_formatter(std::move(formatter));
    logger->set_level(verbose == 0 ? spdlog::level::warn : verbose == 1 ? spdlog::level::info : spdlog::level::debug);
    spdlog::set_default_logger(std::move(logger));
}

// File names and packet contents come through here: nothing of them may move the cursor.
void log_error(const std::string& text) { spdlog::error("{}", report::visible(text)); }
void log_warning(const std::string& text) { spdlog::warn("{}", report::visible(text)); }
void log_info(const std::string& text) { spdlog::info("{}", report::visible(text)); }
void log_debug(const std::string& text) { spdlog::debug("{}", report::visible(text)); }

}  // namespace tlsscope::app
