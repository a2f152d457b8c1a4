// What clients did while they thought about a server's flight: whom they asked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/inventory/sighting.h"
#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

/// Handshakes with a finding named slow_client, and the connections the same address began between the end of the
/// server's flight and its Finished: OCSP responders, CRLs, or something else. Connections come in order of their first
/// packet, so those begun meanwhile come later.
class Pauses {
  public:
    static constexpr std::size_t kMost = 256;
    static constexpr std::size_t kMostAsked = 4;  ///< named of one pause

    void add(const Sighting& s);
    void print(std::string& out, const Look& look) const;

  private:
    struct Pause {
        std::string client;
        record::Nanos from, to;
        std::uint64_t stream;
        std::string server;
        std::vector<std::string> asked;  // visible text
        std::uint64_t more = 0;          // that are not named
    };
    std::vector<Pause> pauses_;
};

}  // namespace tlsscope::report::inventory
