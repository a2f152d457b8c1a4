// Where every packet and byte went; printed in the summary, and it must add up exactly.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tlsscope::record {

/// A total and the parts it falls into. `total == sum of parts` always holds, or the run is at fault.
struct Account {
    std::string name;  ///< "packets", "payload_bytes_client", "payload_bytes_server", "connections"
    std::uint64_t total = 0;
    struct Part {
        std::string name;  ///< "tcp_accepted", "other_udp", "undecodable_ipv4_header"
        std::uint64_t count = 0;
    };
    std::vector<Part> parts;

    void add(std::string_view part, std::uint64_t count);  ///< zero counts are left out
    void merge(const Account& other);                      ///< of the same name, from another shard
    bool balanced() const;
};

using Accounting = std::vector<Account>;

}  // namespace tlsscope::record
