#include "flow/delivered.h"

#include <xxhash.h>

#include <algorithm>

namespace tlsscope::flow {

namespace {

std::uint32_t hash_of(bytes::Bytes data) { return static_cast<std::uint32_t>(XXH3_64bits(data.data(), data.size())); }

}  // namespace

void Delivered::add(std::uint64_t offset, bytes::Bytes data) {
    if (data.empty() || offset + data.size() > kReach) return;
    const Piece piece{static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(data.size()), hash_of(data)};
    if (pieces_.size() < kPieces) {
        pieces_.push_back(piece);
        return;
    }
    pieces_[oldest_] = piece;
    oldest_ = static_cast<std::uint8_t>((oldest_ + 1U) % kPieces);
}

bool Delivered::differs(std::uint64_t offset, bytes::Bytes data) const {
    if (data.size() <= 1 || offset >= kReach) return false;
    const std::uint64_t end = offset + data.size();
    return std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& p) {
        const bool inside = p.offset >= offset && std::uint64_t{p.offset} + p.length <= end;
        return inside && hash_of(data.subspan(p.offset - offset, p.length)) != p.hash;
    });
}

}  // namespace tlsscope::flow
