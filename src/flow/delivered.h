// Remembers what was handed on, so that a later copy with other bytes can be named without keeping the bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "bytes/bytes.h"

namespace tlsscope::flow {

/// Hashes of the pieces delivered last, of the beginning of a stream only: that is where handshakes are, and bulk
/// payload is not worth reading. Bounded: kPieces per direction.
class Delivered {
  public:
    static constexpr std::size_t kPieces = 16;
    static constexpr std::uint64_t kReach = 64UL * 1024;  ///< stream offset up to which pieces are remembered

    void add(std::uint64_t offset, bytes::Bytes data);

    /// Whether a remembered piece that lies wholly inside this copy had other bytes. A copy that covers only part of
    /// each piece is not judged, nor one of a single byte: keep-alives carry any byte (RFC 9293 section 3.8.4).
    bool differs(std::uint64_t offset, bytes::Bytes data) const;

    void clear() { pieces_ = {}; }

  private:
    struct Piece {
        std::uint32_t offset;
        std::uint32_t length;
        std::uint32_t hash;
    };

    std::vector<Piece> pieces_;  // a ring once it is full
    std::uint8_t oldest_ = 0;
};

}  // namespace tlsscope::flow
