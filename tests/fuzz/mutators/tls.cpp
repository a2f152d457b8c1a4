#include "mutators/tls.h"

#include <array>
#include <cstdint>

namespace tlsscope::fuzz {

namespace {

constexpr std::array<std::uint16_t, 18> kExtensions = {0,  5,  10, 11, 13,     16,     17,     18,     21,
                                                       23, 35, 41, 43, 0xfe0d, 0x0a0a, 0x4469, 0xff01, 51};
constexpr std::uint8_t kHandshakeRecord = 22;

/// Bytes [at, end) behind a length of so many bytes.
struct Vector {
    std::size_t at;
    std::size_t end;
    std::size_t width;
};

std::size_t number(const Octets& in, std::size_t at, std::size_t width) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < width; ++i) out = out << 8 | in[at + i];
    return out;
}

void put(Octets& out, std::size_t at, std::size_t width, std::size_t value) {
    for (std::size_t i = 0; i < width; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (8 * (width - 1 - i)));
}

/// Every place where a length could stand whose vector lies in [from, to): right for most that are, and wrong ones do
/// no harm.
std::vector<Vector> vectors_in(const Octets& in, std::size_t from, std::size_t to) {
    std::vector<Vector> out;
    for (std::size_t at = from; at < to && out.size() < 4096; ++at) {
        for (std::size_t width = 1; width <= 3 && at + width <= to; ++width) {
            const std::size_t length = number(in, at, width);
            if (length != 0 && length <= to - at - width) out.push_back({at + width, at + width + length, width});
        }
    }
    return out;
}

/// A chain of vectors, each within the one before, the last one exactly where the change is to be.
std::vector<Vector> path_to_a_vector(const Octets& body, Dice& dice) {
    std::vector<Vector> path;
    std::size_t from = 0;
    std::size_t to = body.size();
    for (std::size_t depth = 1 + dice.roll(4); depth != 0; --depth) {
        std::vector<Vector> inside = vectors_in(body, from, to);
        // Those that end where the one around them ends are the likely ones: lists of lists.
        std::erase_if(inside, [&](const Vector& v) { return v.end != to && !dice.one_in(8); });
        if (inside.empty()) break;
        path.push_back(inside[dice.roll(inside.size())]);
        from = path.back().at;
        to = path.back().end;
    }
    return path;
}

void change(Octets& part, Dice& dice, std::size_t room) {
    switch (dice.roll(5)) {
        case 0: part.insert(part.end(), part.begin(), part.end()); break;
        case 1: part.clear(); break;
        case 2: {  // another extension in front
            const std::uint16_t type = kExtensions[dice.roll(kExtensions.size())];
            Octets extension = {static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type), 0, 0};
            for (std::size_t n = extension[3] = static_cast<std::uint8_t>(dice.roll(12)); n != 0; --n)
                extension.push_back(static_cast<std::uint8_t>(dice.roll(256)));
            part.insert(part.begin(), extension.begin(), extension.end());
            break;
        }
        default: mutate(part, std::min<std::size_t>(room, 64));
    }
}

struct Act {
    std::uint8_t flags = 0;
    Octets data;
};

std::vector<Act> acts_of(const Octets& in) {
    std::vector<Act> out;
    for (std::size_t at = 1; at + 3 <= in.size();) {
        const std::size_t length = std::min(number(in, at + 1, 2), in.size() - at - 3);
        const auto begin = in.begin() + static_cast<std::ptrdiff_t>(at + 3);
        out.push_back({in[at], {begin, begin + static_cast<std::ptrdiff_t>(length)}});
        at += 3 + length;
    }
    return out;
}

/// One record of the act: its first handshake message, with the lengths of both around it.
bool change_record(Octets& act, Dice& dice, std::size_t room) {
    constexpr std::size_t kHeaders = 9;  // of record and message
    if (act.size() < kHeaders || act[0] != kHandshakeRecord) return false;
    const std::size_t record_end = 5 + number(act, 3, 2);
    const std::size_t message_end = kHeaders + number(act, 6, 3);
    if (record_end > act.size() || message_end > record_end) return false;
    const auto at = [&](std::size_t n) { return act.begin() + static_cast<std::ptrdiff_t>(n); };
    Octets body{at(kHeaders), at(message_end)};
    if (!mutate_message(body, dice, room)) return false;
    const std::size_t record = record_end - 5 - (message_end - kHeaders) + body.size();
    act.erase(at(kHeaders), at(message_end));
    act.insert(at(kHeaders), body.begin(), body.end());
    put(act, 3, 2, std::min<std::size_t>(record, 0xffff));
    put(act, 6, 3, body.size());
    return true;
}

/// The rest of an act becomes one of its own: another segment.
void split(std::vector<Act>& acts, std::size_t i, Dice& dice) {
    Octets& data = acts[i].data;
    const auto cut = data.begin() + static_cast<std::ptrdiff_t>(dice.roll(data.size() + 1));
    Act rest{acts[i].flags, {cut, data.end()}};
    data.erase(cut, data.end());
    acts.insert(acts.begin() + static_cast<std::ptrdiff_t>(i) + 1, std::move(rest));
}

}  // namespace

bool mutate_message(Octets& body, Dice& dice, std::size_t room) {
    const std::vector<Vector> path = path_to_a_vector(body, dice);
    if (path.empty()) return false;
    const Vector& last = path.back();
    const auto at = [&](std::size_t n) { return body.begin() + static_cast<std::ptrdiff_t>(n); };
    Octets part{at(last.at), at(last.end)};
    change(part, dice, room);
    const std::size_t before = last.end - last.at;
    body.erase(at(last.at), at(last.end));
    body.insert(at(last.at), part.begin(), part.end());
    for (const Vector& v : path) put(body, v.at - v.width, v.width, v.end - v.at - before + part.size());
    return true;
}

std::size_t mutate_acts(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed) {
    Dice dice{seed};
    const Octets in{data, data + size};
    std::vector<Act> acts = acts_of(in);
    if (acts.empty() || dice.one_in(3)) return LLVMFuzzerMutate(data, size, max_size);
    const std::size_t i = dice.roll(acts.size());
    const std::size_t room = max_size - size;
    if (dice.one_in(4)) split(acts, i, dice);
    else if (!rearrange(acts, dice) && !change_record(acts[i].data, dice, room))
        mutate(acts[i].data, std::min<std::size_t>(room, 64));
    Octets out{in[0]};
    for (const Act& act : acts) {
        const std::size_t length = std::min<std::size_t>(act.data.size(), 0xffff);
        out.insert(out.end(), {act.flags, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)});
        out.insert(out.end(), act.data.begin(), act.data.begin() + static_cast<std::ptrdiff_t>(length));
    }
    return hand_back(out, data, max_size);
}

}  // namespace tlsscope::fuzz
