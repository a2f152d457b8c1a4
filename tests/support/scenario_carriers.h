// A scenario handed to the engine in every way there is: file formats, IPv6, VLAN, threads, ways of keeping half-open
// connections. What is said of it must be the same each time.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "support/facts.h"
#include "support/scenario.h"

namespace tlsscope::support {

struct Carrier {
    std::string_view name;
    Analyzed (*run)(const Scenario& s);
};

/// The first one is the plainest: frames in memory, one thread. Scenario::not_under() knows them by name.
std::span<const Carrier> carriers();

/// By connection, all that is said of it but what the carrier itself is.
std::map<std::string, Facts> carried_facts(const Analyzed& run);

/// What the steps say, not the decoder; nothing where their frames are something else than they are.
std::optional<std::uint64_t> payload_on_the_wire(const Scenario& s);

}  // namespace tlsscope::support
