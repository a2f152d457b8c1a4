// What the registered name of a group or a cipher suite says. report knows no TLS: the views have names only.
#pragma once

#include <string_view>
#include <vector>

namespace tlsscope::report::inventory {

/// hybrid, pure or draft, as in the column pq; empty for groups that are none of these. The same as the dissector's
/// post_quantum(), which a test compares.
std::string_view post_quantum_bucket(std::string_view group);

/// What is weak about a suite a client offers, in the words of the column weaknesses: null_cipher, export, rc2, rc4,
/// des, 3des, static_rsa, anonymous. Encryption by blocks alone (cbc) is old, but offered by all.
std::vector<std::string_view> weaknesses_of(std::string_view suite);

}  // namespace tlsscope::report::inventory
