// UTCTime and GeneralizedTime as RFC 5280 section 4.1.2.5 allows them: to the second, in UTC, with a Z.
#pragma once

#include <cstdint>
#include <optional>

#include "bytes/bytes.h"

namespace tlsscope::crypto {

/// Unix seconds, years 0 to 9999; nullopt for another form or a date that does not exist. `tag` tells the two types
/// apart.
std::optional<std::int64_t> time_of(std::uint8_t tag, bytes::Bytes value);

}  // namespace tlsscope::crypto
