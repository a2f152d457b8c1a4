#include "app/version.h"

#include <spdlog/version.h>
#include <boost/version.hpp>

namespace tlsscope::app {

std::string version_line() { return "tlsscope " TLSSCOPE_VERSION; }

std::string version_text() {
    return version_line() + "\nBoost " + std::to_string(BOOST_VERSION / 100000) + "." +
           std::to_string(BOOST_VERSION / 100 % 1000) + ", spdlog " + std::to_string(SPDLOG_VER_MAJOR) + "." +
           std::to_string(SPDLOG_VER_MINOR) + "." + std::to_string(SPDLOG_VER_PATCH) + "\nApache License 2.0\n";
}

}  // namespace tlsscope::app
