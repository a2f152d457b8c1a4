// The servers' certificates, each once, the soonest to expire first.
#pragma once

#include <limits>

#include "report/inventory/register.h"
#include "report/inventory/tallies.h"
#include "report/inventory/view.h"

namespace tlsscope::report::inventory {

/// Distinct by cert_sha256. What was hidden or absent is said in a line of its own.
class CertsView final : public View {
  public:
    void add(const Sighting& sighting) override;
    void print(std::string& out, const Look& look) const override;

  private:
    struct Certificate {
        std::string subject, issuer, key, signature;
        record::Nanos not_after = record::kNoTime;
        std::int64_t days_left = std::numeric_limits<std::int64_t>::max();  // the fewest
        std::uint64_t connections = 0;
        std::uint64_t first_stream = 0;
        std::uint64_t first_frame = 0;
        Words servers;
        Words findings;
    };

    static void describe(Certificate& c, const Sighting& s);
    static std::string detail(std::string_view sha256, const Certificate& c, const Look& look);
    void print_absent(std::string& out, const Look& look) const;

    Register<Certificate> certificates_;
    std::uint64_t shown_ = 0;  // connections that showed one
    Words absent_;             // why the others did not
};

}  // namespace tlsscope::report::inventory
