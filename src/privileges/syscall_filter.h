// seccomp: which system calls the process can make (libseccomp).
#pragma once

#include "privileges/landlock.h"

namespace tlsscope::privileges {

/// From here on only the system calls of a running capture work. Others answer EPERM; the ones that only an intruder
/// makes end the process. Needs no_new_privs. Does nothing on a kernel without seccomp filters.
Step confine_system_calls(bool listens);

}  // namespace tlsscope::privileges
