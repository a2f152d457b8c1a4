// Changes to scripts of instructions of four bytes (conversation.h): instructions come, go and change places.
#pragma once

#include "mutators/pieces.h"

namespace tlsscope::fuzz {

/// For LLVMFuzzerCustomMutator. The first two bytes are no instruction.
std::size_t mutate_script(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed);

}  // namespace tlsscope::fuzz
