// Giving up the rights of a live capture, as the options say.
#pragma once

#include "app/options.h"
#include "privileges/privileges.h"

namespace tlsscope::app {

/// What the options leave to do after the drop: to write every report. `listens`: a socket was opened to answer on.
privileges::Plan plan_for(const Options& options, bool listens);

/// Carries it out and says each step with -v. False when it could not be done, already said: the program must end. Call
/// it once, with the capture and the socket open, before any thread and before the outputs are opened.
bool give_up_rights(const privileges::Plan& plan);

}  // namespace tlsscope::app
