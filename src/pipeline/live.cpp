#include "pipeline/live.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "pipeline/accounting.h"
#include "pipeline/intake.h"
#include "pipeline/loss_log.h"

namespace tlsscope::pipeline {

namespace {

// Enough for a handshake.
constexpr std::size_t kLadderSteps = 200;

/// Says when it is time again, by a clock that nobody sets.
class Ticker {
  public:
    explicit Ticker(std::chrono::milliseconds every) : every_{every} {}
    bool due() {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_) return false;
        next_ = now + every_;
        return true;
    }

  private:
    std::chrono::milliseconds every_;
    std::chrono::steady_clock::time_point next_;
};

/// Packet time, carried on when no packets come. Never runs back: with a wall clock that was set back it goes on at the
/// pace of the clock that nobody sets, ahead of the packets; FlowTable::tick() takes that into account.
class Watermark {
  public:
    record::Nanos advance(record::Nanos wall, record::Nanos packets) {
        const auto steady = std::chrono::steady_clock::now();
        const record::Nanos passed = std::chrono::nanoseconds{steady - last_look_}.count();
        last_look_ = steady;
        return now_ = std::max({now_ + passed, wall, packets});
    }

  private:
    record::Nanos now_ = 0;
    std::chrono::steady_clock::time_point last_look_ = std::chrono::steady_clock::now();
};

/// Reads the counters of dropped packets, and remembers when they rose.
class LossWatch {
  public:
    LossWatch(capture::LiveSource& source, std::function<record::Nanos()> clock)
        : source_{source}, clock_{std::move(clock)}, last_look_{clock_()} {}

    const capture::Drops& look() {
        const record::Nanos now = clock_();
        const capture::Drops before = std::exchange(drops_, source_.drops());
        if (drops_.kernel + drops_.interface != before.kernel + before.interface)
            log_.add(std::min(last_look_, now), std::max(last_look_, now));
        last_look_ = now;
        return drops_;
    }
    const LossLog& log() const { return log_; }

  private:
    capture::LiveSource& source_;
    std::function<record::Nanos()> clock_;
    record::Nanos last_look_;
    capture::Drops drops_;
    LossLog log_;
};

/// The end that was asked for: what the kernel had captured by then is still read.
class Drain {
  public:
    bool begun() const { return begun_; }
    void begin(std::uint64_t received) {
        begun_ = true;
        received_ = received;
        deadline_ = std::chrono::steady_clock::now() + kLongest;
    }
    /// After a batch: nothing of it is left, or it takes too long.
    bool over(std::size_t batch, std::uint64_t frames) const {
        return begun_ && (batch == 0 || frames >= received_ || std::chrono::steady_clock::now() >= deadline_);
    }

  private:
    static constexpr std::chrono::seconds kLongest{2};

    bool begun_ = false;
    std::uint64_t received_ = 0;
    std::chrono::steady_clock::time_point deadline_;
};

WorkerOptions live_worker_options(const LiveAnalysisOptions& options, const LossLog& losses) {
    WorkerOptions w = worker_options(options.analysis, random_seed());
    w.losses = &losses;
    w.segment = options.segment;
    w.skipped = options.skipped;
    w.ladder_steps = kLadderSteps;
    w.most_ladders = kMostOpenLadders;
    w.table.tell_segments = static_cast<bool>(options.segment);
    w.table.closed_linger = options.closed_linger;
    w.table.idle_timeout = options.idle_timeout;
    w.table.half_open_timeout = options.half_open_timeout;
    return w;
}

}  // namespace

AnalysisResult analyze_live(capture::LiveSource& source, const LiveAnalysisOptions& options,
                            const std::function<void(record::ConnectionRecord&&, Moment)>& emit,
                            const std::function<void(const LiveStatus&)>& tick) {
    AnalysisOptions analysis = options.analysis;
    analysis.stop = {};  // asked here, for it does not mean at once
    Intake intake{source, analysis};
    Drain drain;
    LiveStatus status;
    LossWatch losses{source, options.wall_clock};
    Worker worker{live_worker_options(options, losses.log()),
                  [&](record::ConnectionRecord&& r) {
                      ++status.reported;
                      emit(std::move(r), Moment::end);
                  },
                  [&](record::ConnectionRecord&& r) { emit(std::move(r), Moment::handshake); }};
    Ticker ticker{options.tick};
    Watermark watermark;
    const auto between = [&](std::size_t batch) {
        if (drain.over(batch, intake.frames())) intake.stop();
        if (!ticker.due()) return;
        status.now = watermark.advance(options.wall_clock(), intake.last_time());
        status.drops = losses.look();  // before connections end: they shall know
        worker.tick(status.now);
        status.frames = intake.frames();
        status.bytes = source.bytes_read();
        status.open_connections = worker.open_connections();
        status.evicted = worker.totals().evicted + worker.totals().overrun;
        status.waiting = source.waiting();
        tick(status);
        const bool enough = options.max_connections != 0 && status.reported >= options.max_connections;
        if (enough) intake.stop();
        // Counted anew: packets may have come since the last look, before the end was asked for.
        if (!drain.begun() && options.analysis.stop && options.analysis.stop()) drain.begin(source.drops().received);
    };
    intake.run([&](std::span<const flow::Segment> segments, bool) { worker.segments(segments); }, between);
    (void)losses.look();
    worker.finish();
    AnalysisResult result;
    intake.report(result);
    result.connections = status.reported;
    result.flood = worker.flood().text();
    add_flow_accounts(worker.totals(), status.reported, result.accounting);
    return result;
}

}  // namespace tlsscope::pipeline
