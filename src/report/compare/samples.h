// Values of one kind, as many as are needed to compare them with others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "record/evidence.h"

namespace tlsscope::report::compare {

/// Keeps all of up to kMost values; of more, kMost drawn evenly (Vitter's algorithm R), by a fixed rule: the same
/// capture always keeps the same ones.
class Samples {
  public:
    static constexpr std::size_t kMost = 256;

    void add(record::Nanos value);
    /// How many there were.
    std::uint64_t count() const { return count_; }
    /// Those that are kept.
    const std::vector<record::Nanos>& values() const { return values_; }
    /// Nearest rank among those that are kept; `percent` from 0 to 100; 0 when there are none.
    record::Nanos percentile(double percent) const;

  private:
    std::vector<record::Nanos> values_;
    std::uint64_t count_ = 0;
};

}  // namespace tlsscope::report::compare
