// Where the time of handshakes went, by server; what made them slow, and the slowest.
#pragma once

#include <vector>

#include "report/findings.h"
#include "report/inventory/pauses.h"
#include "report/inventory/register.h"
#include "report/inventory/tallies.h"
#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

class SlowView final : public View {
  public:
    /// `rules`: the schema's; those about time are shown.
    explicit SlowView(const record::Schema& schema);

    void add(const Sighting& sighting) override;
    void print(std::string& out, const Look& look) const override;

  private:
    struct Server {
        Distinct addresses;
        Durations tls, network, server, client, ack_wait, stall;
        Words findings;
    };
    struct Slow {
        record::Nanos tls;
        std::uint64_t stream;
        std::string server;
        record::Nanos by_server;  // of the setup, the server's part; -1: not known
        std::string findings;
    };
    struct Rule {
        const record::Rule* rule;
        std::uint64_t connections = 0;
        Words servers;
        std::vector<Example> examples;
    };
    static constexpr std::size_t kSlowest = 100;

    static std::vector<std::string> medians(const Server& s);
    void note_rules(const Sighting& s, Server* server);
    void rank(const Sighting& s, record::Nanos tls);
    void print_servers(std::string& out, const Look& look) const;
    void print_rules(std::string& out, const Look& look) const;
    std::string usual(const Slow& slow) const;
    void print_slowest(std::string& out, const Look& look) const;

    Register<Server> servers_;
    std::vector<Rule> rules_;
    std::vector<Slow> slowest_;
    Durations all_;
    Pauses pauses_;
    std::string found_;  // names of the findings of the last connection
};

}  // namespace tlsscope::report::inventory
