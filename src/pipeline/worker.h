// One shard of the analysis: connections, their dissection, and the records that come out.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "crypto/digest.h"
#include "dissect/dissector.h"
#include "flow/table.h"
#include "pipeline/flood.h"
#include "pipeline/loss_log.h"
#include "pipeline/stream.h"
#include "record/connection.h"

namespace tlsscope::pipeline {

struct WorkerOptions {
    flow::TableOptions table;
    std::span<const dissect::Dissector* const> dissectors;
    std::set<std::uint64_t> ladders;                        ///< streams whose steps are wanted
    std::uint64_t first_ladders = 0;                        ///< and those of so many connections that come first
    std::size_t ladder_steps = record::Ladder{}.max_steps;  ///< of one connection
    std::size_t most_ladders = 0;                           ///< of open connections at once; 0: no limit
    /// Told of every segment and its connection; empty: nobody asks.
    std::function<void(std::uint64_t stream, std::uint64_t frame)> segment;
    /// Told of every connection as it begins, in the order of streams; empty: nobody asks.
    std::function<void(std::uint64_t first_frame)> numbered;
    const LossLog* losses = nullptr;  ///< of a live capture; outlives the worker
    /// Told of connections that will have no record (FlowTable: overrun); empty: nobody asks.
    std::function<void(std::uint64_t stream)> skipped;
    UnclaimedBudget unclaimed;
    dissect::Settings settings;
};

/// Receives finished connections, in the order they finish.
using RecordSink = std::function<void(record::ConnectionRecord&&)>;

/// What a live view wants to know of a connection, and when.
enum class Moment : std::uint8_t {
    handshake,  ///< complete or failed, or nothing but closed; once, and not for every connection
    end,
};

/// Not thread-safe: one per thread. Shares nothing with other workers.
class Worker final : private flow::TableListener {
  public:
    Worker(WorkerOptions options, RecordSink sink, RecordSink handshake_sink = {});

    /// One after the other: the more at once, the faster.
    void segments(std::span<const flow::Segment> batch) { table_.segments(batch); }
    /// Live: time goes on, with or without packets.
    void tick(record::Nanos now) { table_.tick(now); }
    std::size_t open_connections() const { return table_.size(); }
    /// The capture is over.
    void finish() { table_.finish_all(); }
    const flow::FlowTotals& totals() const { return table_.totals(); }
    const FloodCount& flood() const { return flood_; }

  private:
    void numbered(std::uint64_t /*stream*/, std::uint64_t first_frame) override {
        if (options_.numbered) options_.numbered(first_frame);
    }
    void opened(flow::Connection& c) override;
    void segment_seen(std::uint64_t stream, const flow::Segment& s) override { options_.segment(stream, s.at.frame); }
    void handshake_over(flow::Connection& c) override;
    void closed(flow::Connection& c) override;
    void overrun(std::uint64_t stream, const flow::Endpoint& server) override;
    void finished(flow::Connection& c) override;
    void data(flow::Connection& c, const flow::Chunk& chunk) override;
    void gap(flow::Connection& c, const flow::Gap& gap) override;
    void ended(flow::Connection& c, record::Side side, record::Evidence at) override;

    bool may_lack_packets(const flow::Connection& c) const;
    bool wants_ladder(std::uint64_t stream) const;
    void tell(flow::Connection& c);
    record::ConnectionRecord describe(flow::Connection& c) const;

    WorkerOptions options_;
    RecordSink sink_;
    RecordSink handshake_sink_;
    std::vector<Protocol> protocols_;  // what the streams share outlives the table with the streams
    std::size_t open_ladders_ = 0;
    UnclaimedBudget unclaimed_;
    FloodCount flood_;
    flow::FlowTable table_;
};

}  // namespace tlsscope::pipeline
