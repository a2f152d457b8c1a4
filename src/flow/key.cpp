#include "flow/key.h"

#include <arpa/inet.h>

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace tlsscope::flow {

namespace {

std::string dotted_decimal(const std::array<std::uint8_t, 16>& octets) {
    std::string out = std::to_string(octets[0]);
    for (std::size_t i = 1; i < 4; ++i) (out += '.') += std::to_string(octets[i]);
    return out;
}

}  // namespace

std::string Address::text() const {
    // inet_ntop prints IPv4 through sprintf, and every row has two of them.
    if (version == 4) return dotted_decimal(octets);
    char out[INET6_ADDRSTRLEN] = {};
    inet_ntop(AF_INET6, octets.data(), out, sizeof out);
    return out;
}

std::string Endpoint::text() const {
    const std::string host = address.text();
    return (address.version == 4 ? host : "[" + host + "]") + ":" + std::to_string(port);
}

DirectedKey make_key(const Endpoint& source, const Endpoint& destination, Domain domain) {
    if (source <= destination) return {{source, destination, domain}, true};
    return {{destination, source, domain}, false};
}

std::uint64_t hash(const FlowKey& key, std::uint64_t seed) {
    // One contiguous block, so that padding never takes part.
    std::uint8_t block[46];
    std::memcpy(block, key.low.address.octets.data(), 16);
    std::memcpy(block + 16, key.high.address.octets.data(), 16);
    std::memcpy(block + 32, &key.low.port, 2);
    std::memcpy(block + 34, &key.high.port, 2);
    std::memcpy(block + 36, &key.domain.id, 8);
    block[44] = key.low.address.version;
    block[45] = key.high.address.version;
    return XXH3_64bits_withSeed(block, sizeof block, seed);
}

}  // namespace tlsscope::flow
