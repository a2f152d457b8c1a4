#include "report/inventory/inventory.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "report/inventory/certs_view.h"
#include "report/inventory/clients_view.h"
#include "report/inventory/failures_view.h"
#include "report/inventory/pq_view.h"
#include "report/inventory/servers_view.h"
#include "report/inventory/slow_view.h"
#include "report/inventory/tls_view.h"
#include "report/totals.h"

namespace tlsscope::report::inventory {

namespace {

struct Name {
    std::string_view word;
    What what;
};
constexpr std::array kNames{Name{"tls", What::tls},         Name{"pq", What::pq},
                            Name{"certs", What::certs},     Name{"servers", What::servers},
                            Name{"clients", What::clients}, Name{"failures", What::failures},
                            Name{"slow", What::slow}};

std::unique_ptr<View> make_view(What what, const record::Schema& schema) {
    switch (what) {
        case What::tls: return std::make_unique<TlsView>();
        case What::pq: return std::make_unique<PqView>();
        case What::certs: return std::make_unique<CertsView>();
        case What::servers: return std::make_unique<ServersView>();
        case What::clients: return std::make_unique<ClientsView>();
        case What::failures: return std::make_unique<FailuresView>();
        case What::slow: return std::make_unique<SlowView>(schema);
    }
    return nullptr;
}

}  // namespace

std::vector<What> read_views(std::string_view text) {
    std::vector<What> out;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(','));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        const auto it = std::find_if(kNames.begin(), kNames.end(), [&](const Name& n) { return n.word == word; });
        if (it == kNames.end()) return {};
        if (std::find(out.begin(), out.end(), it->what) == out.end()) out.push_back(it->what);
    }
    return out;
}

std::string view_names() {
    std::string out;
    for (const Name& n : kNames) out += (out.empty() ? "" : ", ") + std::string{n.word};
    return out;
}

Inventory::Inventory(Output& out, InventoryOptions options) : out_{out}, options_{std::move(options)} {}

void Inventory::begin(const record::Schema& schema, const RunInfo& run) {
    run_ = run;
    reader_ = std::make_unique<SightingReader>(schema);
    for (const What what : options_.views) views_.push_back(make_view(what, schema));
}

void Inventory::connection(const record::ConnectionRecord& connection) {
    const Sighting sighting = reader_->read(connection);
    for (const auto& view : views_) view->add(sighting);
}

void Inventory::finish(const Totals& totals) {
    Look look{.style = options_.style};
    if (options_.all) look.rows = look.words = std::numeric_limits<std::size_t>::max();
    std::string out;
    append_title(out, options_.style, "Inventory", run_, totals);
    for (const auto& view : views_) view->print(out, look);
    append_problems(out, options_.style, totals);
    out_.write(out);
}

}  // namespace tlsscope::report::inventory
