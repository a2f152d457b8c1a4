#include "live_view/rows.h"

#include <algorithm>
#include <utility>

namespace tlsscope::live_view {

namespace {

constexpr std::size_t kBookkeeping = 128;  // list, index and reference count of an entry

/// What a string has outside of itself; short ones have nothing.
std::size_t heap(const std::string& s) { return s.capacity() > std::string{}.capacity() ? s.capacity() + 1 : 0; }

std::size_t ladder_footprint(const record::Ladder& ladder) {
    std::size_t bytes = sizeof ladder + ladder.steps.capacity() * sizeof(record::Step);
    for (const record::Step& step : ladder.steps) {
        const record::SegmentStep& s = step.segment;
        bytes += heap(s.options) + heap(s.client_state) + heap(s.server_state) + heap(s.sentence);
        bytes += s.notes.capacity() * sizeof(std::string) + step.messages.capacity() * sizeof(record::Message);
        for (const std::string& note : s.notes) bytes += heap(note);
        for (const record::Message& m : step.messages) {
            bytes += heap(m.name) + heap(m.sentence) + m.fields.capacity() * sizeof(record::Field);
            for (const record::Field& f : m.fields) bytes += heap(f.name) + heap(f.value) + heap(f.meaning);
        }
    }
    return bytes;
}

}  // namespace

std::size_t footprint(const record::ConnectionRecord& record) {
    std::size_t bytes = sizeof record + record.row.footprint() + heap(record.outcome) + heap(record.diagnosis);
    bytes += record.timeline.entries().size_bytes() + record.anomalies.entries().size_bytes();
    bytes += record.evidence_frames.capacity() * sizeof(std::uint64_t);
    if (record.ladder != nullptr) bytes += ladder_footprint(*record.ladder);
    return bytes;
}

EntryPointer Rows::find(std::uint64_t stream) const {
    const auto it = arrival_of_.find(stream);
    return it == arrival_of_.end() ? nullptr : entries_[it->second - entries_.front()->arrival];
}

void Rows::put(Entry entry) {
    entry.footprint = footprint(entry.record) + entry.searchable.capacity() + sizeof entry + kBookkeeping;
    bytes_ += entry.footprint;
    const auto [it, is_new] = arrival_of_.try_emplace(entry.record.stream, arrivals_);
    entry.arrival = it->second;
    auto shared = std::make_shared<Entry>(std::move(entry));
    if (is_new) {
        ++arrivals_;
        entries_.push_back(std::move(shared));
    } else {
        first_ladder_ = std::min(first_ladder_, shared->arrival);
        bytes_ -= at(shared->arrival)->footprint;
        at(shared->arrival) = std::move(shared);
    }
    make_room();
}

void Rows::make_room() {
    while (entries_.size() > limits_.rows) drop_oldest();
    if (bytes_ > limits_.bytes) drop_ladders();
    while (bytes_ > limits_.bytes && entries_.size() > 1) drop_oldest();
}

void Rows::drop_ladders() {
    first_ladder_ = std::max(first_ladder_, entries_.front()->arrival);
    for (; first_ladder_ < arrivals_ && bytes_ > limits_.bytes; ++first_ladder_) {
        Entry& entry = *at(first_ladder_);
        if (entry.record.ladder == nullptr) continue;
        const std::size_t ladder = ladder_footprint(*entry.record.ladder);
        entry.record.ladder.reset();
        entry.footprint -= ladder;
        bytes_ -= ladder;
    }
}

void Rows::drop_oldest() {
    bytes_ -= entries_.front()->footprint;
    arrival_of_.erase(entries_.front()->record.stream);
    entries_.pop_front();
}

}  // namespace tlsscope::live_view
