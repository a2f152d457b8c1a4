// How ready the capture's clients and servers are for quantum computers: key exchange only, signatures are not judged.
#pragma once

#include <array>

#include "report/inventory/register.h"
#include "report/inventory/tallies.h"
#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

/// The five buckets of the columns pq_offered and pq, best first.
class PqView final : public View {
  public:
    static constexpr std::array<std::string_view, 5> kBuckets{"hybrid", "pure", "draft", "classical", "unknown"};

    void add(const Sighting& sighting) override;
    void print(std::string& out, const Look& look) const override;

  private:
    struct Bucket {
        std::uint64_t selected = 0;
        std::uint64_t offered = 0;
        Words groups{Words::kMany};          // selected
        Words groups_offered{Words::kMany};  // that are of this bucket themselves
    };
    struct Server {  // chose classical although hybrid was offered
        std::uint64_t connections = 0;
        std::uint64_t first_stream = 0;
        Words groups;
        Distinct addresses;
    };
    struct Client {  // does not offer hybrid
        std::uint64_t connections = 0;
        std::uint64_t first_stream = 0;
        Words best;
        Distinct addresses;
    };

    void add_offer(const Sighting& s, std::string_view best);
    void add_selection(const Sighting& s, std::string_view chosen);
    void print_buckets(std::string& out, const Look& look) const;
    void print_servers(std::string& out, const Look& look) const;
    void print_clients(std::string& out, const Look& look) const;

    std::array<Bucket, kBuckets.size()> buckets_;
    std::uint64_t offers_ = 0;
    std::uint64_t selections_ = 0;
    std::uint64_t no_key_exchange_ = 0;
    Register<Server> servers_;
    Register<Client> clients_;
};

}  // namespace tlsscope::report::inventory
