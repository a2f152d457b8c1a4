#include "pipeline/flood.h"

#include <algorithm>
#include <vector>

namespace tlsscope::pipeline {

void FloodCount::add(const flow::Endpoint& target) { add(target, 1); }

void FloodCount::add(const flow::Endpoint& target, std::uint64_t count) {
    total_ += count;
    if (const auto it = targets_.find(target); it != targets_.end()) it->second += count;
    else if (targets_.size() < kMostTargets) targets_.emplace(target, count);
}

void FloodCount::merge(const FloodCount& other) {
    std::uint64_t told_apart = 0;
    for (const auto& [target, count] : other.targets_) {
        add(target, count);
        told_apart += count;
    }
    total_ += other.total_ - told_apart;
}

std::string FloodCount::text() const {
    constexpr std::size_t kShown = 3;
    if (total_ == 0) return {};
    std::vector<std::pair<std::uint64_t, std::string>> most;
    for (const auto& [target, count] : targets_) most.emplace_back(count, target.text());
    std::ranges::sort(most, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::string text =
        std::to_string(total_) +
        " half-open connections are counted and not listed: more SYNs were unanswered at once than there "
        "is memory for (a SYN flood?); most went to ";
    for (std::size_t i = 0; i < std::min(kShown, most.size()); ++i)
        text += (i == 0 ? "" : ", ") + most[i].second + " (" + std::to_string(most[i].first) + ")";
    return text;
}

}  // namespace tlsscope::pipeline
