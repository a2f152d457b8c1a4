#include "pipeline/shards.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "pipeline/append.h"

namespace tlsscope::pipeline {

Shard::Shard(WorkerOptions options)
    : worker_{noting_progress(std::move(options)), [this](record::ConnectionRecord&& r) { finished(std::move(r)); }},
      thread_{[this] { run(); }} {}

Shard::~Shard() {
    {
        const std::scoped_lock lock{mutex_};
        abandoned_ = closed_ = true;
        queue_.clear();
        changed_.notify_all();
    }
    thread_.join();
}

WorkerOptions Shard::noting_progress(WorkerOptions options) {
    options.numbered = [this](std::uint64_t first_frame) { done_.began.push_back(first_frame); };
    options.skipped = [this](std::uint64_t stream) { done_.without_record.push_back(stream); };
    return options;
}

Progress Shard::exchange(std::optional<Batch>& batch) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return queue_.size() < kMaxQueued || full(); });
    if (queue_.size() < kMaxQueued) {
        queue_.push_back(std::move(*batch));
        batch.reset();
    }
    changed_.notify_all();
    return take_ready();
}

Progress Shard::take_ready() {
    Progress taken = std::exchange(ready_, {});
    ready_.through = taken.through;
    return taken;
}

void Shard::close_input() {
    const std::scoped_lock lock{mutex_};
    closed_ = true;
    changed_.notify_all();
}

Progress Shard::rest() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return full() || ready_.complete; });
    changed_.notify_all();
    return take_ready();
}

void Shard::run() {
    while (const std::optional<Batch> batch = next()) {
        worker_.segments(batch->segments);
        done_.through = batch->through;
        publish();
    }
    worker_.finish();
    done_.through = std::numeric_limits<std::uint64_t>::max();
    done_.complete = true;
    publish();
}

std::optional<Batch> Shard::next() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return std::nullopt;
    Batch batch = std::move(queue_.front());
    queue_.pop_front();
    changed_.notify_all();
    return batch;
}

/// The end of the capture alone can finish a million connections.
void Shard::finished(record::ConnectionRecord&& r) {
    done_.finished.push_back(std::move(r));
    if (done_.finished.size() >= kAtOnce) publish();
}

void Shard::publish() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return !full() || abandoned_; });
    if (abandoned_) ready_ = {};
    ready_.through = done_.through;
    ready_.complete = done_.complete;
    append(ready_.began, done_.began);
    append(ready_.finished, done_.finished);
    append(ready_.without_record, done_.without_record);
    changed_.notify_all();
}

}  // namespace tlsscope::pipeline
