#include "record/anomaly.h"

#include <algorithm>

namespace tlsscope::record {

std::string_view name(Severity s) {
    switch (s) {
        case Severity::none: return "none";
        case Severity::note: return "note";
        case Severity::low: return "low";
        case Severity::medium: return "medium";
        case Severity::high: return "high";
    }
    return "none";
}

void Anomalies::report(const Anomaly& a, std::uint64_t frame) {
    for (Entry& e : entries_) {
        if (e.anomaly != &a) continue;
        ++e.count;
        return;
    }
    entries_.push_back({&a, 1, frame});
}

void Anomalies::withdraw(const Anomaly& a) {
    std::erase_if(entries_, [&](const Entry& e) { return e.anomaly == &a; });
}

bool Anomalies::has(const Anomaly& a) const {
    return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.anomaly == &a; });
}

Severity Anomalies::worst() const {
    Severity worst = Severity::none;
    for (const Entry& e : entries_) worst = std::max(worst, e.anomaly->severity);
    return worst;
}

}  // namespace tlsscope::record
