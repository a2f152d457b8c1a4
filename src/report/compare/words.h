// How changes are put into words, the same on the terminal and on the page. All text is visible (escape.h).
#pragma once

#include <string>

#include "report/compare/comparison.h"

namespace tlsscope::report::compare {

/// "+12.3", "-4.0": milliseconds.
std::string signed_millis(record::Nanos change);
/// "12.1 -> 48.3"
std::string from_to(record::Nanos before, record::Nanos after);
/// "slower", "faster", "about the same", "may be chance", "too few to tell".
std::string_view verdict_of(const PhaseChange& change);
/// "setup_server_ms p50 3.1 -> 39.0", the others after it; the significance of tls_ms first.
std::string detail_of(const PairChange& pair);
/// "1,204 connections, 1,180 complete, 24 of 1,204 judged failed (2.0 %)"
std::string counts_of(const Collector& side);
/// "2.0 % -> 4.1 % failed: significant (p 0.003)"
std::string failure_rate_of(const Comparison& comparison);
/// "certificates of 12 connections are hidden (TLS 1.3)"; empty when none is.
std::string hidden_of(const Comparison& comparison);
/// The file or files of one side.
std::string name_of(const Collector& side);

}  // namespace tlsscope::report::compare
