// Columns that are others' sums, or nearly: the page keeps what is left over, which is next to nothing.
#pragma once

#include <array>
#include <string_view>

namespace tlsscope::report::html {

struct Sum {
    std::string_view column;
    std::array<std::string_view, 6> plus;   ///< absent values and missing columns count 0
    std::array<std::string_view, 4> minus;  ///< the same
};

/// None refers to itself, by whatever way. What is wrong here costs room, and is not wrong in the page.
inline constexpr std::array kSums{
    Sum{"connect_ms", {"rtt_server_ms", "rtt_client_ms"}, {}},
    Sum{"tls_ms", {"hello_ms", "server_hello_ms", "server_flight_ms", "client_finish_ms", "server_finish_ms"}, {}},
    Sum{"setup_network_ms",
        {"connect_ms", "tls_ms"},
        {"stall_ms", "setup_server_ms", "setup_client_ms", "setup_ack_wait_ms"}},
};

}  // namespace tlsscope::report::html
