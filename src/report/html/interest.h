// Which connections a reader wants to see first: when not all fit, these stay.
#pragma once

#include <cstdint>

#include "record/connection.h"

namespace tlsscope::report::html {

/// Failed in the sense of the page's tiles: the connection was meant to become something and did not.
bool failed(const record::ConnectionRecord& c);

/// Microseconds of connect and handshake together; what was not measured counts nothing.
std::uint64_t slowness(const record::ConnectionRecord& c);

/// Greater is more interesting: findings by severity, then failures, then the slowest (what slowness() said).
std::uint64_t interest(const record::ConnectionRecord& c, std::uint64_t slowness);

}  // namespace tlsscope::report::html
