// How much memory a run may take, term by term: what --show-limits prints, and what the engine is given.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/analysis.h"

namespace tlsscope::pipeline {

/// `count` things of `each` bytes at most.
struct MemoryTerm {
    std::string name;
    std::uint64_t count = 1;
    std::uint64_t each = 0;
    std::string meaning;

    std::uint64_t bytes() const { return count * each; }
};

/// Of the engine: all workers together. Readers, reports and whatever else the program does come on top.
std::vector<MemoryTerm> engine_memory(const AnalysisOptions& options);

/// Bytes of the records that wait for those before them, when a file is read.
std::uint64_t waiting_memory(unsigned threads);

}  // namespace tlsscope::pipeline
