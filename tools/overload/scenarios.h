// The overloads: each writes `amount` of what its name says.
#pragma once

#include "overload/traffic.h"

namespace overload {

// connections.cpp
void syn_flood(Traffic& traffic, std::uint64_t amount);
void never_closed(Traffic& traffic, std::uint64_t amount);
void colliding_keys(Traffic& traffic, std::uint64_t amount);
void networks(Traffic& traffic, std::uint64_t amount);

// streams.cpp
void out_of_order(Traffic& traffic, std::uint64_t amount);
void one_byte_ascending(Traffic& traffic, std::uint64_t amount);
void one_byte_descending(Traffic& traffic, std::uint64_t amount);

// handshakes.cpp
void endless_handshakes(Traffic& traffic, std::uint64_t amount);
void empty_records(Traffic& traffic, std::uint64_t amount);
void long_chains(Traffic& traffic, std::uint64_t amount);
void many_names(Traffic& traffic, std::uint64_t amount);
void large_keys(Traffic& traffic, std::uint64_t amount);

// files.cpp
void first_fragments(Traffic& traffic, std::uint64_t amount);
void empty_frames(Traffic& traffic, std::uint64_t amount);
void interfaces(Traffic& traffic, std::uint64_t amount);
void bulk(Traffic& traffic, std::uint64_t amount);

}  // namespace overload
