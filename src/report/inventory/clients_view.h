// The clients, by the JA4 fingerprint of their ClientHello: what they offer first, and what they had better not offer.
#pragma once

#include "report/inventory/register.h"
#include "report/inventory/tallies.h"
#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

class ClientsView final : public View {
  public:
    void add(const Sighting& sighting) override;
    void print(std::string& out, const Look& look) const override;

  private:
    struct Client {
        std::uint64_t connections = 0;
        std::uint64_t failed = 0;
        std::uint64_t first_stream = 0;
        Distinct addresses;
        Words versions, groups, alpn;  // the best offered
        Words pq, weak, ech;
    };
    static void add_weak(Client& client, const Sighting& s);
    static std::string detail(const Client& c, const Look& look);

    Register<Client> clients_;
    std::uint64_t without_ = 0;  // offers without a fingerprint
};

}  // namespace tlsscope::report::inventory
