#include "flow/roster.h"

#include <utility>

namespace tlsscope::flow {

void Roster::add(Connection& c) {
    c.roster_place = static_cast<std::uint32_t>(all_.size());
    all_.push_back(&c);
    swap(c.roster_place, half_open_++);
}

void Roster::remove(Connection& c) {
    if (c.roster_place < half_open_) settle(c);
    swap(c.roster_place, all_.size() - 1);
    all_.pop_back();
}

void Roster::settle(Connection& c) { swap(c.roster_place, --half_open_); }

void Roster::swap(std::size_t a, std::size_t b) {
    std::swap(all_[a], all_[b]);
    all_[a]->roster_place = static_cast<std::uint32_t>(a);
    all_[b]->roster_place = static_cast<std::uint32_t>(b);
}

}  // namespace tlsscope::flow
