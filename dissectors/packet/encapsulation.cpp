#include "dissectors/packet/encapsulation.h"

#include <iterator>

namespace tlsscope::packet {

namespace {

// A text is some 100 bytes with its key: 6 MiB at most.
constexpr std::size_t kMaxTexts = 65'536;

constexpr std::string_view kNames[] = {"vlan", "mpls",   "pppoe", "ipip",   "6in4",  "4in6",   "6in6", "gre",
                                       "pptp", "erspan", "vxlan", "geneve", "gtp-u", "teredo", "l2tp", "capwap"};
static_assert(std::size(kNames) == static_cast<std::size_t>(Envelope::count_));

std::string write(std::span<const Wrapping> wrappings, bool with_numbers) {
    std::string out;
    for (const Wrapping& w : wrappings) {
        if (!out.empty()) out += '/';
        out += kNames[static_cast<std::size_t>(w.envelope)];
        if (w.numbered && with_numbers) out += ' ' + std::to_string(w.number);
    }
    return out;
}

/// Unique for the wrappings; without numbers when there is no room for more texts.
void write_key(std::span<const Wrapping> wrappings, bool with_numbers, std::string& out) {
    out.clear();
    for (const Wrapping& w : wrappings) {
        const bool numbered = w.numbered && with_numbers;
        out += static_cast<char>(static_cast<unsigned>(w.envelope) * 2 + (numbered ? 1 : 0));
        for (unsigned shift = 0; numbered && shift < 32; shift += 8) out += static_cast<char>(w.number >> shift & 0xff);
    }
}

}  // namespace

std::uint64_t Wrappings::mix(std::uint64_t domain, Wrapping w) {
    // SplitMix64's finalizer: order counts, and the low bits differ for small numbers too.
    std::uint64_t x =
        domain + 0x9e3779b97f4a7c15U +
        (std::uint64_t{static_cast<unsigned>(w.envelope) + 1} << 33 | std::uint64_t{w.numbered} << 32 | w.number);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    x ^= x >> 31;
    return x != 0 ? x : 1;
}

std::string_view EncapsulationNames::text(std::span<const Wrapping> wrappings) {
    write_key(wrappings, true, key_);
    auto found = texts_.find(key_);
    if (found != texts_.end()) return found->second;
    const bool with_numbers = texts_.size() < kMaxTexts;
    if (!with_numbers) {
        write_key(wrappings, false, key_);
        found = texts_.find(key_);
        if (found != texts_.end()) return found->second;
    }
    // Nodes of the map stay where they are. Without numbers there are few different texts, but not few enough.
    if (texts_.size() >= 2 * kMaxTexts) return {};
    return texts_.emplace(key_, write(wrappings, with_numbers)).first->second;
}

}  // namespace tlsscope::packet
