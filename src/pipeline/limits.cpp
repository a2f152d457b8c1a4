#include "pipeline/limits.h"

#include <string>

#include "pipeline/intake.h"
#include "pipeline/sequencer.h"
#include "pipeline/shards.h"

namespace tlsscope::pipeline {

std::vector<MemoryTerm> engine_memory(const AnalysisOptions& options) {
    const WorkerOptions w = worker_options(options, 0);
    const std::uint64_t workers = options.threads;
    std::vector<MemoryTerm> terms{
        {"connections", workers * w.table.max_connections, bytes_per_connection(),
         "followed at once, with what is known of their handshakes (--memory)"},
        {"half-open connections", workers, w.table.half_open_limit,
         "SYNs when more than " + std::to_string(w.table.max_half_open) +
             " are unanswered: a flood evicts only itself"},
        {"closed connections", workers, flow::Departed::kFootprint,
         "endpoints of those closed in the last minute, for late packets"},
        {"out-of-order bytes", workers, w.table.reassembly_limit,
         "kept until the hole before them is filled (--memory)"},
        {"unclaimed bytes", workers, w.unclaimed.limit, "of streams whose protocol is not known yet"},
    };
    for (const dissect::Dissector* d : w.dissectors)
        if (d->shared_memory != 0)
            terms.push_back({std::string{d->name}, workers, d->shared_memory,
                             "parts of handshake messages, certificates and fingerprints, each parsed once"});
    return terms;
}

std::uint64_t waiting_memory(unsigned threads) {
    constexpr std::uint64_t kRow = 4UL * 1024;
    const std::uint64_t on_their_way = threads > 1 ? threads * Shard::kMaxFinished * kRow : 0;
    return Sequencer::kInMemory + on_their_way;
}

}  // namespace tlsscope::pipeline
