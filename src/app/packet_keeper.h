// -w and --keep: the packets seen, or those of the connections that are worth it, to a capture file.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "app/options.h"
#include "capture/keep_rule.h"
#include "capture/live_source.h"
#include "capture/packet_store.h"
#include "capture/pcapng_writer.h"

namespace tlsscope::app {

/// Fed by the live loop. Without --keep every frame is written as it comes; with it the packets of a connection wait,
/// within PacketStore's limits, until the connection is over.
class PacketKeeper {
  public:
    /// For a run with -w; `rule` is --keep's. The schema outlives it. Null, and one line in `error`, when the file
    /// cannot be written.
    static std::unique_ptr<PacketKeeper> open(const Options& options, std::optional<capture::KeepRule> rule,
                                              const std::string& program, std::string& error);

    /// Describes what is captured from; before the first frame.
    void capture_from(const capture::LiveSource& source);

    void frames(std::span<const capture::Frame> frames);
    bool wants_segments() const { return rule_.has_value(); }
    /// The frame, one of those shown last, belongs to the connection.
    void segment(std::uint64_t stream, std::uint64_t frame);
    void over(const record::ConnectionRecord& record);
    /// Nobody will know whether it was worth it.
    void forget(std::uint64_t stream) { store_.drop(stream); }

    /// At least once a second: hands on what was written; tells problems as Outputs does.
    void tick(const capture::Drops& drops);
    void reopen() { writer_->reopen(); }
    /// -W files are written: the capture should end.
    bool complete() { return writer_->series().complete(); }
    /// The reader of the pipe went away.
    bool abandoned() { return writer_->series().closed_pipe(); }
    /// What failed since the last call; empty: nothing.
    std::string take_problem() { return writer_->series().take_problem(); }
    std::uint64_t lost() const { return writer_->lost(); }  ///< packets that could not be written
    /// What --keep wrote and gave up, for the summary; empty without it.
    std::string text() const { return rule_ ? store_.text() : std::string{}; }
    /// Ends the file. False, and `error` set when somebody should know, when packets are missing in it.
    bool finish(const capture::Drops& drops, std::string& error);

  private:
    PacketKeeper(std::unique_ptr<capture::PcapngWriter> writer, std::optional<capture::KeepRule> rule);
    std::uint32_t interface_of(std::uint16_t link_type);
    void describe(const capture::Drops& drops);

    std::unique_ptr<capture::PcapngWriter> writer_;
    std::optional<capture::KeepRule> rule_;
    capture::PacketStore store_;
    capture::WrittenInterface interface_;
    std::map<std::uint16_t, std::uint32_t> interfaces_;  // by link type: "any" may change it when it is reopened
    std::span<const capture::Frame> now_;                // those shown last
    record::Nanos begin_ = record::kNoTime;
    record::Nanos end_ = record::kNoTime;
    std::uint64_t delivered_ = 0;
};

}  // namespace tlsscope::app
