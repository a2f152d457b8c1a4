// Half-open connections for which there was no room: counted by target instead of listed.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "flow/key.h"

namespace tlsscope::pipeline {

/// Bounded: the first kMostTargets are told apart.
class FloodCount {
  public:
    static constexpr std::size_t kMostTargets = 1024;

    void add(const flow::Endpoint& target);
    void merge(const FloodCount& other);
    std::uint64_t total() const { return total_; }
    /// One sentence, which names the targets with the most; empty when there was no flood.
    std::string text() const;

  private:
    void add(const flow::Endpoint& target, std::uint64_t count);

    std::map<flow::Endpoint, std::uint64_t> targets_;
    std::uint64_t total_ = 0;
};

}  // namespace tlsscope::pipeline
