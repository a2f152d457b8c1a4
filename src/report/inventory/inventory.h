// --summary WHAT: the capture from one side only. Which views there are, and the reporter that prints those asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "report/inventory/view.h"
#include "report/output.h"
#include "report/writer.h"

namespace tlsscope::report::inventory {

enum class What : std::uint8_t { tls, pq, certs, servers, clients, failures, slow };

/// "pq,certs": each once, in the order of the list. Empty when `text` is empty or has a word that is none of these.
std::vector<What> read_views(std::string_view text);

/// "tls, pq, certs, ...": for messages.
std::string view_names();

struct InventoryOptions {
    Style style;
    std::vector<What> views;
    bool all = false;  ///< all rows, however many
};

/// Fed one by one, in bounded memory (README.md); prints in finish().
class Inventory final : public Reporter {
  public:
    Inventory(Output& out, InventoryOptions options);

    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals& totals) override;

  private:
    Output& out_;
    InventoryOptions options_;
    RunInfo run_;
    std::unique_ptr<SightingReader> reader_;  // from begin() on
    std::vector<std::unique_ptr<View>> views_;
};

}  // namespace tlsscope::report::inventory
