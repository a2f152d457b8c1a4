// Giving up the rights of a live capture, as the options say.
#pragma once

#include <string>
#include <vector>

#include "app/options.h"
#include "privileges/privileges.h"

namespace tlsscope::app {

/// What the options leave to do after the drop: every report, and `more_outputs` (captures that are kept, a metrics
/// file). `listens`: a socket was opened to answer on.
privileges::Plan plan_for(const Options& options, const std::vector<std::string>& more_outputs, bool listens);

/// Carries it out and says each step with -v. False when it could not be done, already said: the program must end. Call
/// it once, with the capture and the socket open, before any thread and before the outputs are opened.
bool give_up_rights(const privileges::Plan& plan);

}  // namespace tlsscope::app
