#include "pipeline/shards.h"

#include <algorithm>

namespace tlsscope::pipeline {

Shard::Shard(WorkerOptions options)
    : worker_{std::move(options), [this](record::ConnectionRecord&& r) { records_.push_back(std::move(r)); }},
      thread_{[this] { run(); }} {}

Shard::~Shard() { close(); }

void Shard::push(Batch batch) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return queue_.size() < kMaxQueued; });
    queue_.push_back(std::move(batch));
    changed_.notify_all();
}

void Shard::close() {
    {
        const std::scoped_lock lock{mutex_};
        closed_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

void Shard::run() {
    while (true) {
        Batch batch;
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
            if (queue_.empty()) break;
            batch = std::move(queue_.front());
            queue_.pop_front();
            changed_.notify_all();
        }
        worker_.segments(batch.segments);
    }
    worker_.finish();
    std::sort(records_.begin(), records_.end(),
              [](const auto& a, const auto& b) { return a.first_frame < b.first_frame; });
}

}  // namespace tlsscope::pipeline
