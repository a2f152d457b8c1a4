// The connections of a table in one array, those that are half-open in front: to count them, to walk over them, and to
// pick one at random without searching.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flow/connection.h"

namespace tlsscope::flow {

/// A connection is in one roster at most, and stays where it is in memory as long as it is in one.
class Roster {
  public:
    std::span<Connection* const> half_open() const { return std::span{all_}.first(half_open_); }
    /// All others: established, picked up in their middle, closed.
    std::span<Connection* const> settled() const { return std::span{all_}.subspan(half_open_); }

    /// A new one is half-open.
    void add(Connection& c);
    void remove(Connection& c);
    /// After each segment: none becomes half-open again.
    void update(Connection& c) {
        if (c.roster_place < half_open_ && !c.half_open()) settle(c);
    }

  private:
    void settle(Connection& c);
    void swap(std::size_t a, std::size_t b);

    std::vector<Connection*> all_;
    std::size_t half_open_ = 0;
};

}  // namespace tlsscope::flow
