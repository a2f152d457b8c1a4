// How good the TLS that was negotiated is: what is weak about it, and whether it withstands a quantum computer.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "record/row.h"

namespace tlsscope::tls {

/// Worst first.
enum class QuantumBucket : std::uint8_t { unknown, classical, draft, pure, hybrid };

/// What the names of suites and groups say, read once for each code point.
class StrengthCache {
  public:
    const std::vector<std::string_view>& weaknesses_of_suite(std::uint16_t cipher);
    QuantumBucket bucket_of_group(std::uint16_t group);

  private:
    std::unordered_map<std::uint16_t, std::vector<std::string_view>> suites_;
    std::unordered_map<std::uint16_t, QuantumBucket> groups_;
    const std::vector<std::string_view> nothing_{};
};

/// Fills weaknesses, pq_offered and pq from the columns of the hellos and of the server's key exchange. What was not
/// seen is not judged.
void describe_strength(record::Row& row, StrengthCache& cache);

}  // namespace tlsscope::tls
