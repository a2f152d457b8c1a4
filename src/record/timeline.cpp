#include "record/timeline.h"

#include <algorithm>

namespace tlsscope::record {

void Timeline::set(const Mark& m, Evidence at, bool inferred, bool ambiguous) {
    constexpr std::size_t kUsual = 8;  // a handshake has more, a lone SYN fewer
    if (entries_.empty()) entries_.reserve(kUsual);
    if (find(m) != nullptr) return;
    entries_.push_back({&m, at, inferred, ambiguous});
    maybe_ |= bit_of(m);
}

void Timeline::move(const Mark& m, Evidence at, bool inferred) {
    erase(m);
    entries_.push_back({&m, at, inferred, false});
    maybe_ |= bit_of(m);
}

void Timeline::erase(const Mark& m) {
    if (const Entry* e = find(m); e != nullptr) entries_.erase(entries_.begin() + (e - entries_.data()));
}

const Timeline::Entry* Timeline::find(const Mark& m) const {
    if ((maybe_ & bit_of(m)) == 0) return nullptr;
    const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.mark == &m; });
    return it == entries_.end() ? nullptr : &*it;
}

Evidence Timeline::at(const Mark& m) const {
    const Entry* e = find(m);
    return e == nullptr ? Evidence{} : e->at;
}

std::optional<Nanos> Timeline::between(const Mark& from, const Mark& to) const {
    const Nanos a = at(from).time;
    const Nanos b = at(to).time;
    if (a == kNoTime || b == kNoTime) return std::nullopt;
    return b - a;
}

Evidence Timeline::phases_begin(std::span<const Span> spans) const {
    for (const Span& s : spans)
        if (const Evidence begin = s.phase ? at(*s.from) : Evidence{}; begin.seen()) return begin;
    return {};
}

Evidence Timeline::phases_end(std::span<const Span> spans) const {
    Evidence last;
    for (const Span& s : spans) {
        if (!s.phase) continue;
        const Evidence end = at(*s.to);
        if (end.seen() && (!last.seen() || end.time > last.time)) last = end;
    }
    return last;
}

bool Timeline::fill(std::span<const Span> spans, std::span<const Mark* const> marks, Row& row) const {
    bool negative = false;
    for (const Span& s : spans) {
        const Evidence from = at(*s.from);
        if (from.time == kNoTime) continue;
        const Evidence to = at(*s.to);
        if (to.time == kNoTime || from.frame > to.frame) continue;
        if (to.time < from.time) negative = true;
        else row.add_integer(s.column, to.time - from.time);
    }
    for (const Mark* m : marks) {
        const Evidence e = at(*m);
        if (e.seen() && !m->frame_column.name.empty())
            row.add_integer(m->frame_column, static_cast<std::int64_t>(e.frame));
    }
    return negative;
}

}  // namespace tlsscope::record
