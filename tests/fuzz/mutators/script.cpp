#include "mutators/script.h"

#include <array>

namespace tlsscope::fuzz {

namespace {

constexpr std::size_t kHead = 2;
constexpr std::size_t kWidth = 4;
struct Instruction {
    std::array<std::uint8_t, kWidth> bytes;
};

std::uint8_t any(Dice& dice) { return static_cast<std::uint8_t>(dice.roll(256)); }

void change(std::vector<Instruction>& script, Dice& dice) {
    const std::size_t i = dice.roll(script.size() + 1);
    if (i == script.size() || dice.one_in(3))
        script.insert(script.begin() + static_cast<std::ptrdiff_t>(i),
                      Instruction{{any(dice), any(dice), any(dice), any(dice)}});
    else if (const std::size_t n = dice.roll(kWidth); dice.one_in(2)) script[i].bytes[n] = any(dice);
    else script[i].bytes[n] = static_cast<std::uint8_t>(script[i].bytes[n] ^ 1U << dice.roll(8));
}

}  // namespace

std::size_t mutate_script(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
    Dice dice{seed};
    if (size < kHead || dice.one_in(4)) return LLVMFuzzerMutate(data, size, max_size);
    std::vector<Instruction> script((size - kHead) / kWidth);
    if (!script.empty()) std::memcpy(script.data(), data + kHead, script.size() * kWidth);
    if (!rearrange(script, dice)) change(script, dice);
    Octets out{data[0], data[1]};
    if (dice.one_in(16)) out[dice.roll(kHead)] = any(dice);
    for (const Instruction& i : script) out.insert(out.end(), i.bytes.begin(), i.bytes.end());
    return hand_back(out, data, max_size);
}

}  // namespace tlsscope::fuzz
