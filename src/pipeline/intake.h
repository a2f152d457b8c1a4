// Reads frames, decodes them, counts what they are, and hands on the TCP segments. For analysis.cpp and live.cpp only.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <utility>

#include "capture/source.h"
#include "dissectors/packet/decoder.h"
#include "pipeline/accounting.h"
#include "pipeline/analysis.h"
#include "pipeline/worker.h"

namespace tlsscope::pipeline {

/// Limits of one worker of `options.threads`.
WorkerOptions worker_options(const AnalysisOptions& options, std::uint64_t seed);

/// What worker_options() counts for an open connection.
std::uint64_t bytes_per_connection();

std::uint64_t random_seed();

/// Reads and decodes, some frames at a time; hands TCP segments to `deal(segments, borrowed)`. `borrowed`: the bytes of
/// the last one are good during the call only; those of the others until the next batch is read.
class Intake {
  public:
    Intake(capture::Source& source, const AnalysisOptions& options)
        : source_{source}, options_{options}, decoder_{packet::DecoderOptions{.ignore_vlan = options.ignore_vlan}} {}

    /// To the end of the source. `between(n)` is called after every batch of n frames, and with 0 whenever a live
    /// source has nothing.
    template <class Deal, class Between>
    void run(Deal&& deal, Between&& between) {
        std::array<capture::Frame, kFrames> frames;
        while (!stopped_) {
            const std::size_t n = source_.next_batch(std::span{frames}.first(wanted()));
            if (n == 0 && source_.ended()) break;
            if (n == 0) stopped_ = interrupted();
            if (n != 0 && options_.frames) options_.frames(std::span{frames}.first(n));
            std::size_t ready = 0;
            for (std::size_t i = 0; i < n; ++i) {
                if (!take(frames[i], segments_[ready])) continue;
                const bool borrowed = !lives_in(frames[i], segments_[ready]);
                ++ready;
                if (borrowed) deal(std::span<const flow::Segment>{segments_.data(), std::exchange(ready, 0)}, true);
            }
            if (ready != 0) deal(std::span<const flow::Segment>{segments_.data(), ready}, false);
            if (n != 0) after_batch();
            between(n);
        }
    }
    template <class Deal>
    void run(Deal&& deal) {
        run(std::forward<Deal>(deal), [](std::size_t) {});
    }

    void stop() { stopped_ = true; }
    std::uint64_t frames() const { return counts_.frames(); }
    record::Nanos last_time() const { return last_; }

    void report(AnalysisResult& result) const {
        result.frames = counts_.frames();
        result.first_time = first_;
        result.last_time = last_;
        result.accounting.push_back(counts_.account());
        result.unknown_links.assign(unknown_links_.begin(), unknown_links_.end());
    }

  private:
    static constexpr std::size_t kFrames = 32;
    static constexpr std::uint64_t kLookEvery = 4096;

    /// Whether the segment's bytes are the frame's. Those put together from fragments live in the decoder, which reuses
    /// its room.
    static bool lives_in(const capture::Frame& frame, const flow::Segment& s) {
        const std::uint8_t* begin = s.tcp.empty() ? s.payload.data() : s.tcp.data();
        return begin == nullptr || (begin >= frame.data.data() && begin < frame.data.data() + frame.data.size());
    }

    /// How many frames the next batch may have: none that is not analyzed is shown to anybody.
    std::size_t wanted() const {
        if (options_.max_frames == 0) return kFrames;
        return static_cast<std::size_t>(std::min<std::uint64_t>(kFrames, options_.max_frames - counts_.frames()));
    }
    void after_batch() {
        if (counts_.frames() == options_.max_frames) stopped_ = true;
        if (counts_.frames() < next_look_) return;
        next_look_ = counts_.frames() + kLookEvery;
        stopped_ = stopped_ || interrupted();
    }
    /// Whether the frame holds a TCP segment.
    bool take(const capture::Frame& frame, flow::Segment& segment) {
        note_time(frame.time);
        const packet::Outcome outcome = decoder_.decode(frame, segment);
        counts_.count(outcome);
        if (outcome.kind == packet::Outcome::Kind::undecodable &&
            outcome.undecodable == packet::Undecodable::unknown_link_type)
            ++unknown_links_[frame.link_type];
        return outcome.kind == packet::Outcome::Kind::tcp;
    }
    void note_time(record::Nanos t) {
        if (t == record::kNoTime) return;
        if (first_ == record::kNoTime || t < first_) first_ = t;
        if (last_ == record::kNoTime || t > last_) last_ = t;
    }
    bool interrupted() {
        if (options_.progress) options_.progress(counts_.frames());
        return options_.stop && options_.stop();
    }

    capture::Source& source_;
    const AnalysisOptions& options_;
    packet::Decoder decoder_;
    std::array<flow::Segment, kFrames> segments_;
    FrameCounts counts_;
    bool stopped_ = false;
    std::uint64_t next_look_ = kLookEvery;
    std::map<std::uint16_t, std::uint64_t> unknown_links_;
    record::Nanos first_ = record::kNoTime;
    record::Nanos last_ = record::kNoTime;
};

}  // namespace tlsscope::pipeline
