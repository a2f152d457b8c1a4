#include "flow/holes.h"

#include <algorithm>

namespace tlsscope::flow {

void Holes::open(std::uint64_t from, std::uint64_t to, record::Evidence by) {
    if (holes_.size() == kMax) {
        forgotten_ += holes_.front().to - holes_.front().from;
        holes_.erase(holes_.begin());
    }
    holes_.push_back({from, to, by});
}

Holes::Filled Holes::fill(std::uint64_t from, std::uint64_t to) {
    Filled out;
    for (std::size_t i = 0; i < holes_.size();) {
        Hole& h = holes_[i];
        const std::uint64_t a = std::max(from, h.from);
        const std::uint64_t b = std::min(to, h.to);
        if (a >= b) {
            ++i;
            continue;
        }
        if (!out.any) out.hole = h;
        out.any = true;
        out.bytes += b - a;
        const Hole rest{b, h.to, h.opened, h.duplicate_acks};
        h.to = a;
        const bool left_empty = h.from == h.to;
        if (rest.from < rest.to) holes_.insert(holes_.begin() + static_cast<std::ptrdiff_t>(i) + 1, rest);
        if (left_empty) holes_.erase(holes_.begin() + static_cast<std::ptrdiff_t>(i));
        else ++i;
    }
    return out;
}

void Holes::duplicate_ack(std::uint64_t at) {
    for (Hole& h : holes_)
        if (h.from <= at && at < h.to) ++h.duplicate_acks;
}

std::uint64_t Holes::bytes() const {
    std::uint64_t sum = forgotten_;
    for (const Hole& h : holes_) sum += h.to - h.from;
    return sum;
}

}  // namespace tlsscope::flow
