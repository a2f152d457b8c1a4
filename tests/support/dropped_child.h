// A child process that gives up its rights and then tries things: what it may do is asked where it can be asked.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>

#include "privileges/privileges.h"

namespace tlsscope::testing {

struct Finished {
    std::string text;                           ///< what the child's function returned
    std::map<std::string, std::string> status;  ///< /proc/PID/status, read while the child waited after the drop
    int exit_status = -1;                       ///< -1: ended by a signal
    int signal = 0;
    privileges::Dropped dropped;  ///< of the child
};

struct Child {
    privileges::Plan plan;
    std::function<void()> before = [] {};                               ///< while the rights are still there
    std::function<std::string()> after = [] { return std::string{}; };  ///< only when the drop went well
    std::function<void(pid_t)> meanwhile = [](pid_t) {};                ///< in the parent, while `after` runs
};

/// Forks, drops, runs. The child ends without atexit handlers: LeakSanitizer could not trace it any more.
Finished run(const Child& child);

/// A folder that vanishes again, owned by `uid`, open to its owner only.
class Folder {
  public:
    explicit Folder(uid_t uid);
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();
    std::string path(const std::string& name = {}) const { return name.empty() ? path_ : path_ + "/" + name; }

  private:
    std::string path_;
};

}  // namespace tlsscope::testing
