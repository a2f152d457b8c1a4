// Changes to pcapng files that keep them pcapng: blocks and options come and go, and their lengths stay right.
#pragma once

#include "mutators/pieces.h"

namespace tlsscope::fuzz {

/// For LLVMFuzzerCustomMutator. What is no pcapng file is left to libFuzzer.
std::size_t mutate_pcapng(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed);

}  // namespace tlsscope::fuzz
