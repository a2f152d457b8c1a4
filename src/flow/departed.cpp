#include "flow/departed.h"

namespace tlsscope::flow {

void Departed::add(const Connection& c) {
    while (!order_.empty() && (order_.size() >= kMost || order_.front().last + kMemory < c.last.time)) forget_oldest();
    State state{.last = c.last.time, .client_is_low = c.client_is_low};
    for (const Side side : {Side::client, Side::server}) {
        const Half& h = c.half(side);
        const bool low = (side == Side::client) == c.client_is_low;
        state.sent[low ? 0 : 1] = h.space.known();
        state.end[low ? 0 : 1] = h.space.base() + static_cast<std::uint32_t>(h.sent);
    }
    const std::uint64_t hashed = hash(c.key, seed_);
    states_.insert_or_assign(hashed, state);
    order_.push_back({hashed, state.last});
}

std::optional<Side> Departed::sender_of_late(const Segment& s) const {
    if (s.has(kSyn)) return std::nullopt;
    const auto it = states_.find(hash(s.key, seed_));
    if (it == states_.end() || it->second.last + kMemory < s.at.time) return std::nullopt;
    const State& state = it->second;
    const std::size_t end = s.from_low ? 0 : 1;
    const bool old = state.sent[end] && distance(state.end[end], s.seq + s.payload_length) <= 0;
    if (s.payload_length != 0 && !old) return std::nullopt;
    return s.from_low == state.client_is_low ? Side::client : Side::server;
}

/// The same ports may have been used again: then the newer entry stays.
void Departed::forget_oldest() {
    const auto it = states_.find(order_.front().hash);
    if (it != states_.end() && it->second.last == order_.front().last) states_.erase(it);
    order_.pop_front();
}

}  // namespace tlsscope::flow
