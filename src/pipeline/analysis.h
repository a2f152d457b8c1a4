// The offline loop: frames from a source through decoder and workers to records, in order of first packet.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "capture/source.h"
#include "dissect/dissector.h"
#include "record/accounting.h"
#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::pipeline {

struct AnalysisOptions {
    unsigned threads = 1;
    std::uint64_t memory_mib = 2048;  ///< for connections and reassembly; what does not fit is evicted, and reported
    std::size_t max_half_open =
        4096;                      ///< kept whole by each worker (flow::TableOptions): only the memory depends on it
    std::uint64_t max_frames = 0;  ///< stop after so many; 0: all
    bool ignore_vlan = false;
    dissect::Settings settings;
    std::set<std::uint64_t> ladders;                     ///< streams whose steps are wanted; needs one thread
    std::uint64_t first_ladders = 0;                     ///< the steps of so many connections that come first, about
    std::function<void(std::uint64_t frames)> progress;  ///< called every few thousand frames
    std::function<bool()> stop;                          ///< asked as often; true ends the intake (SIGINT)
    /// Shown every frame before it is analyzed, some at a time; the bytes are good during the call and until the next.
    std::function<void(std::span<const capture::Frame>)> frames;
};

struct AnalysisResult {
    std::uint64_t frames = 0;
    std::uint64_t connections = 0;
    record::Nanos first_time = record::kNoTime;
    record::Nanos last_time = record::kNoTime;
    record::Accounting accounting;
    std::string flood;       ///< a sentence on half-open connections that are counted only; empty: there are none
    std::uint64_t lost = 0;  ///< connections whose record waited on disk and could not be read back
    /// Why these were lost, or why records wait in memory instead of on disk; empty: neither.
    std::string waiting_error;
    /// Link types nothing could be made of, each with its number of frames.
    std::vector<std::pair<std::uint16_t, std::uint64_t>> unknown_links;
};

/// Every column, mark, span and anomaly of this build.
record::Schema make_schema();

/// Reads the source to its end and hands every connection to `emit`, in order of first packet, `stream` numbered so.
AnalysisResult analyze(capture::Source& source, const AnalysisOptions& options,
                       const std::function<void(record::ConnectionRecord&&)>& emit);

/// Reads the source again for the steps of a few connections: those whose first frame is listed, everything else is
/// only decoded. `stream` counts from 0 here; a connection is known by its first frame.
void read_ladders(capture::Source& source, const AnalysisOptions& options, const std::set<std::uint64_t>& first_frames,
                  const std::function<void(record::ConnectionRecord&&)>& emit);

}  // namespace tlsscope::pipeline
