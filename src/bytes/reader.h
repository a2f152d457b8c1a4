// The one bounds-checked cursor of the house. Parsers are written against it so that they read like
// the RFC's struct; see tests/bytes/reader_test.cpp for the rules by example.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "bytes/bytes.h"

namespace tlsscope::bytes {

/// Why reading stopped. The first fault sticks; what was read before it stays valid.
enum class Fault : std::uint8_t {
    none,
    truncated,    ///< our capture ends here: snaplen, gap, end of file
    malformed,    ///< the sender's own lengths contradict each other
    unsupported,  ///< well-formed, but nothing we know
};

/// Why the bytes end where they end.
enum class Edge : std::uint8_t {
    hard,  ///< the sender's length: running out is malformed
    cut,   ///< our capture: running out is truncated
};

/// A cursor over bytes with a sticky fault. After a fault every read gives zero or empty bytes, so a
/// parser needs no checks of its own; it never reads outside the span it was given. Views it
/// hands out live as long as that span.
class Reader {
  public:
    explicit Reader(Bytes data, Edge edge = Edge::hard) : left_{data}, edge_{edge} {}

    /// True while there is something to read and nothing went wrong.
    bool more() const { return fault_ == Fault::none && !left_.empty(); }
    bool ok() const { return fault_ == Fault::none; }
    Fault fault() const { return fault_; }
    Edge edge() const { return edge_; }
    std::size_t size() const { return left_.size(); }

    /// Names a fault found by the caller; the first one stays.
    void fail(Fault fault) {
        if (fault_ == Fault::none) fault_ = fault;
    }

    /// Ends a structure: leftover bytes are malformed; a cut one that was read to its edge is truncated.
    Fault finish() {
        if (edge_ == Edge::cut) fail(Fault::truncated);
        else if (more()) fail(Fault::malformed);
        return fault_;
    }

    /// The next n bytes, or empty and a fault when there are fewer.
    Bytes take(std::size_t n) {
        if (n > left_.size()) fail(edge_ == Edge::cut ? Fault::truncated : Fault::malformed);
        if (fault_ != Fault::none) return {};
        const Bytes out = left_.first(n);
        left_ = left_.subspan(n);
        return out;
    }
    void skip(std::size_t n) { (void)take(n); }
    Bytes rest() { return take(left_.size()); }
    /// What is left, without moving.
    Bytes peek() const { return fault_ == Fault::none ? left_ : Bytes{}; }

    // Big-endian (network order) integers.
    std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
    std::uint32_t u24() { return static_cast<std::uint32_t>(big_endian(3)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
    std::uint64_t u64() { return big_endian(8); }

    // RFC 8446 section 3.4: opaque x<min..max>, with a length of 1, 2 or 3 bytes before it.
    // On a cut edge a vector that runs past it gives what is there, and the fault.
    Bytes vec8(std::size_t min, std::size_t max) { return vec(1, min, max); }
    Bytes vec16(std::size_t min, std::size_t max) { return vec(2, min, max); }
    Bytes vec24(std::size_t min, std::size_t max) { return vec(3, min, max); }

    /// A length-prefixed structure: body(child) must consume it exactly, else malformed.
    template <class Body>
    void block8(Body&& body) {
        block(1, std::forward<Body>(body));
    }
    template <class Body>
    void block16(Body&& body) {
        block(2, std::forward<Body>(body));
    }
    template <class Body>
    void block24(Body&& body) {
        block(3, std::forward<Body>(body));
    }

  private:
    std::uint64_t big_endian(std::size_t n) {
        std::uint64_t value = 0;
        for (const std::uint8_t b : take(n)) value = value << 8 | b;
        return value;
    }

    Bytes vec(std::size_t width, std::size_t min, std::size_t max) {
        const std::size_t n = big_endian(width);
        if (n < min || n > max) fail(Fault::malformed);
        if (ok() && edge_ == Edge::cut && n > left_.size()) {
            const Bytes partial = left_;
            left_ = {};
            fail(Fault::truncated);
            return partial;
        }
        return take(n);
    }

    template <class Body>
    void block(std::size_t width, Body&& body) {
        const std::size_t n = big_endian(width);
        const bool cut = edge_ == Edge::cut && n > left_.size();
        Reader child{take(cut ? left_.size() : n), cut ? Edge::cut : Edge::hard};
        if (!ok()) return;
        body(child);
        fail(child.finish());
    }

    Bytes left_;
    Edge edge_;
    Fault fault_ = Fault::none;
};

}  // namespace tlsscope::bytes
