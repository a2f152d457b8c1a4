#include "privileges/capabilities.h"

#include <cap-ng.h>

#include <cstdlib>
#include <memory>

namespace tlsscope::privileges {

namespace {

constexpr auto kCapsAndAmbient = static_cast<capng_select_t>(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT);

bool read_process() { return capng_get_caps_process() == 0; }

}  // namespace

std::string clear_bounding_set() {
    if (!read_process()) return "cannot read the capabilities of the process (is /proc mounted?)";
    // Without the right the set stays. It only says what a program started later may have, and none can be started.
    if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) == 0) return {};
    capng_clear(CAPNG_SELECT_BOUNDS);
    if (capng_apply(CAPNG_SELECT_BOUNDS) != 0) return "cannot empty the capability bounding set";
    return {};
}

std::string clear_capabilities() {
    capng_clear(CAPNG_SELECT_ALL);
    if (capng_apply(kCapsAndAmbient) != 0) return "cannot clear the capabilities of the process";
    if (!read_process()) return "cannot read the capabilities of the process (is /proc mounted?)";
    if (capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE) return "the kernel kept some capabilities";
    return {};
}

std::string capability_state() {
    if (capng_have_capabilities(CAPNG_SELECT_BOUNDS) == CAPNG_NONE) return "capabilities: none";
    return "capabilities: none (the bounding set stays: no right to empty it)";
}

}  // namespace tlsscope::privileges
