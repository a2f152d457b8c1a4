// Over the capture: what clients offered and what servers selected, kept apart.
#pragma once

#include <array>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/inventory/tallies.h"
#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

/// Connections that offered, and connections that selected, each code point of one registry.
class Choices {
  public:
    static constexpr std::size_t kMost = 10'000;

    /// The list of an offer; a code point counts once, however often it is in there. Alone: a single value.
    void offer(const record::Value& codes);
    void select(const record::Value& code);

    struct Entry {
        std::uint32_t code = 0;
        std::uint64_t selected = 0;
        std::uint64_t offered = 0;
        std::uint64_t last_offer = 0;  // which offer counted it last
    };
    /// The most selected first, then the most offered.
    std::vector<Entry> sorted() const;
    std::uint64_t offers() const { return offers_; }
    std::uint64_t selections() const { return selections_; }
    /// Occurrences of code points that were not told apart.
    std::uint64_t other() const { return other_; }
    /// Names the code points; null when there are none.
    const record::Column* column() const { return column_; }

  private:
    Entry* at(std::uint32_t code);
    void offer_one(std::uint32_t code);

    std::unordered_map<std::uint32_t, Entry> entries_;
    const record::Column* column_ = nullptr;
    std::uint64_t offers_ = 0;
    std::uint64_t selections_ = 0;
    std::uint64_t other_ = 0;
};

/// Versions, suites, groups, signature algorithms; forward secrecy, what is legacy, ECH, resumption, early data.
class TlsView final : public View {
  public:
    void add(const Sighting& sighting) override;
    void print(std::string& out, const Look& look) const override;

  private:
    void add_offer(const Sighting& s);
    void add_selection(const Sighting& s);
    void print_properties(std::string& out, const Look& look) const;
    std::string secrecy_text() const;

    std::uint64_t connections_ = 0;
    std::uint64_t tls_ = 0;
    std::uint64_t offers_ = 0;
    std::uint64_t selections_ = 0;
    Choices versions_, suites_, groups_, signatures_;
    std::uint64_t secret_ = 0;
    std::uint64_t secrecy_unknown_ = 0;
    Words not_secret_;
    Words weaknesses_{Words::kMany};
    std::uint64_t judged_certificates_ = 0;
    Words certificates_;
    Words ech_, resumed_, resumption_offered_, early_data_;
    std::uint64_t legacy_ = 0;  // connections with any weakness
};

}  // namespace tlsscope::report::inventory
