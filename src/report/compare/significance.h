// Whether a difference may be chance.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "record/evidence.h"

namespace tlsscope::report::compare {

struct Significance {
    enum class Word : std::uint8_t { too_few, by_chance, significant };

    Word word = Word::too_few;
    double p = 1;  ///< how often chance alone makes a difference as large; two-sided

    bool significant() const { return word == Word::significant; }
};

/// A difference counts below this.
inline constexpr double kSignificant = 0.01;
/// With fewer values on a side nothing is said: below five chance can hardly be excluded at all.
inline constexpr std::size_t kFewest = 5;

/// Whether values of one side tend to be larger: Mann and Whitney's U, with its normal approximation, corrected for
/// ties and continuity. Says nothing of how much, and needs no normal distribution.
Significance of_values(std::span<const record::Nanos> before, std::span<const record::Nanos> after);

/// Whether two rates differ: the two-proportion z-test.
Significance of_rates(std::uint64_t hits_before, std::uint64_t before, std::uint64_t hits_after, std::uint64_t after);

/// "significant (p < 0.001)", "may be chance (p 0.34)", "too few to tell".
std::string text_of(const Significance& s);

}  // namespace tlsscope::report::compare
