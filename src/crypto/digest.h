// Hash functions and base64, by libcrypto. This folder is its only user.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bytes/bytes.h"

namespace tlsscope::crypto {

using Md5 = std::array<std::uint8_t, 16>;
using Sha1 = std::array<std::uint8_t, 20>;
using Sha256 = std::array<std::uint8_t, 32>;

/// Thread-safe; the algorithm is fetched once per process.
Md5 md5(bytes::Bytes data);
Sha1 sha1(bytes::Bytes data);
Sha256 sha256(bytes::Bytes data);

/// RFC 4648 section 4, with padding, in one line.
std::string base64(bytes::Bytes data);

}  // namespace tlsscope::crypto
