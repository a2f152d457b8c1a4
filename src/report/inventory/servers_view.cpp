#include "report/inventory/servers_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"
#include "report/inventory/grid.h"

namespace tlsscope::report::inventory {

namespace {

using record::Value;

constexpr std::uint32_t kTls13 = 0x0304;

/// RFC 8446 or one of its drafts, which have numbers of their own.
bool is_tls13(std::uint32_t version) {
    return version == kTls13 || version >> 8 == 0x7f || version >> 8 == 0xfb || version >> 8 == 0x7e;
}

bool offers_tls13(const Sighting& s) {
    const Value list = s[Field::versions_offered];
    for (std::size_t i = 0; !list.empty() && i < list.list_size(); ++i)
        if (is_tls13(list.code_at(i))) return true;
    return false;
}

std::string or_none(std::string text) { return text.empty() ? "none" : text; }

}  // namespace

void ServersView::add(const Sighting& s) {
    if (!s.is_tls() && !is_failure(s.record())) return;
    Server* server = servers_.at(s.server());
    if (server == nullptr) return;
    ++server->connections;
    server->addresses.add(s.server_address());
    if (is_failure(s.record())) ++server->failed;
    server->versions.add(s[Field::version]);
    server->suites.add(s[Field::cipher]);
    server->groups.add(s[Field::group]);
    server->weaknesses.add(s[Field::weaknesses]);
    server->pq.add(s[Field::pq]);
    server->tls.add(s[Field::tls_ms]);
    if (s.complete() && s.has(Field::version)) add_complete(*server, s);
}

void ServersView::add_complete(Server& server, const Sighting& s) {
    ++server.complete;
    if (is_tls13(static_cast<std::uint32_t>(s.integer(Field::version)))) {
        ++server.tls13;
        return;
    }
    if (server.older++ == 0) server.first_stream = s.record().stream;
    if (offers_tls13(s)) ++server.older_by_server;
}

ServersView::Without12 ServersView::judge(const Server& s) {
    if (s.complete == 0) return Without12::not_judged;
    if (s.tls13 > 0) return Without12::fine;
    return s.older_by_server > 0 ? Without12::breaks : Without12::clients_break;
}

void ServersView::print(std::string& out, const Look& look) const {
    append_heading(out, look.style, fmt::format("Servers: {} (milliseconds of tls_ms)", grouped(servers_.size())));
    print_list(out, look);
    print_breaking(out, look, Without12::breaks,
                   "Would break without TLS 1.2 (chose less although TLS 1.3 was offered)");
    print_breaking(out, look, Without12::clients_break,
                   "Unknown without TLS 1.2 (only clients without TLS 1.3 were seen)");
}

void ServersView::print_list(std::string& out, const Look& look) const {
    Grid grid;
    grid.column("server", Grid::Kind::name)
        .column("address", Grid::Kind::name)
        .column("conns", Grid::Kind::number)
        .column("complete", Grid::Kind::number)
        .column("failed", Grid::Kind::number)
        .column("p50 ms", Grid::Kind::number)
        .column("p95 ms", Grid::Kind::number);
    const auto all = servers_.sorted([](const Server& a, const Server& b) { return a.connections > b.connections; });
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Server& s = *all[i].entry;
        grid.row({visible(all[i].key), s.addresses.text(), grouped(s.connections), grouped(s.complete),
                  grouped(s.failed), s.tls.percentile_text(50), s.tls.percentile_text(95)},
                 detail(s, look), s.complete == 0 && s.failed > 0 ? Paint::red : Paint::none);
    }
    grid.print(out, look.style);
    append_hidden(out, look, all.size() - shown, servers_.left_out(), "servers");
}

std::string ServersView::detail(const Server& s, const Look& look) {
    if (s.versions.empty()) return "nothing selected";
    const auto part = [&](const Words& words) { return words.text(look.words, s.connections); };
    std::string out = part(s.versions) + "; " + part(s.suites) + "; groups: " + or_none(part(s.groups)) +
                      "; pq: " + or_none(part(s.pq));
    if (!s.weaknesses.empty()) out += "; weak: " + part(s.weaknesses);
    return out;
}

void ServersView::print_breaking(std::string& out, const Look& look, Without12 which, std::string_view title) const {
    Grid grid;
    grid.column("server", Grid::Kind::name)
        .column("address", Grid::Kind::name)
        .column("complete", Grid::Kind::number)
        .column("versions", Grid::Kind::text)
        .column("first stream", Grid::Kind::number);
    std::size_t hidden = 0;
    std::size_t shown = 0;
    for (const auto& item : servers_.sorted([](const Server&a, const Server&b) { return a.complete > b.complete; })) {
        const Server& s = *item.entry;
        if (judge(s) != which) continue;
        if (shown++ >= look.rows) {
            ++hidden;
            continue;
        }
        grid.row({visible(item.key), s.addresses.text(), grouped(s.complete),
                  s.versions.text(look.words, s.connections), fmt::format("{}", s.first_stream)});
    }
    if (grid.empty()) return;
    append_heading(out, look.style, fmt::format("{}: {}", title, grouped(shown)));
    grid.print(out, look.style);
    append_hidden(out, look, hidden, 0, "");
}

}  // namespace tlsscope::report::inventory
