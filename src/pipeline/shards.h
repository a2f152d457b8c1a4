// Workers on their own threads: segments are dealt out by flow key, so that every connection stays with one worker.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "pipeline/worker.h"

namespace tlsscope::pipeline {

/// Segments on their way to a worker, with what keeps their bytes alive.
struct Batch {
    static constexpr std::size_t kSize = 512;
    std::vector<flow::Segment> segments;
    std::vector<std::shared_ptr<const void>> owners;  ///< blocks and copies the segments' views point into
    std::uint64_t through = 0;  ///< the worker has, with this, all of its segments up to this frame
};

/// What a worker has done since it last said so. Streams are numbered by the worker.
struct Progress {
    std::uint64_t through = 0;                       ///< everything up to this frame was looked at
    std::vector<std::uint64_t> began;                ///< first frames of new connections, in the order of streams
    std::vector<record::ConnectionRecord> finished;  ///< in the order they finished
    std::vector<std::uint64_t> without_record;       ///< streams (TableListener::overrun)
    bool complete = false;                           ///< nothing comes after this
};

/// A worker, its thread and its bounded queues: segments in, progress out. Shares nothing else.
class Shard {
  public:
    explicit Shard(WorkerOptions options);
    Shard(const Shard&) = delete;
    Shard& operator=(const Shard&) = delete;
    /// What was not taken is lost.
    ~Shard();

    /// Hands in the batch, and empties it, as soon as there is room; or returns before, when the worker waits for its
    /// progress to be taken. Either way this is what it has done by now.
    Progress exchange(std::optional<Batch>& batch);
    /// No more batches: the worker will finish every connection.
    void close_input();
    /// Records wait to be taken, at most about so many.
    static constexpr std::size_t kMaxFinished = 1024;
    /// After close_input(): waits until there is something; to be called until it is complete.
    Progress rest();

    const flow::FlowTotals& totals() const { return worker_.totals(); }  ///< once complete
    const FloodCount& flood() const { return worker_.flood(); }          ///< once complete

  private:
    static constexpr std::size_t kMaxQueued = 16;
    static constexpr std::size_t kAtOnce = 128;

    WorkerOptions noting_progress(WorkerOptions options);
    void finished(record::ConnectionRecord&& r);
    void run();
    std::optional<Batch> next();
    void publish();
    Progress take_ready();
    bool full() const { return ready_.finished.size() >= kMaxFinished; }

    Progress done_;  // of the worker's thread alone, until it is published
    Worker worker_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch> queue_;
    Progress ready_;
    bool closed_ = false;
    bool abandoned_ = false;
    std::thread thread_;
};

}  // namespace tlsscope::pipeline
