#include "pipeline/loss_log.h"

#include <algorithm>

namespace tlsscope::pipeline {

void LossLog::add(record::Nanos from, record::Nanos to) {
    if (!stretches_.empty() && from <= stretches_.back().to) {
        stretches_.back().to = std::max(stretches_.back().to, to);
        return;
    }
    stretches_.push_back({from, std::max(from, to)});
    if (stretches_.size() <= kMost) return;
    // Rather a connection of long ago wrongly suspected than one touched that does not say so.
    stretches_[1].from = stretches_[0].from;
    stretches_.erase(stretches_.begin());
}

bool LossLog::touches(record::Nanos first, record::Nanos last) const {
    const auto it = std::ranges::lower_bound(stretches_, first, {}, &Stretch::to);
    return it != stretches_.end() && it->from <= last;
}

}  // namespace tlsscope::pipeline
