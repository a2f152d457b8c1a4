#include "pipeline/intake.h"

#include <algorithm>
#include <random>

#include "dissectors/registry.h"

namespace tlsscope::pipeline {

namespace {

/// What one open connection takes. Measured (malloc'd, with its share of the index): 1.9 KiB after the SYN; after the
/// handshake 4.2 to 4.6 KiB with TLS 1.3 and 4.5 to 5.7 KiB with TLS 1.2, whose certificate is among the columns; in
/// the middle of it at most 6.1 KiB. A long list of names in a certificate comes on top, and so does what has budgets
/// of its own: bytes out of order, partial messages, bytes nobody has claimed.
constexpr std::uint64_t kBytesPerConnection = 6UL * 1024;

/// Bytes of streams nobody has claimed yet, of all workers.
constexpr std::uint64_t kUnclaimedBytes = 16ULL << 20;

/// Half-open connections kept compactly, of all workers.
constexpr std::uint64_t kHalfOpenBytes = 24ULL << 20;

}  // namespace

WorkerOptions worker_options(const AnalysisOptions& options, std::uint64_t seed) {
    const std::uint64_t bytes = (options.memory_mib << 20) / options.threads;
    WorkerOptions w;
    w.table.seed = seed;
    w.table.reassembly_limit = std::min<std::uint64_t>(192ULL << 20, bytes / 4);
    w.table.max_connections = static_cast<std::size_t>(std::max<std::uint64_t>(1024, bytes / 2 / kBytesPerConnection));
    w.table.max_half_open = std::min(options.max_half_open, w.table.max_connections / 4);
    w.table.half_open_limit = std::min<std::uint64_t>(kHalfOpenBytes / options.threads, bytes / 8);
    w.unclaimed.limit = std::min<std::uint64_t>(kUnclaimedBytes / options.threads, bytes / 16);
    w.dissectors = dissectors::all();
    w.settings = options.settings;
    w.ladders = options.ladders;
    w.first_ladders = (options.first_ladders + options.threads - 1) / options.threads;
    return w;
}

std::uint64_t bytes_per_connection() { return kBytesPerConnection; }

std::uint64_t random_seed() {
    std::random_device dice;
    return static_cast<std::uint64_t>(dice()) << 32 | dice();
}

}  // namespace tlsscope::pipeline
