// Changes to TLS messages that keep them TLS: the vectors of hellos and certificates come and go, and the lengths
// around them stay right. RFC 8446 section 3.4.
#pragma once

#include "mutators/pieces.h"

namespace tlsscope::fuzz {

/// A handshake message's body (ClientHello, ServerHello, Certificate, whatever it looks like): finds a vector in it,
/// changes it, and makes every vector around it right again. False: there is none.
bool mutate_message(Octets& body, Dice& dice, std::size_t room);

/// The input of tls_records: acts of flags, length and bytes; in the bytes records, in these handshake messages.
std::size_t mutate_acts(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned seed);

}  // namespace tlsscope::fuzz
