// Bytes as a script of conversations. Any bytes are one: an instruction is four bytes, what to do and three numbers,
// and what cannot be done is left out. conversation_acts.cpp lists the instructions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bytes/bytes.h"
#include "support/scenario.h"

namespace tlsscope::fuzz {

/// A ClientHello that the client of this port says first.
struct Asked {
    std::uint16_t port = 0;
    support::Buffer record;
    std::string name;
};

struct Conversation {
    support::Scenario scenario;
    std::vector<Asked> asked;
    std::uint8_t carrier = 0;        ///< of support::carriers(), modulo their number
    std::uint8_t other_carrier = 0;  ///< not threads: they cost too much for every input
};

/// The first two bytes choose the carriers.
Conversation read_conversation(bytes::Bytes script);

/// Whether what was asked is in the capture whole, in a connection opened as it should be, with nothing odd before or
/// within: then it must be in the report, whatever comes behind.
bool arrives(const std::vector<support::Step>& steps, const Asked& asked);

/// Payload bytes of each side, counted once.
struct Sent {
    std::uint64_t client = 0, server = 0;
};
/// What the connection of that client port sent, if there is nothing odd in all of it: then nothing is missing, either.
std::optional<Sent> sent(const std::vector<support::Step>& steps, std::uint16_t port);

}  // namespace tlsscope::fuzz
