// Puts records into the order of their connections' first packets.
#pragma once

#include <algorithm>
#include <cstdint>
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
        ++next_;
        emit_(std::move(record));
        while (!waiting_.empty() && waiting_.front().stream == next_) {
            std::pop_heap(waiting_.begin(), waiting_.end(), later);
            ++next_;
            emit_(std::move(waiting_.back()));
            waiting_.pop_back();
        }
    }

  private:
    static bool later(const record::ConnectionRecord& a, const record::ConnectionRecord& b) {
        return a.stream > b.stream;
    }

    std::function<void(record::ConnectionRecord&&)> emit_;
    std::vector<record::ConnectionRecord> waiting_;
    std::uint64_t next_ = 0;
};

}  // namespace tlsscope::pipeline
