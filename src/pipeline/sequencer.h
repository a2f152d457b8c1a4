// Puts records into the order of their connections' first packets.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_map>
#include <utility>

#include "record/connection.h"

namespace tlsscope::pipeline {

/// One worker numbers its connections as they begin; they finish in another order. A record leaves as soon as all
/// before it have left.
class Sequencer {
  public:
    explicit Sequencer(std::function<void(record::ConnectionRecord&&)> emit) : emit_{std::move(emit)} {}

    void add(record::ConnectionRecord&& record) {
        if (record.stream != next_) {
            constexpr std::size_t kFew = 8192;
            if (waiting_.size() > kFew) record.row.shrink();  // it may have to wait for long, as those before it do
            const std::uint64_t stream = record.stream;
            waiting_.emplace(stream, std::move(record));
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
    void pass_next() {
        ++next_;
        if (!skipped_.empty()) skipped_.pop_front();
    }
    void emit_waiting() {
        while (true) {
            while (!skipped_.empty() && skipped_.front()) pass_next();
            const auto it = waiting_.find(next_);
            if (it == waiting_.end()) return;
            auto leaving = waiting_.extract(it);
            pass_next();
            emit_(std::move(leaving.mapped()));
        }
    }

    std::function<void(record::ConnectionRecord&&)> emit_;
    std::unordered_map<std::uint64_t, record::ConnectionRecord> waiting_;  // by stream
    std::deque<bool> skipped_;  // by distance from next_; a byte each, of a flood's millions
    std::uint64_t next_ = 0;
};

}  // namespace tlsscope::pipeline
