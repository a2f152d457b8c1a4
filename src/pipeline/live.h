// The live loop: frames as they come, records as handshakes complete and connections end, timers when nothing comes.
#pragma once

#include <chrono>
#include <functional>

#include "capture/live_source.h"
#include "pipeline/analysis.h"
#include "pipeline/worker.h"

namespace tlsscope::pipeline {

/// Whoever watches wants every handshake step by step; of so many open connections at once.
inline constexpr std::size_t kMostOpenLadders = 2048;

struct LiveAnalysisOptions {
    AnalysisOptions analysis;  ///< `threads`, `progress` and `ladders` do not matter here
    record::Nanos closed_linger = 5'000'000'000;
    record::Nanos idle_timeout = 300'000'000'000;
    record::Nanos half_open_timeout = 10'000'000'000;
    std::uint64_t max_connections = 0;  ///< end after so many records; 0: never
    /// Told of connections that will never be emitted (a flood's); may be empty.
    std::function<void(std::uint64_t stream)> skipped;
    /// Told of every segment of TCP, by connection and frame, after analysis.frames was shown the frame; may be empty.
    std::function<void(std::uint64_t stream, std::uint64_t frame)> segment;
    std::chrono::milliseconds tick{100};
    std::function<record::Nanos()> wall_clock;  ///< since the epoch; must be set
};

/// How it stands, several times a second.
struct LiveStatus {
    record::Nanos now = 0;  ///< packet time, carried on by the wall clock; never runs back
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;  ///< captured
    std::uint64_t open_connections = 0;
    std::uint64_t reported = 0;  ///< connections that ended
    std::uint64_t evicted = 0;   ///< for want of memory; half-open ones are not reported then
    capture::Drops drops;
    bool waiting = false;  ///< for the interface
};

/// Runs until the source ends, or analysis.stop() says so and what was captured by then is read. `emit` gets every
/// connection at its end, and before that, once, when its handshake is complete or it closed without one; in the order
/// this happens. Connections that were open while packets were dropped say so. `tick` is called every options.tick,
/// roughly.
AnalysisResult analyze_live(capture::LiveSource& source, const LiveAnalysisOptions& options,
                            const std::function<void(record::ConnectionRecord&&, Moment)>& emit,
                            const std::function<void(const LiveStatus&)>& tick);

}  // namespace tlsscope::pipeline
