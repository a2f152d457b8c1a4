// Oddities have names. Parsers never log: they report one of these, with the frame that shows it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "record/evidence.h"

namespace tlsscope::record {

enum class Severity : std::uint8_t { none, note, low, medium, high };

std::string_view name(Severity s);

/// Static: declared constexpr in the module that reports it, referred to by address.
struct Anomaly {
    std::string_view name;  ///< lower snake case; one name, one definition
    Severity severity;
    std::string_view meaning;  ///< one sentence a user can read
};

/// The anomalies of one connection: how often each, and the first frame that shows it. Bounded by
/// the number of declared anomalies.
class Anomalies {
  public:
    struct Entry {
        const Anomaly* anomaly;
        std::uint32_t count;
        std::uint64_t first_frame;
    };
    void report(const Anomaly& a, std::uint64_t frame);
    void withdraw(const Anomaly& a);
    bool has(const Anomaly& a) const;
    std::span<const Entry> entries() const { return entries_; }
    Severity worst() const;
    /// Every member, for packing.h.
    template <class Visitor>
    void visit(Visitor& v) {
        v(entries_);
    }
    template <class Visitor>
    void visit(Visitor& v) const {
        v(entries_);
    }

  private:
    std::vector<Entry> entries_;
};

}  // namespace tlsscope::record
