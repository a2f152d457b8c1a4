#include "pipeline/community_id.h"

#include <vector>

#include "crypto/digest.h"

namespace tlsscope::pipeline {

namespace {

void put_address(std::vector<std::uint8_t>& out, const flow::Address& a) {
    out.insert(out.end(), a.octets.begin(), a.octets.begin() + (a.version == 4 ? 4 : 16));
}

void put_port(std::vector<std::uint8_t>& out, std::uint16_t port) {
    out.push_back(static_cast<std::uint8_t>(port >> 8));
    out.push_back(static_cast<std::uint8_t>(port));
}

}  // namespace

std::string community_id(const flow::FlowKey& key) {
    constexpr std::uint8_t kTcp = 6;
    constexpr std::size_t kLongest = 40;
    std::vector<std::uint8_t> block;
    block.reserve(kLongest);
    block.insert(block.end(), {0, 0});    // the seed
    put_address(block, key.low.address);  // the key is ordered as the specification orders
    put_address(block, key.high.address);
    block.push_back(kTcp);
    block.push_back(0);
    put_port(block, key.low.port);
    put_port(block, key.high.port);
    return "1:" + crypto::base64(crypto::sha1(block));
}

}  // namespace tlsscope::pipeline
