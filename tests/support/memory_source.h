// Frames in memory as a capture source: what mutations and fuzzers feed the engine with.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/source.h"
#include "support/packet_builder.h"

namespace tlsscope::support {

/// A frame that owns its bytes.
struct OwnedFrame {
    Buffer data;
    std::uint32_t wire_length = 0;
    record::Nanos time = record::kNoTime;
    std::uint16_t link_type = 1;
    std::uint8_t fcs_length = 0;
};
using Frames = std::vector<OwnedFrame>;

/// Numbers the frames from 1. The bytes live as long as a handle from hold().
class MemorySource final : public capture::Source {
  public:
    explicit MemorySource(Frames frames) : frames_{std::make_shared<const Frames>(std::move(frames))} {}

    bool next(capture::Frame& out) override;
    std::shared_ptr<const void> hold() override { return frames_; }
    const std::vector<capture::Problem>& problems() const override { return problems_; }
    const capture::Extras& extras() const override { return extras_; }
    std::uint64_t bytes_read() const override { return 0; }
    std::uint64_t bytes_total() const override { return 0; }

  private:
    std::shared_ptr<const Frames> frames_;
    std::size_t at_ = 0;
    std::vector<capture::Problem> problems_;
    capture::Extras extras_;
};

/// All frames of a source, copied.
Frames read_frames(capture::Source& source);
/// All frames of a file that can be read of it.
Frames read_frames(const std::string& path);

}  // namespace tlsscope::support
