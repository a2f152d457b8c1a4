// The problems of one input, each kind told once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "capture/source.h"

namespace tlsscope::capture {

/// Collects into a list that outlives it. What repeats (a flood of bad blocks) is counted, not listed.
class ProblemLog {
  public:
    ProblemLog(std::string file, std::vector<Problem>& problems) : file_{std::move(file)}, problems_{problems} {}

    /// `what` names the kind of problem and must be a literal; `detail` follows it for the first of its kind.
    void add(Problem::Kind kind, std::uint64_t offset, std::string_view what, std::string_view detail = {});
    /// Writes the counts into the reasons. Call once, at the end of the input.
    void close();

  private:
    struct Entry {
        std::string_view what;
        std::size_t index;
        std::uint64_t count;
    };

    std::string file_;
    std::vector<Problem>& problems_;
    std::vector<Entry> entries_;
};

}  // namespace tlsscope::capture
