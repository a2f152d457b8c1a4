#include "support/scenario_carriers.h"

#include <array>
#include <limits>

#include "support/carriers.h"

namespace tlsscope::support {

namespace {

constexpr std::size_t kWhole = 4096;

Analyzed in_memory(const Frames& frames, unsigned threads, std::size_t max_half_open) {
    pipeline::AnalysisOptions options;
    options.threads = threads;
    options.max_half_open = max_half_open;
    if (threads == 1) options.first_ladders = std::numeric_limits<std::uint32_t>::max();  // tells the whole story, too
    return analyze_frames(frames, options);
}

/// One file after the other, under the same name.
Analyzed in_file(const Buffer& file) {
    static const TempDir kDir;
    return analyze_files({kDir.write("capture", file)});
}

Buffer pcap(const Scenario& s, bool big_endian, bool nanoseconds) {
    return as_pcap(s.frames(), {.big_endian = big_endian, .nanoseconds = nanoseconds});
}

constexpr std::array kCarriers = {
    Carrier{"memory", [](const Scenario& s) { return in_memory(s.frames(), 1, kWhole); }},
    Carrier{"3 threads", [](const Scenario& s) { return in_memory(s.frames(), 3, kWhole); }},
    Carrier{"half-open kept compactly", [](const Scenario& s) { return in_memory(s.frames(), 1, 0); }},
    Carrier{"half-open kept compactly, 3 threads", [](const Scenario& s) { return in_memory(s.frames(), 3, 0); }},
    Carrier{"ipv6", [](const Scenario& s) { return in_memory(s.frames({.six = true}), 1, kWhole); }},
    Carrier{"vlan", [](const Scenario& s) { return in_memory(s.frames({.vlan = 10}), 1, kWhole); }},
    Carrier{"pcap little-endian us", [](const Scenario& s) { return in_file(pcap(s, false, false)); }},
    Carrier{"pcap little-endian ns", [](const Scenario& s) { return in_file(pcap(s, false, true)); }},
    Carrier{"pcapng little-endian", [](const Scenario& s) { return in_file(as_pcapng(s.frames(), false)); }},
    Carrier{"pcap big-endian us", [](const Scenario& s) { return in_file(pcap(s, true, false)); }},
    Carrier{"pcap big-endian ns", [](const Scenario& s) { return in_file(pcap(s, true, true)); }},
    Carrier{"pcapng big-endian", [](const Scenario& s) { return in_file(as_pcapng(s.frames(), true)); }},
    Carrier{"gz", [](const Scenario& s) { return in_file(gzipped(as_pcap(s.frames(), {}))); }},
};

bool is_compared(const record::Column& c) {
    for (const std::string_view name : {"client_ip", "server_ip", "uid", "community_id", "encapsulation"})
        if (c.name == name) return false;
    return true;
}

}  // namespace

std::span<const Carrier> carriers() { return kCarriers; }

std::map<std::string, Facts> carried_facts(const Analyzed& run) {
    std::map<std::string, Facts> out;
    for (const auto& r : run.records) out["connection " + std::to_string(r.stream)] = facts_of(r, is_compared);
    return out;
}

std::optional<std::uint64_t> payload_on_the_wire(const Scenario& s) {
    constexpr std::size_t kMostHeaders = 14 + 2 * 4 + 40 + 60;  // cut there, nobody knows the length
    std::uint64_t sum = 0;
    for (const Step& step : s.steps()) {
        if (step.wrap || step.data_offset || (step.snap != 0 && step.snap < kMostHeaders)) return std::nullopt;
        sum += step.bytes.size();
    }
    return sum;
}

}  // namespace tlsscope::support
