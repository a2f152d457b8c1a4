#include "support/memory_source.h"

#include "capture/open_source.h"

namespace tlsscope::support {

bool MemorySource::next(capture::Frame& out) {
    if (at_ == frames_->size()) return false;
    const OwnedFrame& f = (*frames_)[at_++];
    out = {.data = f.data,
           .wire_length = f.wire_length,
           .time = f.time,
           .number = at_,
           .link_type = f.link_type,
           .fcs_length = f.fcs_length,
           .interface = 0};
    return true;
}

Frames read_frames(capture::Source& source) {
    Frames out;
    capture::Frame f;
    while (source.next(f))
        out.push_back({{f.data.begin(), f.data.end()}, f.wire_length, f.time, f.link_type, f.fcs_length});
    return out;
}

Frames read_frames(const std::string& path) { return read_frames(*capture::open_source({path})); }

}  // namespace tlsscope::support
