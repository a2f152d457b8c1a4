// The smallest words of the house: a view of bytes. Knows nothing of protocols.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace tlsscope::bytes {

/// A view of bytes that somebody else owns. Whoever hands one out says how long it lives.
using Bytes = std::span<const std::uint8_t>;

/// The same bytes seen as text; nothing is decoded or checked.
inline std::string_view as_text(Bytes b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

/// Text seen as bytes; lives as long as the text.
inline Bytes as_bytes(std::string_view s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }

}  // namespace tlsscope::bytes
