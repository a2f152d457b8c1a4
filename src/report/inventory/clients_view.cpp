#include "report/inventory/clients_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"
#include "report/inventory/grid.h"
#include "report/inventory/groups.h"

namespace tlsscope::report::inventory {

namespace {

using record::Type;
using record::Value;

/// The first of a list that is no decoy (RFC 8701), as text.
std::string best_of(const Value& list) {
    std::string out;
    if (list.empty()) return out;
    if (list.type() == Type::text_list) return list.list_size() == 0 ? out : std::string{list.text_at(0)};
    for (std::size_t i = 0; i < list.list_size(); ++i, out.clear()) {
        append_code(out, list.column(), list.code_at(i));
        if (!out.starts_with("GREASE")) return out;
    }
    return {};
}

bool is_old_version(std::string_view name) { return name.starts_with("SSL") || name == "TLS 1.0" || name == "TLS 1.1"; }

}  // namespace

void ClientsView::add(const Sighting& s) {
    const std::string_view ja4 = s.text(Field::ja4);
    if (ja4.empty()) {
        if (s.has_offer()) ++without_;
        return;
    }
    Client* c = clients_.at(ja4);
    if (c == nullptr) return;
    if (c->connections++ == 0) c->first_stream = s.record().stream;
    c->addresses.add(s.text(Field::client_ip));
    if (is_failure(s.record())) ++c->failed;
    c->versions.add(s[Field::version_offered]);
    if (const std::string group = best_of(s[Field::groups_offered]); !group.empty()) c->groups.add(group);
    if (const std::string alpn = best_of(s[Field::alpn_offered]); !alpn.empty()) c->alpn.add(alpn);
    c->pq.add(s[Field::pq_offered]);
    c->ech.add(s[Field::ech]);
    add_weak(*c, s);
}

/// Each word once per connection.
void ClientsView::add_weak(Client& client, const Sighting& s) {
    std::set<std::string> words;
    std::string name;
    const auto for_each_name = [&](const Value& list, auto use) {
        for (std::size_t i = 0; !list.empty() && i < list.list_size(); ++i) {
            name.clear();
            append_code(name, list.column(), list.code_at(i));
            use();
        }
    };
    for_each_name(s[Field::ciphers_offered], [&] {
        for (const std::string_view word : weaknesses_of(name)) words.emplace(word);
    });
    for_each_name(s[Field::versions_offered], [&] {
        if (is_old_version(name)) words.insert(name);
    });
    for (const std::string& word : words) client.weak.add(word);
}

void ClientsView::print(std::string& out, const Look& look) const {
    append_heading(out, look.style, fmt::format("Clients (JA4): {}", grouped(clients_.size())));
    if (without_ > 0)
        append_paragraph(out, look.style, "  ",
                         connections(without_) + " without a fingerprint (an SSL 2.0 hello, or not all of it)",
                         Paint::dim);
    Grid grid;
    grid.column("ja4", Grid::Kind::text)
        .column("conns", Grid::Kind::number)
        .column("failed", Grid::Kind::number)
        .column("addresses", Grid::Kind::name)
        .column("pq offered", Grid::Kind::text);
    const auto all = clients_.sorted([](const Client& a, const Client& b) { return a.connections > b.connections; });
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Client& c = *all[i].entry;
        grid.row({visible(all[i].key), grouped(c.connections), grouped(c.failed), c.addresses.text(),
                  c.pq.text(look.words, c.connections)},
                 detail(c, look), c.failed == c.connections ? Paint::red : Paint::none);
    }
    grid.print(out, look.style);
    append_hidden(out, look, all.size() - shown, clients_.left_out(), "clients");
}

std::string ClientsView::detail(const Client& c, const Look& look) {
    const auto part = [&](const Words& words) {
        return words.empty() ? std::string{"none"} : words.text(look.words, c.connections);
    };
    std::string out = "best: " + part(c.versions) + ", group " + part(c.groups) + ", ALPN " + part(c.alpn);
    if (!c.weak.empty()) out += "; weak: " + c.weak.text(Words::kMany, c.connections);
    if (!c.ech.empty()) out += "; ECH: " + part(c.ech);
    return out + fmt::format("; first in stream {}", c.first_stream);
}

}  // namespace tlsscope::report::inventory
