#include "flow/key.h"

#include <arpa/inet.h>

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace tlsscope::flow {

std::string Address::text() const {
    char out[INET6_ADDRSTRLEN] = {};
    inet_ntop(version == 4 ? AF_INET : AF_INET6, octets.data(), out, sizeof out);
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
