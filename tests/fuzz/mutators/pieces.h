// For mutators that know the structure of what they change: a list of pieces, something done to it, lengths made right.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace tlsscope::fuzz {

using Octets = std::vector<std::uint8_t>;

/// The same decisions for the same seed, as libFuzzer wants it.
class Dice {
  public:
    explicit Dice(unsigned seed) : state_{seed * 0x9e3779b97f4a7c15ULL + 1} {}
    /// 0 to sides - 1; 0 of none.
    std::size_t roll(std::size_t sides) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return sides == 0 ? 0 : (state_ >> 33) % sides;
    }
    bool one_in(std::size_t n) { return roll(n) == 0; }

  private:
    std::uint64_t state_;
};

/// libFuzzer's own mutation of a part, which may grow by `room`.
inline void mutate(Octets& part, std::size_t room) {
    const std::size_t size = part.size();
    part.resize(size + room);
    if (part.empty()) return;
    part.resize(LLVMFuzzerMutate(part.data(), size, part.size()));
}

/// Doubles, removes, swaps or moves one of them. False: `change` is what is to be done.
template <class Piece>
bool rearrange(std::vector<Piece>& pieces, Dice& dice) {
    if (pieces.empty()) return false;
    const std::size_t i = dice.roll(pieces.size());
    const std::size_t j = dice.roll(pieces.size());
    const auto at = [&](std::size_t n) { return pieces.begin() + static_cast<std::ptrdiff_t>(n); };
    switch (dice.roll(6)) {
        case 0: pieces.insert(at(j), Piece{pieces[i]}); return true;
        case 1: pieces.erase(at(i)); return true;
        case 2: std::swap(pieces[i], pieces[j]); return true;
        default: return false;
    }
}

/// What fits of it goes to `data`; the new size.
inline std::size_t hand_back(const Octets& made, std::uint8_t* data, std::size_t max_size) {
    const std::size_t size = std::min(made.size(), max_size);
    if (size != 0) std::memcpy(data, made.data(), size);
    return size;
}

}  // namespace tlsscope::fuzz
