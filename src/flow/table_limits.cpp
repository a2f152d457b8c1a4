// What the flow table lets go of: what was closed or silent for too long, and what does not fit.
#include <algorithm>

#include "flow/table.h"

namespace tlsscope::flow {

void FlowTable::expire(Nanos now) {
    while (!farewells_.empty() && farewells_.front().when + options_.closed_linger < now) {
        const Farewell f = farewells_.front();
        farewells_.pop_front();
        const auto it = index_.find(f.key);
        if (it == index_.end() || it->second->stream != f.stream) continue;
        // Late packets keep it: their row is this one, not a new one.
        if (!forgotten(*it->second, now)) {
            farewells_.push_back({it->second->last.time, f.key, f.stream});
            break;
        }
        finish(f.key, End::closed);
    }
}

/// Before each segment, because it may be one more to keep.
void FlowTable::make_room() {
    while (half_open_.full()) {
        ++totals_.overrun;
        const HalfOpenFlow victim = half_open_.take_out(static_cast<HalfOpenTable::Index>(dice(half_open_.size())));
        listener_.overrun(victim.stream, victim.server());
    }
}

void FlowTable::tick(Nanos now) {
    constexpr Nanos kSweepEvery = 1'000'000'000;
    constexpr std::size_t kAtOnce = 8192;  // a record takes microseconds, and packets wait meanwhile
    now_ = now;
    expire(now);
    if (now < next_sweep_) return;
    next_sweep_ = now + kSweepEvery;
    InOrder over;
    add_idle_half_open(now, over);
    if (options_.idle_timeout != 0 && now >= next_idle_sweep_) add_idle(now, over);
    if (over.size() > kAtOnce) {  // after a flood; the rest with the next ticks
        std::nth_element(over.begin(), over.begin() + kAtOnce, over.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        over.resize(kAtOnce);
        next_sweep_ = next_idle_sweep_ = now;
    }
    finish_in_order(over, End::idle);
}

void FlowTable::add_idle_half_open(Nanos now, InOrder& over) const {
    for (const Connection* c : roster_.half_open())
        if (idle(c->seen, now, true)) over.emplace_back(c->stream, c->key);
    for (HalfOpenTable::Index i = 0; i < half_open_.size(); ++i)
        if (idle(half_open_.seen(i), now, true)) over.emplace_back(half_open_.stream(i), half_open_.key(i));
}

/// Looks at all of them, and remembers when the first of those that stay can be due: before that nobody has to look.
void FlowTable::add_idle(Nanos now, InOrder& over) {
    next_idle_sweep_ = now + options_.idle_timeout;
    for (const Connection* c : roster_.settled()) {
        if (c->finished_closing || c->seen == record::kNoTime) continue;
        if (idle(c->seen, now, false)) over.emplace_back(c->stream, c->key);
        else next_idle_sweep_ = std::min(next_idle_sweep_, c->seen + options_.idle_timeout);
    }
}

bool FlowTable::idle(Nanos seen, Nanos now, bool half_open) const {
    const Nanos silent = seen == record::kNoTime ? 0 : now - seen;
    if (options_.idle_timeout != 0 && silent > options_.idle_timeout) return true;
    return half_open && options_.half_open_timeout != 0 && silent > options_.half_open_timeout;
}

void FlowTable::evict_one() {
    ++totals_.evicted;
    finish(FlowKey{least_valuable().key}, End::evicted);
}

/// What was closed longest ago; else any that is half-open, so that a flood evicts itself; else of a few the one idle
/// longest, and rather one picked up in its middle.
const Connection& FlowTable::least_valuable() {
    for (; !farewells_.empty(); farewells_.pop_front()) {
        const Farewell& f = farewells_.front();
        const auto it = index_.find(f.key);
        if (it != index_.end() && it->second->stream == f.stream) return *it->second;
    }
    if (const auto half_open = roster_.half_open(); !half_open.empty()) return *half_open[dice(half_open.size())];
    constexpr int kSample = 16;
    const auto worse = [](const Connection& a, const Connection& b) {
        if (a.established != b.established) return !a.established;
        return a.last.time < b.last.time;
    };
    const auto settled = roster_.settled();
    const Connection* victim = settled[dice(settled.size())];
    for (int i = 1; i < kSample; ++i)
        if (const Connection* c = settled[dice(settled.size())]; worse(*c, *victim)) victim = c;
    return *victim;
}

std::size_t FlowTable::dice(std::size_t sides) {
    dice_ = dice_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (dice_ >> 33) % sides;
}

}  // namespace tlsscope::flow
