#include "report/inventory/pq_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/format.h"
#include "report/inventory/grid.h"
#include "report/inventory/groups.h"

namespace tlsscope::report::inventory {

namespace {

std::size_t bucket_index(std::string_view name) {
    const auto it = std::find(PqView::kBuckets.begin(), PqView::kBuckets.end(), name);
    return static_cast<std::size_t>(std::min(it, PqView::kBuckets.end() - 1) - PqView::kBuckets.begin());
}

}  // namespace

void PqView::add(const Sighting& s) {
    const std::string_view offered = s.text(Field::pq_offered);
    const std::string_view selected = s.text(Field::pq);
    if (!offered.empty()) add_offer(s, offered);
    if (!selected.empty()) add_selection(s, selected);
    else if (s.has_selection()) ++no_key_exchange_;
}

void PqView::add_offer(const Sighting& s, std::string_view best) {
    ++offers_;
    ++buckets_[bucket_index(best)].offered;
    const record::Value groups = s[Field::groups_offered];
    std::string name;
    for (std::size_t i = 0; !groups.empty() && i < groups.list_size(); ++i, name.clear()) {
        append_code(name, groups.column(), groups.code_at(i));
        if (const std::string_view bucket = post_quantum_bucket(name); !bucket.empty())
            buckets_[bucket_index(bucket)].groups_offered.add(name);
    }
    if (best == "hybrid") return;
    const std::string_view fingerprint = s.text(Field::ja4);
    Client* client = clients_.at(fingerprint.empty() ? "(no JA4)" : fingerprint);
    if (client == nullptr) return;
    if (client->connections++ == 0) client->first_stream = s.record().stream;
    client->best.add(best);
    client->addresses.add(s.text(Field::client_ip));
}

void PqView::add_selection(const Sighting& s, std::string_view chosen) {
    ++selections_;
    Bucket& bucket = buckets_[bucket_index(chosen)];
    ++bucket.selected;
    bucket.groups.add(s[Field::group]);
    if (chosen != "classical" || s.text(Field::pq_offered) != "hybrid") return;
    Server* server = servers_.at(s.server());
    if (server == nullptr) return;
    if (server->connections++ == 0) server->first_stream = s.record().stream;
    server->groups.add(s.has(Field::group) ? s[Field::group] : s[Field::cipher]);
    server->addresses.add(s.server_address());
}

void PqView::print(std::string& out, const Look& look) const {
    append_heading(out, look.style, "Post-quantum key exchange");
    std::string line = fmt::format("{} (ClientHello), {} (ServerHello)", plural(offers_, "offer", "offers"),
                                   plural(selections_, "selection", "selections"));
    if (no_key_exchange_ > 0)
        line += fmt::format("; {} exchanged no key (a pre-shared key alone)", grouped(no_key_exchange_));
    append_paragraph(out, look.style, "  ", line, Paint::dim);
    if (offers_ == 0 && selections_ == 0) return;
    print_buckets(out, look);
    print_servers(out, look);
    print_clients(out, look);
}

void PqView::print_buckets(std::string& out, const Look& look) const {
    Grid grid;
    grid.column("", Grid::Kind::text)
        .column("selected", Grid::Kind::number)
        .column("", Grid::Kind::number)
        .column("best offer", Grid::Kind::number)
        .column("", Grid::Kind::number);
    for (std::size_t i = 0; i < kBuckets.size(); ++i) {
        const Bucket& b = buckets_[i];
        std::string groups;
        if (!b.groups.empty()) groups = "selected: " + b.groups.text(look.words);
        if (!b.groups_offered.empty())
            groups += (groups.empty() ? "" : "; ") + ("offered: " + b.groups_offered.text(look.words));
        grid.row(
            {std::string{kBuckets[i]}, grouped(b.selected), b.selected == 0 ? "" : percent(b.selected, selections_),
             grouped(b.offered), b.offered == 0 ? "" : percent(b.offered, offers_)},
            groups);
    }
    grid.print(out, look.style);
}

void PqView::print_servers(std::string& out, const Look& look) const {
    if (servers_.size() == 0) return;
    append_heading(
        out, look.style,
        fmt::format("Servers that chose classical although hybrid was offered: {}", grouped(servers_.size())));
    Grid grid;
    grid.column("server", Grid::Kind::name)
        .column("address", Grid::Kind::name)
        .column("conns", Grid::Kind::number)
        .column("chose", Grid::Kind::name)
        .column("first stream", Grid::Kind::number);
    const auto all = servers_.sorted([](const Server& a, const Server& b) { return a.connections > b.connections; });
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Server& s = *all[i].entry;
        grid.row({visible(all[i].key), s.addresses.text(), grouped(s.connections),
                  s.groups.text(look.words, s.connections), fmt::format("{}", s.first_stream)});
    }
    grid.print(out, look.style);
    append_hidden(out, look, all.size() - shown, servers_.left_out(), "servers");
}

void PqView::print_clients(std::string& out, const Look& look) const {
    if (clients_.size() == 0) return;
    append_heading(out, look.style,
                   fmt::format("Clients (JA4) that do not offer hybrid: {}", grouped(clients_.size())));
    Grid grid;
    grid.column("ja4", Grid::Kind::text)
        .column("addresses", Grid::Kind::name)
        .column("conns", Grid::Kind::number)
        .column("best offer", Grid::Kind::text)
        .column("first stream", Grid::Kind::number);
    const auto all = clients_.sorted([](const Client& a, const Client& b) { return a.connections > b.connections; });
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Client& c = *all[i].entry;
        grid.row({visible(all[i].key), c.addresses.text(), grouped(c.connections),
                  c.best.text(look.words, c.connections), fmt::format("{}", c.first_stream)});
    }
    grid.print(out, look.style);
    append_hidden(out, look, all.size() - shown, clients_.left_out(), "clients");
}

}  // namespace tlsscope::report::inventory
