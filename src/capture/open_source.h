// The way in: capture files and pipes as one source of frames.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/filter.h"
#include "capture/source.h"

namespace tlsscope::capture {

struct SourceOptions {
    /// Frames that do not match are passed over; the others keep the numbers they have without a filter.
    std::shared_ptr<Filter> filter;
    /// Which link types the caller can decode; a file with none of them is unreadable. Null: any.
    bool (*supported_link_type)(std::uint16_t link_type) = nullptr;
    /// A descriptor that can be read when reading is to end, for pipes through which nothing comes; -1: none.
    int stop = -1;
};

/// Reads all inputs as one capture: files, "-" for standard input, directories, patterns. Several files are read one
/// after the other in order of their first packet's time (rotated files); frame numbers run on over all of them.
/// Packets are not merged one by one: that would need all files open at once and would hide clock steps within one.
/// An input that cannot be read is a Problem of kind unreadable; the others are read all the same. Never null.
std::unique_ptr<Source> open_source(const std::vector<std::string>& paths, const SourceOptions& options = {});

}  // namespace tlsscope::capture
