#include "flow/stall.h"

#include <algorithm>

namespace tlsscope::flow {

record::Nanos stalled(const std::vector<Stall>& stalls, record::Nanos from, record::Nanos to, record::Nanos last) {
    record::Nanos sum = 0;
    for (const Stall& s : stalls) {
        const record::Nanos begin = std::max(from, s.from);
        const record::Nanos end = std::min(to, s.to);
        if (s.to > last || end <= begin) continue;
        sum += end - begin;
        from = std::max(from, end);
    }
    return sum;
}

}  // namespace tlsscope::flow
