// Workers on their own threads: segments are dealt out by flow key, so that every connection stays with one worker.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "pipeline/worker.h"

namespace tlsscope::pipeline {

/// Segments on their way to a worker, with what keeps their bytes alive.
struct Batch {
    static constexpr std::size_t kSize = 512;
    std::vector<flow::Segment> segments;
    std::vector<std::shared_ptr<const void>> owners;  ///< blocks and copies the segments' views point into
};

/// A worker, its thread and its bounded queue. Shares nothing else.
class Shard {
  public:
    explicit Shard(WorkerOptions options);
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;
    ~Shard();

    /// Waits while the queue is full.
    void push(Batch batch);
    /// No more batches: waits until the worker has finished every connection.
    void close();

    std::vector<record::ConnectionRecord>& records() { return records_; }  ///< after close(): in order of first packet
    const flow::FlowTotals& totals() const { return worker_.totals(); }    ///< after close()
    const FloodCount& flood() const { return worker_.flood(); }            ///< after close()

  private:
    static constexpr std::size_t kMaxQueued = 16;
    void run();

    std::vector<record::ConnectionRecord> records_;
    Worker worker_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch> queue_;
    bool closed_ = false;
    std::thread thread_;
};

}  // namespace tlsscope::pipeline
