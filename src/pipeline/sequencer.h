// Puts records into the order of their connections' first packets.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "record/connection.h"

namespace tlsscope::pipeline {

/// One worker numbers its connections as they begin; they finish in another order. A record leaves as soon as all
/// before it have left.
class Sequencer {
  public:
    explicit Sequencer(std::function<void(record::ConnectionRecord&&)> emit) : emit_{std::move(emit)} {}

    void add(record::ConnectionRecord&& record) {
        if (record.stream != next_) {
            record.row.shrink();  // it may have to wait for long
            waiting_.push_back(std::move(record));
            std::push_heap(waiting_.begin(), waiting_.end(), later);
            return;
        }
        pass_next();
        emit_(std::move(record));
        emit_waiting();
    }

    /// There will be no record of that number.
    void skip(std::uint64_t stream) {
        const std::size_t i = stream - next_;
        if (i >= skipped_.size()) skipped_.resize(i + 1);
        skipped_[i] = true;
        emit_waiting();
    }

  private:
    static bool later(const record::ConnectionRecord& a, const record::ConnectionRecord& b) {
        return a.stream > b.stream;
    }
    void pass_next() {
        ++next_;
        if (!skipped_.empty()) skipped_.pop_front();
    }
    void emit_waiting() {
        while (true) {
            while (!skipped_.empty() && skipped_.front()) pass_next();
            if (waiting_.empty() || waiting_.front().stream != next_) return;
            std::pop_heap(waiting_.begin(), waiting_.end(), later);
            pass_next();
            emit_(std::move(waiting_.back()));
            waiting_.pop_back();
        }
    }

    std::function<void(record::ConnectionRecord&&)> emit_;
    std::vector<record::ConnectionRecord> waiting_;
    std::deque<bool> skipped_;  // by distance from next_; a byte each, of a flood's millions
    std::uint64_t next_ = 0;
};

}  // namespace tlsscope::pipeline
