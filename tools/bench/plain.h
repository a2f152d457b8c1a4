// What is not TLS: HTTP, SSH, DNS.
#pragma once

#include <string>

#include "handshake.h"

namespace bench {

/// A request and the head of its answer; the body follows.
std::vector<Flight> http_exchange(const std::string& host, std::size_t body, Dice& dice);
/// Banners, key exchange and newkeys in the clear (RFC 4253), then packets that look encrypted.
std::vector<Flight> ssh_exchange(Dice& dice);
/// Text that an HTTP server would send.
Octets http_body(std::size_t length, Dice& dice);

/// RFC 1035: one question of type A, and its answer.
Octets dns_query(const std::string& name, std::uint16_t id);
Octets dns_answer(const std::string& name, std::uint16_t id, std::uint32_t address);

}  // namespace bench
