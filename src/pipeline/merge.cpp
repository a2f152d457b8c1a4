#include "pipeline/merge.h"

#include <algorithm>

#include "flow/tcp_vocabulary.h"
#include "pipeline/append.h"

namespace tlsscope::pipeline {

void Merge::take(std::size_t shard, Progress progress) {
    Numbers& s = shards_[shard];
    s.through = progress.through;
    s.unnumbered.insert(s.unnumbered.end(), progress.began.begin(), progress.began.end());
    append(s.early, progress.finished);
    append(s.early_without_record, progress.without_record);
    number();
    for (Numbers& each : shards_) pass_on(each);
}

void Merge::number() {
    while (Numbers* s = next_to_begin()) {
        s->unnumbered.pop_front();
        s->numbers.push_back(next_++);
    }
}

/// The shard whose connection comes next, as far as that is known: null when a shard that has not come so far may still
/// tell of an earlier one.
Merge::Numbers* Merge::next_to_begin() {
    Numbers* first = nullptr;
    for (Numbers& s : shards_) {
        if (s.unnumbered.empty()) continue;
        if (first == nullptr || s.unnumbered.front() < first->unnumbered.front()) first = &s;
    }
    if (first == nullptr) return nullptr;
    const auto behind = [&](const Numbers& s) { return s.unnumbered.empty() && s.through < first->unnumbered.front(); };
    return std::any_of(shards_.begin(), shards_.end(), behind) ? nullptr : first;
}

void Merge::pass_on(Numbers& shard) {
    const auto known = [&](std::uint64_t stream) { return numbered(shard, stream); };
    std::erase_if(shard.early_without_record, [&](std::uint64_t stream) {
        if (!known(stream)) return false;
        in_order_.skip(take_number(shard, stream));
        return true;
    });
    std::erase_if(shard.early, [&](record::ConnectionRecord& r) {
        if (!known(r.stream)) return false;
        r.stream = take_number(shard, r.stream);
        r.row.set_integer(flow::tcp_column("stream"), static_cast<std::int64_t>(r.stream));
        in_order_.add(std::move(r));
        return true;
    });
}

bool Merge::numbered(const Numbers& shard, std::uint64_t stream) { return stream - shard.base < shard.numbers.size(); }

std::uint64_t Merge::take_number(Numbers& shard, std::uint64_t stream) {
    const std::uint64_t number = std::exchange(shard.numbers[stream - shard.base], kGone);
    while (!shard.numbers.empty() && shard.numbers.front() == kGone) {
        shard.numbers.pop_front();
        ++shard.base;
    }
    return number;
}

}  // namespace tlsscope::pipeline
