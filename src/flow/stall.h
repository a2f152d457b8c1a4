// Time lost waiting for repetitions.
#pragma once

#include <vector>

#include "record/evidence.h"

namespace tlsscope::flow {

struct Stall {
    record::Nanos from;
    record::Nanos to;
};

/// Nanoseconds of [from, to] that lie in stalls, which are in order of their ends; overlapping ones count once. One
/// that ends after `last` is left out: what was going on went on meanwhile.
record::Nanos stalled(const std::vector<Stall>& stalls, record::Nanos from, record::Nanos to, record::Nanos last);

}  // namespace tlsscope::flow
