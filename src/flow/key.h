// Who talks to whom: the flow key. Direction-free, so that both directions find the same connection.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>

namespace tlsscope::flow {

/// An IPv4 or IPv6 address; IPv4 in the first four bytes, the rest zero.
struct Address {
    std::array<std::uint8_t, 16> octets{};
    std::uint8_t version = 4;

    friend auto operator<=>(const Address&, const Address&) = default;
    /// RFC 5952 text for IPv6, dotted decimal for IPv4.
    std::string text() const;
};

struct Endpoint {
    Address address;
    std::uint16_t port = 0;

    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
    /// "10.0.0.1:443", "[2001:db8::1]:443"
    std::string text() const;
};

/// What lay around the innermost IP header: VLAN tags and tunnels, outermost first, as one number (0: nothing)
/// that is part of the key, and as text for the report ("vlan 10/vxlan 42").
struct Domain {
    std::uint64_t id = 0;

    friend auto operator<=>(const Domain&, const Domain&) = default;
};

/// `low <= high` always; which of them is the client is the connection's business.
struct FlowKey {
    Endpoint low;
    Endpoint high;
    Domain domain;

    friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

/// Builds the key and says whether the packet went from low to high. Equal endpoints (land): true.
struct DirectedKey {
    FlowKey key;
    bool from_low = true;
};
DirectedKey make_key(const Endpoint& source, const Endpoint& destination, Domain domain);

/// Symmetric by construction. Seeded, so that nobody can choose colliding keys (XXH3).
std::uint64_t hash(const FlowKey& key, std::uint64_t seed);

}  // namespace tlsscope::flow
