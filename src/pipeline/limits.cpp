#include "pipeline/limits.h"

#include "crypto/certificate_cache.h"
#include "pipeline/intake.h"

namespace tlsscope::pipeline {

std::vector<MemoryTerm> engine_memory(const AnalysisOptions& options) {
    const WorkerOptions w = worker_options(options, 0);
    const std::uint64_t workers = options.threads;
    return {
        {"connections", workers * w.table.max_connections, kBytesPerConnection,
         "followed at once, with what is known of their handshake; --memory"},
        {"half-open connections", workers, w.table.half_open_limit,
         "SYNs beyond " + std::to_string(w.table.max_half_open) + ": a flood evicts only itself"},
        {"out-of-order bytes", workers, w.table.reassembly_limit, "--memory"},
        {"handshake messages", workers, w.handshake_limit, "parts of messages whose rest has not come"},
        {"unclaimed bytes", workers, w.unclaimed_limit, "of streams whose protocol is not known yet"},
        {"certificates", workers, crypto::CertificateCache::kDefaultBytes, "each parsed once"},
    };
}

}  // namespace tlsscope::pipeline
