#include "record/schema.h"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string>

namespace tlsscope::record {

namespace {

constexpr std::array<std::string_view, 6> kGroups = {"identity", "tcp", "tls", "certificate", "timing", "verdict"};
constexpr std::size_t kOtherGroups = 4;  // a new protocol's group stands before timing

std::size_t group_rank(std::string_view group) {
    const auto it = std::find(kGroups.begin(), kGroups.end(), group);
    if (it == kGroups.end()) return kOtherGroups * 2 - 1;
    return static_cast<std::size_t>(it - kGroups.begin()) * 2;
}

void require_unique(std::set<std::string_view>& seen, std::string_view name) {
    if (!seen.insert(name).second) throw std::logic_error("declared twice: " + std::string{name});
}

}  // namespace

Schema::Schema(std::span<const Vocabulary> vocabularies) : vocabularies_{vocabularies.begin(), vocabularies.end()} {
    std::set<std::string_view> column_names;
    std::set<std::string_view> anomaly_names;
    const auto add = [&](const Column& c) {
        require_unique(column_names, c.name);
        columns_.push_back(&c);
    };
    const auto add_anomaly = [&](const Anomaly& a) {
        require_unique(anomaly_names, a.name);
        anomalies_.push_back(&a);
    };
    for (const Vocabulary& v : vocabularies_) {
        for (const Column& c : v.columns) add(c);
        for (const Span& s : v.spans) add(s.column);
        for (const Mark* m : v.marks)
            if (!m->frame_column.name.empty()) add(m->frame_column);
        for (const Anomaly* a : v.anomalies) add_anomaly(*a);
        for (const Rule* r : v.rules) {
            add_anomaly(r->finding);
            rules_.push_back(r);
        }
    }
    std::stable_sort(columns_.begin(), columns_.end(),
                     [](const Column* a, const Column* b) { return group_rank(a->group) < group_rank(b->group); });
}

const Column* Schema::find(std::string_view name) const {
    const auto it = std::find_if(columns_.begin(), columns_.end(), [&](const Column* c) { return c->name == name; });
    return it == columns_.end() ? nullptr : *it;
}

const Span* Schema::span_of(const Column& c) const {
    for (const Vocabulary& v : vocabularies_)
        for (const Span& s : v.spans)
            if (&s.column == &c) return &s;
    return nullptr;
}

}  // namespace tlsscope::record
