// What a view offers, and what it needs to print itself.
#pragma once

#include <cstdint>
#include <string>

#include "report/inventory/sighting.h"
#include "report/text.h"

namespace tlsscope::report::inventory {

/// A view has at most so many servers, clients, certificates or kinds of failure, ...
inline constexpr std::size_t kMostEntries = 10'000;
/// ... and one of them takes at most so many bytes: for --show-limits.
inline constexpr std::uint64_t kEntryBytes = 16ULL * 1024;

/// How to print a view.
struct Look {
    Style style;
    std::size_t rows = 10;  ///< of a list; the others are counted
    std::size_t words = 4;  ///< of an enumeration within a row
};

/// One kind of inventory. Fed one by one, in bounded memory.
class View {
  public:
    virtual ~View() = default;
    virtual void add(const Sighting& sighting) = 0;
    /// Appends all of it, its heading first.
    virtual void print(std::string& out, const Look& look) const = 0;
};

}  // namespace tlsscope::report::inventory
