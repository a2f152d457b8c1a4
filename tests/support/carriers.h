// The same frames as a file of any format.
#pragma once

#include "support/capture_builder.h"
#include "support/memory_source.h"

namespace tlsscope::support {

/// Frames of one link type, with times.
Buffer as_pcap(const Frames& frames, PcapOptions options);
/// With nanoseconds.
Buffer as_pcapng(const Frames& frames, bool big_endian);
Buffer gzipped(const Buffer& data);

}  // namespace tlsscope::support
