#include "record/accounting.h"

#include <algorithm>
#include <numeric>

namespace tlsscope::record {

void Account::add(std::string_view part, std::uint64_t count) {
    if (count == 0) return;
    const auto it = std::find_if(parts.begin(), parts.end(), [&](const Part& p) { return p.name == part; });
    if (it != parts.end()) it->count += count;
    else parts.push_back({std::string{part}, count});
}

void Account::merge(const Account& other) {
    total += other.total;
    for (const Part& p : other.parts) add(p.name, p.count);
}

bool Account::balanced() const {
    return total == std::accumulate(parts.begin(), parts.end(), std::uint64_t{0},
                                    [](std::uint64_t sum, const Part& p) { return sum + p.count; });
}

}  // namespace tlsscope::record
