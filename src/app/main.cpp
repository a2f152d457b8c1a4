// tlsscope: see app/run.h for what happens, app/options.h for the command line.
#include <clocale>
#include <csignal>
#include <exception>

#include "app/console.h"
#include "app/logging.h"
#include "app/options.h"
#include "app/run.h"

int main(int argc, char** argv) {
    using namespace tlsscope::app;
    hold_standard_streams();
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a quiet end, found when writing
    std::setlocale(LC_CTYPE, "");   // says whether a terminal has UTF-8
    std::string error;
    const auto options = parse_options(argc, argv, error);
    const Options fallback;
    const Options& how = options ? *options : fallback;
    start_logging(how.verbose, stderr_style(how.color));
    if (!options) {
        log_error(error);
        return kUsage;
    }
    try {
        return run(*options);
    } catch (const std::exception& e) {
        log_error(std::string{"internal error: "} + e.what());
        return kDamaged;
    }
}
