#include "capture/problem_log.h"

#include <algorithm>

namespace tlsscope::capture {

void ProblemLog::add(Problem::Kind kind, std::uint64_t offset, std::string_view what, std::string_view detail) {
    const auto known = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.what == what; });
    if (known != entries_.end()) {
        ++known->count;
        return;
    }
    entries_.push_back({what, problems_.size(), 1});
    problems_.push_back({kind, file_, offset, std::string{what} + std::string{detail}});
}

void ProblemLog::close() {
    for (const Entry& e : entries_)
        if (e.count > 1) problems_[e.index].reason += " (the first of " + std::to_string(e.count) + ")";
    entries_.clear();
}

std::string Problem::text() const {
    std::string out = file == "-" ? "standard input" : file;
    if (kind != Kind::unreadable && offset != kNowhere) out += ": at byte " + std::to_string(offset);
    return out + ": " + reason;
}

}  // namespace tlsscope::capture
