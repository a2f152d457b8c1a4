// The servers: what they choose, what is weak about it, how fast they are, and whether they depend on TLS 1.2.
#pragma once

#include "report/inventory/register.h"
#include "report/inventory/tallies.h"
#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

/// By SNI, else by address and port.
class ServersView final : public View {
  public:
    void add(const Sighting& sighting) override;
    void print(std::string& out, const Look& look) const override;

  private:
    struct Server {
        std::uint64_t connections = 0;
        std::uint64_t complete = 0;
        std::uint64_t failed = 0;
        std::uint64_t tls13 = 0;            // complete with TLS 1.3
        std::uint64_t older = 0;            // complete with less
        std::uint64_t older_by_server = 0;  // of these: the client offered TLS 1.3
        std::uint64_t first_stream = 0;     // of the older ones
        Distinct addresses;
        Words versions, suites, groups, weaknesses, pq;
        Durations tls;
    };
    /// What becomes of a server when TLS 1.2 is switched off.
    enum class Without12 { fine, breaks, clients_break, not_judged };
    static Without12 judge(const Server& s);

    static void add_complete(Server& server, const Sighting& s);
    static std::string detail(const Server& s, const Look& look);
    void print_list(std::string& out, const Look& look) const;
    void print_breaking(std::string& out, const Look& look, Without12 which, std::string_view title) const;

    Register<Server> servers_;
};

}  // namespace tlsscope::report::inventory
