// Small counters that a register keeps thousands of: how often which words, how many addresses, how a duration is
// distributed. Each takes at most about two kilobytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/row.h"

namespace tlsscope::report::inventory {

/// How often each word came. The first few are told apart; of longer ones kLongest bytes and "..." are kept.
class Words {
  public:
    static constexpr std::size_t kFew = 16;   ///< for those a register keeps
    static constexpr std::size_t kMany = 64;  ///< for those there are few of
    static constexpr std::size_t kLongest = 96;

    Words() = default;
    explicit Words(std::size_t most) : most_{most} {}

    void add(std::string_view word, std::uint64_t count = 1);
    /// The text, the name of the code point, or every item of a list. Empty values add nothing.
    void add(const record::Value& value);

    void merge(const Words& others);

    bool empty() const { return counts_.empty(); }
    std::uint64_t count(std::string_view word) const;
    std::size_t distinct() const { return counts_.size(); }
    using Entry = std::pair<std::string, std::uint64_t>;
    /// The most frequent first, then by name.
    std::vector<Entry> sorted() const;
    /// Words that were not told apart.
    std::uint64_t other() const { return other_; }
    /// "expired 3, tls10 1, ... and 2 more" as visible text; counts are left out when all are `of`.
    std::string text(std::size_t most, std::uint64_t of = 0) const;

  private:
    std::vector<Entry> counts_;
    std::size_t most_ = kFew;
    std::uint64_t other_ = 0;
};

/// Different texts by their hashes: how many, and the first of them.
class Distinct {
  public:
    static constexpr std::size_t kMost = 128;

    void add(std::string_view text);
    const std::string& first() const { return first_; }
    std::size_t count() const { return hashes_.size(); }
    /// "192.0.2.1" or "192.0.2.1 (+3)" as visible text.
    std::string text() const;

  private:
    std::string first_;
    std::vector<std::size_t> hashes_;
    bool more_ = false;
};

/// Percentiles of durations by nearest rank: exact up to kMostExact values, then rounded up by at most a sixteenth
/// (values below 65 us are then one, and so are those above 66 s); the greatest is always exact.
class Durations {
  public:
    static constexpr std::size_t kMostExact = 128;

    void add(record::Nanos value);
    /// The same of a millis column; nothing where it was not seen.
    void add(const record::Value& value);
    std::uint64_t count() const { return count_; }
    bool exact() const { return buckets_.empty(); }
    record::Nanos greatest() const { return greatest_; }
    /// `percent` from 0 to 100; count() must not be 0.
    record::Nanos percentile(double percent) const;
    /// In milliseconds; empty when there are no values.
    std::string percentile_text(double percent) const;

  private:
    void to_buckets();

    std::vector<record::Nanos> exact_;
    std::vector<std::uint32_t> buckets_;
    std::uint64_t count_ = 0;
    record::Nanos greatest_ = 0;
};

}  // namespace tlsscope::report::inventory
