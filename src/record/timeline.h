// Marks (moments with a frame number) and the spans between them: DESIGN section 6, the timing columns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "record/column.h"
#include "record/evidence.h"
#include "record/row.h"

namespace tlsscope::record {

/// A moment in a connection. Static: declared constexpr by the module that sets it, referred to by address.
struct Mark {
    std::string_view name;  ///< "client_hello"
    std::string_view meaning;
    Column frame_column;  ///< "ch_frame": generated column with its frame number; empty name: none
};

/// A declared duration between two marks; its column is filled by Timeline::fill.
/// A missing end leaves the column empty, never 0.
struct Span {
    Column column;  ///< name ending in _ms, type millis
    const Mark* from = nullptr;
    const Mark* to = nullptr;
    bool phase = false;  ///< one of the contiguous phases that add up to the whole handshake
};

/// The marks of one connection; the first time a mark is set wins.
class Timeline {
  public:
    struct Entry {
        const Mark* mark = nullptr;
        Evidence at;
        bool inferred = false;   ///< concluded from sizes and order of encrypted records
        bool ambiguous = false;  ///< a retransmission makes it unclear which copy was answered (Karn)
    };
    void set(const Mark& m, Evidence at, bool inferred = false, bool ambiguous = false);
    /// Overwrites: for marks that mean "the last of".
    void move(const Mark& m, Evidence at, bool inferred = false);
    void erase(const Mark& m);
    const Entry* find(const Mark& m) const;
    Evidence at(const Mark& m) const;
    std::span<const Entry> entries() const { return entries_; }

    /// to - from in ns; empty when an end is missing or has no time. May be negative (clock steps).
    std::optional<Nanos> between(const Mark& from, const Mark& to) const;

    /// Where the first phase began and the last one ended; not seen: no such mark is set.
    Evidence phases_begin(std::span<const Span> spans) const;
    Evidence phases_end(std::span<const Span> spans) const;

    /// Writes the span columns and frame columns of one module into the row. A span whose end came in an earlier frame
    /// than its start (the order turned round) stays empty. So do negative ones, where the clock ran back:
    /// true is returned when there was one, so that the caller can report `time_back`.
    bool fill(std::span<const Span> spans, std::span<const Mark* const> marks, Row& row) const;

    /// Every member, for packing.h.
    template <class Visitor>
    void visit(Visitor& v) {
        v(entries_), v(maybe_);
    }
    template <class Visitor>
    void visit(Visitor& v) const {
        v(entries_), v(maybe_);
    }

  private:
    static std::uint64_t bit_of(const Mark& m) {
        constexpr int kBits = 6;  // of the number of a bit
        return std::uint64_t{1} << (spread_address(&m) >> (64 - kBits));
    }
    std::vector<Entry> entries_;
    std::uint64_t maybe_ = 0;  // a bit per mark set, by its address: most that are asked for are not there
};

}  // namespace tlsscope::record
