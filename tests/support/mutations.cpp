#include "support/mutations.h"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace tlsscope::support {

namespace {

// No network holds a packet longer; where a capture was put together of several, years may lie between two packets.
constexpr record::Nanos kLongestDelay = 30'000'000'000;

constexpr std::size_t kLargest = 65'000;  // of a merged segment: IP lengths have 16 bits

bool after(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

TracePacket slice(const TracePacket& p, std::size_t from, std::size_t to) {
    TracePacket out = p;
    out.payload = {p.payload.begin() + static_cast<std::ptrdiff_t>(from),
                   p.payload.begin() + static_cast<std::ptrdiff_t>(to)};
    out.seq = p.seq + static_cast<std::uint32_t>(from);
    const bool last = to == p.payload.size();
    if (!last) out.flags &= static_cast<std::uint16_t>(~(kTcpFin | kTcpPsh));
    return out;
}

/// Where to cut: the headers of the first record are as likely as all the rest.
std::vector<std::size_t> places(std::size_t size, Dice& dice) {
    constexpr std::size_t kMostCuts = 7, kHead = 12;
    std::vector<std::size_t> out = {0, size};
    for (std::size_t n = 1 + dice.below(kMostCuts); n > 0; --n)
        out.push_back(dice.chance(50) ? dice.below(std::min(size, kHead)) : dice.below(size));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

bool may_merge(const TracePacket& first, const TracePacket& second) {
    constexpr std::uint16_t kSpecial = kTcpSyn | kTcpRst | kTcpUrg;
    return first.source() == second.source() && first.destination() == second.destination() &&
           !first.has(kSpecial | kTcpFin) && !second.has(kSpecial) && !first.payload.empty() &&
           !second.payload.empty() && first.end() == second.seq &&
           first.payload.size() + second.payload.size() <= kLargest;
}

std::uint32_t get32(const Buffer& b, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | b[at + i];
    return value;
}

/// Where the content of an option of this kind begins; nothing when there is none. `length` is that of the content.
std::optional<std::size_t> find_option(const Buffer& options, std::uint8_t wanted, std::size_t& length) {
    for (std::size_t at = 0; at < options.size();) {
        const std::uint8_t kind = options[at];
        if (kind == 0) break;
        if (kind == 1) {
            ++at;
            continue;
        }
        if (at + 1 >= options.size() || options[at + 1] < 2 || at + options[at + 1] > options.size()) break;
        length = options[at + 1] - std::size_t{2};
        if (kind == wanted) return at + 2;
        at += options[at + 1];
    }
    return std::nullopt;
}

constexpr std::uint8_t kSack = 5, kTimestamps = 8;

bool has_option(const TracePacket& p, std::uint8_t kind) {
    std::size_t length = 0;
    return find_option(p.options, kind, length).has_value();
}

std::uint32_t timestamp(const TracePacket& p) {
    std::size_t length = 0;
    const auto at = find_option(p.options, kTimestamps, length);
    return at && length == 8 ? get32(p.options, *at) : 0;
}

/// A repetition that overtook what was sent long before it would make the receiver throw that away (RFC 7323 section
/// 5).
bool repeats_earlier_bytes(const TracePacket& first, const TracePacket& second) {
    return after(first.seq, second.seq) && after(timestamp(second), timestamp(first));
}

/// Could `second` have been captured before `first`, which came just before it?
bool commutes(const TracePacket& first, const TracePacket& second) {
    constexpr std::uint16_t kFixed = kTcpSyn | kTcpRst;
    if (!first.tcp || !second.tcp || first.flow() != second.flow()) return true;
    if (first.has(kFixed) || second.has(kFixed)) return false;
    if (first.source() == second.source()) return !repeats_earlier_bytes(first, second);
    // Bytes that `second` does not acknowledge had not arrived when it was sent. An empty `first` may have been waited
    // for.
    return first.end() != first.seq && second.has(kTcpAck) && !after(second.ack, first.seq) &&
           !has_option(second, kSack);
}

/// RFC 2018: the edges are sequence numbers of the other direction.
void shift_sack(Buffer& options, std::uint32_t by) {
    std::size_t length = 0;
    const auto at = find_option(options, kSack, length);
    for (std::size_t edge = 0; at && edge + 4 <= length; edge += 4) {
        const std::uint32_t value = get32(options, *at + edge) + by;
        for (std::size_t i = 0; i < 4; ++i) options[*at + edge + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    }
}

}  // namespace

Dice::Dice(std::uint64_t seed, const std::string& name) {
    std::uint64_t mixed = seed * 0x9e3779b97f4a7c15ULL;
    for (const char c : name) mixed = (mixed ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
    engine_.seed(mixed);
}

std::uint64_t test_seed() {
    const char* given = std::getenv("TLSSCOPE_TEST_SEED");
    return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

Trace split_segments(const Trace& trace, Dice& dice) {
    Trace out;
    for (const TracePacket& p : trace) {
        if (!p.tcp || p.payload.size() < 2 || p.has(kTcpSyn | kTcpRst | kTcpUrg)) {
            out.push_back(p);
            continue;
        }
        const auto at = places(p.payload.size(), dice);
        for (std::size_t i = 0; i + 1 < at.size(); ++i) {
            out.push_back(slice(p, at[i], at[i + 1]));
            if (i > 0) out.back().ip_id = static_cast<std::uint16_t>(dice.number());
        }
    }
    return out;
}

Trace merge_segments(const Trace& trace, Dice& dice) {
    Trace out;
    std::map<std::string, std::size_t> last;  // packet of each flow, as an index into out
    for (const TracePacket& p : trace) {
        const auto before = last.find(p.flow());
        if (p.tcp && before != last.end() && may_merge(out[before->second], p) && dice.chance(80)) {
            TracePacket merged = p;
            merged.seq = out[before->second].seq;
            merged.time = out[before->second].time;
            merged.payload = out[before->second].payload;
            put(merged.payload, p.payload);
            out[before->second] = std::move(merged);
            continue;
        }
        last[p.flow()] = out.size();
        out.push_back(p);
    }
    return out;
}

Trace duplicate_segments(const Trace& trace, Dice& dice) {
    constexpr std::size_t kFarthest = 8;
    Trace out = trace;
    for (std::size_t i = trace.size(); i-- > 0;) {
        if (!trace[i].tcp || !dice.chance(30)) continue;
        // Not beyond a SYN, which may open the next connection of the same endpoints.
        std::size_t room = 1;
        const auto fits = [&](const TracePacket& p) {
            return !p.has(kTcpSyn) && p.time - trace[i].time <= kLongestDelay;
        };
        while (room < kFarthest && i + room < out.size() && fits(out[i + room])) ++room;
        const std::size_t where = i + 1 + dice.below(room);
        TracePacket copy = trace[i];
        copy.time = out[where - 1].time;
        if (dice.chance(50)) copy.ip_id = static_cast<std::uint16_t>(dice.number());  // sent again, not captured twice
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(where), std::move(copy));
    }
    return out;
}

Trace reorder_segments(const Trace& trace, Dice& dice) {
    constexpr std::size_t kWindow = 64;
    Trace out = trace;
    std::vector<std::size_t> origin(out.size());
    for (std::size_t i = 0; i < origin.size(); ++i) origin[i] = i;
    const auto near = [&](std::size_t from, std::size_t place) {
        return (from > place ? from - place : place - from) < kWindow;
    };
    for (std::size_t n = out.size() * 6; n > 0 && out.size() > 1; --n) {
        const std::size_t i = dice.below(out.size() - 1);
        if (!commutes(out[i], out[i + 1]) || !near(origin[i], i + 1) || !near(origin[i + 1], i)) continue;
        if (out[i + 1].time - out[i].time > kLongestDelay) continue;
        std::swap(out[i], out[i + 1]);
        std::swap(origin[i], origin[i + 1]);
        std::swap(out[i].time, out[i + 1].time);  // the clock goes on as it did
    }
    return out;
}

Trace wrap_sequence_numbers(const Trace& trace, Dice& dice) {
    struct Range {
        std::uint32_t first = 0;
        std::uint32_t length = 0;
        std::uint32_t by = 0;
    };
    std::map<std::string, Range> ranges;  // by direction
    const auto direction = [](const TracePacket& p) { return p.source() + " " + p.destination(); };
    const auto reverse = [](const TracePacket& p) { return p.destination() + " " + p.source(); };
    for (const TracePacket& p : trace) {
        if (!p.tcp) continue;
        const auto [it, fresh] = ranges.try_emplace(direction(p), Range{.first = p.seq});
        if (after(p.end(), it->second.first + it->second.length)) it->second.length = p.end() - it->second.first;
    }
    for (auto& [name, r] : ranges) r.by = 0U - (r.first + static_cast<std::uint32_t>(dice.below(r.length + 1)));
    Trace out = trace;
    for (TracePacket& p : out) {
        if (!p.tcp) continue;
        p.seq += ranges[direction(p)].by;
        const std::uint32_t theirs = ranges[reverse(p)].by;
        if (p.has(kTcpAck)) p.ack += theirs;
        shift_sack(p.options, theirs);
    }
    return out;
}

Trace interleave(const Trace& a, const Trace& b, Dice& dice) {
    Trace other = rename_addresses(b, 0x40);
    if (a.empty() || other.empty()) return a.empty() ? other : a;
    // Times are moved, not changed among themselves: how long a gap is waited for depends on them.
    const auto length = static_cast<std::size_t>(std::max<record::Nanos>(a.back().time - a.front().time, 0));
    const record::Nanos start = a.front().time + static_cast<record::Nanos>(dice.below(length + 1));
    const record::Nanos by = start - other.front().time;
    Trace out;
    for (std::size_t i = 0, j = 0; i < a.size() || j < other.size();) {
        const bool first = j == other.size() || (i < a.size() && a[i].time <= other[j].time + by);
        out.push_back(first ? a[i++] : other[j++]);
        if (!first) out.back().time += by;
    }
    return out;
}

}  // namespace tlsscope::support
