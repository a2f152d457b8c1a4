#include "pipeline/sequencer.h"

#include <utility>

#include "record/packing.h"

namespace tlsscope::pipeline {

void Sequencer::add(record::ConnectionRecord&& record) {
    if (record.stream != next_) return wait(std::move(record));
    pass_next();
    emit_(std::move(record));
    emit_waiting();
}

void Sequencer::skip(std::uint64_t stream) {
    state(stream) = kSkipped;
    emit_waiting();
}

void Sequencer::wait(record::ConnectionRecord&& record) {
    const std::uint64_t stream = record.stream;
    if (record.ladder) {
        state(stream) = kWhole;
        whole_.emplace(stream, std::move(record));
        return;
    }
    packing_.clear();
    record::pack(record, packing_);
    if (bytes_ + packing_.size() > most_in_memory_) {
        if (const auto place = scratch_.put(packing_)) {
            state(stream) = kPlaces + *place;
            return;
        }
    }
    state(stream) = kPacked;
    bytes_ += packing_.size();
    packed_.emplace(stream, packing_);
}

void Sequencer::emit_packed(std::uint64_t stream) {
    const auto leaving = packed_.extract(stream);
    bytes_ -= leaving.mapped().size();
    emit_(record::unpack(leaving.mapped()));
}

void Sequencer::emit_from_disk(std::uint64_t place) {
    if (const auto packed = scratch_.get(place)) return emit_(record::unpack(*packed));
    ++lost_;
}

std::uint64_t& Sequencer::state(std::uint64_t stream) {
    const std::size_t i = stream - next_;
    if (i >= states_.size()) states_.resize(i + 1, kOpen);
    return states_[i];
}

void Sequencer::pass_next() {
    ++next_;
    if (!states_.empty()) states_.pop_front();
}

void Sequencer::emit_waiting() {
    while (!states_.empty() && states_.front() != kOpen) {
        const std::uint64_t stream = next_;
        const std::uint64_t now = states_.front();
        pass_next();
        switch (now) {
            case kSkipped: break;
            case kPacked: emit_packed(stream); break;
            case kWhole: emit_(std::move(whole_.extract(stream).mapped())); break;
            default: emit_from_disk(now - kPlaces);
        }
    }
}

}  // namespace tlsscope::pipeline
