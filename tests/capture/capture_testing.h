// Reads capture bytes as a user would, and owns what comes out.
#pragma once

#include <optional>
#include <vector>

#include "capture/file_reader.h"
#include "capture/open_source.h"
#include "support/capture_builder.h"

namespace tlsscope::capture {

struct OwnedFrame {
    Frame frame;  ///< its data is gone: see below
    support::Buffer data;
};

struct ReadResult {
    std::vector<OwnedFrame> frames;
    std::vector<Problem> problems;
    Extras extras;
};

inline ReadResult read_paths(const std::vector<std::string>& paths, const SourceOptions& options = {}) {
    ReadResult out;
    const auto source = open_source(paths, options);
    Frame frame;
    while (source->next(frame)) {
        const support::Buffer data{frame.data.begin(), frame.data.end()};
        frame.data = {};
        out.frames.push_back({frame, data});
    }
    out.problems = source->problems();
    out.extras = source->extras();
    return out;
}

inline ReadResult read_all(const support::Buffer& file, const SourceOptions& options = {}) {
    const support::TempFile on_disk{file};
    return read_paths({on_disk.path()}, options);
}

}  // namespace tlsscope::capture
