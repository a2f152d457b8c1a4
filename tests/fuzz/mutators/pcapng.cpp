#include "mutators/pcapng.h"

#include <array>

namespace tlsscope::fuzz {

namespace {

constexpr std::uint32_t kSection = 0x0a0d0d0a;
constexpr std::array<std::uint32_t, 12> kTypes = {kSection, 1, 2, 3, 4, 5, 6, 9, 10, 0xbad, 0x40000bad, 0x80000001};
constexpr std::array<std::uint16_t, 10> kOptions = {0, 1, 2, 3, 4, 9, 11, 14, 2988, 0x8000};

struct Block {
    std::uint32_t type = 0;
    Octets body;
};

/// Bytes in the order of the file's first section.
class Order {
  public:
    explicit Order(bool big) : big_{big} {}
    std::uint32_t get(const std::uint8_t* p, std::size_t n) const {
        std::uint32_t out = 0;
        for (std::size_t i = 0; i < n; ++i) out |= std::uint32_t{p[i]} << (8 * (big_ ? n - 1 - i : i));
        return out;
    }
    void put(Octets& out, std::uint32_t value, std::size_t n) const {
        for (std::size_t i = 0; i < n; ++i)
            out.push_back(static_cast<std::uint8_t>(value >> (8 * (big_ ? n - 1 - i : i))));
    }

  private:
    bool big_;
};

std::vector<Block> blocks_of(const Octets& file, const Order& order) {
    std::vector<Block> out;
    for (std::size_t at = 0; at + 12 <= file.size();) {
        const std::uint32_t length = order.get(&file[at + 4], 4);
        if (length < 12 || length % 4 != 0 || length > file.size() - at) break;
        const auto begin = file.begin() + static_cast<std::ptrdiff_t>(at + 8);
        out.push_back({order.get(&file[at], 4), {begin, begin + static_cast<std::ptrdiff_t>(length - 12)}});
        at += length;
    }
    return out;
}

/// Where the options of a block begin; behind its end when it has none.
std::size_t options_at(const Block& b, const Order& order) {
    switch (b.type) {
        case kSection: return 16;
        case 1: return 8;
        case 5: return 12;
        case 6: return b.body.size() < 20 ? b.body.size() : 20 + ((std::size_t{order.get(&b.body[12], 4)} + 3) & ~3ULL);
        default: return b.body.size();
    }
}

/// As an interface's option should have it, where it matters.
std::size_t length_of(std::uint32_t code, Dice& dice) {
    constexpr std::uint32_t kResolution = 9, kFcs = 13, kOffset = 14;
    if (code == kResolution || code == kFcs) return 1;
    return code == kOffset ? 8 : dice.roll(20);
}

void add_option(Block& b, const Order& order, Dice& dice) {
    const std::size_t at = options_at(b, order);
    if (at > b.body.size()) return;
    Octets option;
    const auto code = kOptions[dice.roll(kOptions.size())];
    const std::size_t length = dice.one_in(4) ? dice.roll(20) : length_of(code, dice);
    order.put(option, code, 2);
    order.put(option, static_cast<std::uint32_t>(dice.one_in(8) ? 0xffff : length), 2);
    for (std::size_t i = 0; i < ((length + 3) & ~std::size_t{3}); ++i)
        option.push_back(static_cast<std::uint8_t>(dice.roll(256)));
    b.body.insert(b.body.begin() + static_cast<std::ptrdiff_t>(at), option.begin(), option.end());
}

void change(Block& b, const Order& order, Dice& dice, std::size_t room) {
    switch (dice.roll(4)) {
        case 0: b.type = kTypes[dice.roll(kTypes.size())]; break;
        case 1: add_option(b, order, dice); break;
        default: mutate(b.body, std::min<std::size_t>(room, 64));
    }
    b.body.resize((b.body.size() + 3) & ~std::size_t{3});
}

Octets file_of(const std::vector<Block>& blocks, const Order& order) {
    Octets out;
    for (const Block& b : blocks) {
        const auto length = static_cast<std::uint32_t>(b.body.size() + 12);
        order.put(out, b.type, 4);
        order.put(out, length, 4);
        out.insert(out.end(), b.body.begin(), b.body.end());
        order.put(out, length, 4);
    }
    return out;
}

/// A section with an interface and a packet: where nothing is, to begin with.
Octets smallest_file(Dice& dice) {
    const Order order{dice.one_in(2)};
    Block section{kSection, {}}, interface {
        1, {}
    }, packet{6, {}};
    for (const auto& [value, width] : {std::pair{0x1a2b3c4dU, 4}, {1U, 2}, {0U, 2}, {~0U, 4}, {~0U, 4}})
        order.put(section.body, value, static_cast<std::size_t>(width));
    for (const auto& [value, width] : {std::pair{1U, 2}, {0U, 2}, {0U, 4}})
        order.put(interface.body, value, static_cast<std::size_t>(width));
    for (std::size_t i = 0; i < 3; ++i)
        order.put(packet.body, i == 0 ? 0 : static_cast<std::uint32_t>(dice.roll(~0U)), 4);
    for (std::size_t i = 0; i < 3; ++i) order.put(packet.body, 4, 4);  // lengths, and as many bytes
    return file_of({section, interface, packet}, order);
}

}  // namespace

std::size_t mutate_pcapng(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
    Dice dice{seed};
    const Octets file{data, data + size};
    const Order order{size >= 12 && file[8] == 0x1a};
    std::vector<Block> blocks = blocks_of(file, order);
    if (blocks.empty() && dice.one_in(8)) return hand_back(smallest_file(dice), data, max_size);
    // Damaged lengths are wanted too: libFuzzer is good at these.
    if (blocks.empty() || blocks.front().type != kSection || dice.one_in(3))
        return LLVMFuzzerMutate(data, size, max_size);
    if (!rearrange(blocks, dice)) change(blocks[dice.roll(blocks.size())], order, dice, max_size - size);
    return hand_back(file_of(blocks, order), data, max_size);
}

}  // namespace tlsscope::fuzz
