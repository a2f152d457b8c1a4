// When packets were lost before they reached us: which connections that may have touched.
#pragma once

#include <cstddef>
#include <vector>

#include "record/evidence.h"

namespace tlsscope::pipeline {

/// Stretches of packet time in which the capture lost packets, the latest kMost of them: older ones are joined to one.
class LossLog {
  public:
    static constexpr std::size_t kMost = 1024;

    /// Packets were lost some time between these; called with times that do not run back.
    void add(record::Nanos from, record::Nanos to);
    /// Whether something between these, ends included, may have been lost.
    bool touches(record::Nanos first, record::Nanos last) const;

  private:
    struct Stretch {
        record::Nanos from;
        record::Nanos to;
    };
    std::vector<Stretch> stretches_;  // in order, apart from each other
};

}  // namespace tlsscope::pipeline
