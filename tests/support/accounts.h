// The accounting identity: every packet, payload byte and connection is somewhere, and the summary says so.
#pragma once

#include "support/facts.h"

namespace tlsscope::support {

/// What does not add up, in words; "" is as it should be.
std::string unbalanced(const Analyzed& run);
/// The same without what the summary prints of it, which takes longer than the analysis of a few packets.
std::string unbalanced_unprinted(const Analyzed& run);
/// The payload bytes of both directions together.
std::uint64_t payload_bytes(const Analyzed& run);

}  // namespace tlsscope::support
