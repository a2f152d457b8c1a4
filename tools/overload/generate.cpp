// Writes the capture of an overload to standard output, and what it holds to TRUTH.
//   overload_generate NAME AMOUNT TRUTH
#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "overload/scenarios.h"

namespace {

using overload::Traffic;

struct Scenario {
    std::string_view name;
    void (*write)(Traffic&, std::uint64_t);
    Traffic::Format format = Traffic::Format::pcap;
};

constexpr std::array kScenarios = {
    Scenario{"syn-flood", overload::syn_flood},
    Scenario{"never-closed", overload::never_closed},
    Scenario{"colliding-keys", overload::colliding_keys},
    Scenario{"networks", overload::networks},
    Scenario{"out-of-order", overload::out_of_order},
    Scenario{"one-byte-ascending", overload::one_byte_ascending},
    Scenario{"one-byte-descending", overload::one_byte_descending},
    Scenario{"endless-handshakes", overload::endless_handshakes},
    Scenario{"empty-records", overload::empty_records},
    Scenario{"long-chains", overload::long_chains},
    Scenario{"many-names", overload::many_names},
    Scenario{"large-keys", overload::large_keys},
    Scenario{"first-fragments", overload::first_fragments},
    Scenario{"empty-frames", overload::empty_frames},
    Scenario{"interfaces", overload::interfaces, Traffic::Format::pcapng},
    Scenario{"gzip-bomb", overload::bulk},
};

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> args(argv, argv + argc);
    std::uint64_t amount = 0;
    const auto* const found =
        args.size() != 4 ? kScenarios.end() : std::ranges::find(kScenarios, args[1], &Scenario::name);
    if (found == kScenarios.end() ||
        std::from_chars(args[2].data(), args[2].data() + args[2].size(), amount).ec != std::errc{}) {
        std::cerr << "usage: overload_generate NAME AMOUNT TRUTH\nNAME is one of:";
        for (const Scenario& s : kScenarios) std::cerr << ' ' << s.name;
        std::cerr << '\n';
        return 2;
    }
    Traffic traffic{found->format, args[3]};
    found->write(traffic, amount);
    if (traffic.finish()) return 0;
    std::cerr << "overload_generate: could not write\n";
    return 4;
}
