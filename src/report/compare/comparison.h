// Two captures side by side: what changed, and whether that may be chance.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/compare/collector.h"
#include "report/compare/significance.h"

namespace tlsscope::report::compare {

/// A duration of one client at one server, before and after. Times in nanoseconds.
struct PhaseChange {
    std::string_view column;  ///< "tls_ms"
    record::Nanos p50_before = 0, p50_after = 0;
    record::Nanos p95_before = 0, p95_after = 0;
    Significance significance;

    record::Nanos change() const { return p50_after - p50_before; }
    /// It is significant, and large enough to look for: a millisecond and a twentieth of what it was.
    bool matters() const;
};

struct PairChange {
    std::string_view server, client;
    std::uint64_t before = 0, after = 0;  ///< complete handshakes
    PhaseChange tls;
    std::vector<PhaseChange> parts;  ///< other phases that changed so that it matters, the largest change first
};

/// A value that only one side has, or how often both have it.
struct Presence {
    std::string text;
    std::uint64_t before = 0, after = 0;
};

/// Of one kind: "versions", "certificates", "servers", ...
struct Difference {
    std::string_view what;
    std::vector<Presence> appeared, gone;
};

struct Comparison {
    const Collector* before = nullptr;
    const Collector* after = nullptr;
    Significance failure_rate;
    std::vector<PairChange> pairs;  ///< those of both captures; what matters first, then by the size of the change
    std::vector<Difference> differences;  ///< those that are not empty
    std::vector<Presence> failures;       ///< kinds whose number changed; what is new first
};

/// Views into both, which outlive it.
Comparison compare(const Collector& before, const Collector& after);

}  // namespace tlsscope::report::compare
