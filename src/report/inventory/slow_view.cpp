#include "report/inventory/slow_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/escape.h"
#include "report/format.h"
#include "report/inventory/grid.h"

namespace tlsscope::report::inventory {

namespace {

using record::Nanos;

constexpr std::array<std::string_view, 5> kParts{"network", "server", "client", "ack wait", "stall"};
constexpr std::size_t kWide = 100;  // columns from which on the parts have columns of their own

bool is_about_time(std::string_view rule) {
    constexpr std::array<std::string_view, 8> kOthers{"nagle_delayed_ack",   "flight_held",   "handshake_loss",
                                                      "handshake_reordered", "window_closed", "hello_retry",
                                                      "resumption_refused",  "syn_lost"};
    return rule.starts_with("slow_") || std::find(kOthers.begin(), kOthers.end(), rule) != kOthers.end();
}

std::string millis(Nanos ns) {
    std::string out;
    append_millis(out, ns);
    return out;
}

}  // namespace

SlowView::SlowView(const record::Schema& schema) {
    for (const record::Rule* rule : schema.rules())
        if (is_about_time(rule->finding.name)) rules_.push_back({rule, 0, {}, {}});
}

void SlowView::add(const Sighting& s) {
    pauses_.add(s);
    const record::Value tls = s[Field::tls_ms];
    if (tls.empty()) return;
    all_.add(tls);
    Server* server = servers_.at(s.server());
    if (server != nullptr) {
        server->addresses.add(s.server_address());
        server->tls.add(tls);
        server->network.add(s[Field::setup_network_ms]);
        server->server.add(s[Field::setup_server_ms]);
        server->client.add(s[Field::setup_client_ms]);
        server->ack_wait.add(s[Field::setup_ack_wait_ms]);
        server->stall.add(s[Field::stall_ms]);
    }
    note_rules(s, server);
    rank(s, tls.integer());
}

void SlowView::note_rules(const Sighting& s, Server* server) {
    found_.clear();
    for (const record::Anomalies::Entry& e : s.record().anomalies.entries()) {
        const auto it =
            std::find_if(rules_.begin(), rules_.end(), [&](const Rule& r) { return &r.rule->finding == e.anomaly; });
        if (it == rules_.end()) continue;
        ++it->connections;
        it->servers.add(s.server());
        if (it->examples.size() < Findings::kMostExamples) it->examples.push_back({s.record().stream, e.first_frame});
        if (server != nullptr) server->findings.add(e.anomaly->name);
        found_ += (found_.empty() ? "" : ", ") + std::string{e.anomaly->name};
    }
}

/// Keeps the slowest; of equally slow ones those that came first.
void SlowView::rank(const Sighting& s, Nanos tls) {
    const bool full = slowest_.size() >= kSlowest;
    if (full && tls <= slowest_.back().tls) return;
    if (full) slowest_.pop_back();
    const auto at = std::upper_bound(slowest_.begin(), slowest_.end(), tls,
                                     [](Nanos v, const Slow& other) { return v > other.tls; });
    const record::Value own = s[Field::setup_server_ms];
    slowest_.insert(at, {tls, s.record().stream, s.server(), own.empty() ? -1 : own.integer(), found_});
}

void SlowView::print(std::string& out, const Look& look) const {
    append_heading(out, look.style, "Slow handshakes");
    if (all_.count() == 0) {
        append_paragraph(out, look.style, "  ", "no handshake was complete", Paint::dim);
        return;
    }
    append_paragraph(out, look.style, "  ",
                     fmt::format("tls_ms of {}: p50 {}, p95 {}, max {}", connections(all_.count()),
                                 all_.percentile_text(50), all_.percentile_text(95), millis(all_.greatest())),
                     Paint::dim);
    print_rules(out, look);
    print_servers(out, look);
    print_slowest(out, look);
    pauses_.print(out, look);
}

void SlowView::print_rules(std::string& out, const Look& look) const {
    std::vector<const Rule*> fired;
    for (const Rule& r : rules_)
        if (r.connections > 0) fired.push_back(&r);
    if (fired.empty()) return;
    std::stable_sort(fired.begin(), fired.end(),
                     [](const Rule* a, const Rule* b) { return a->connections > b->connections; });
    append_heading(out, look.style, "What made them slow");
    for (const Rule* r : fired) {
        std::string text =
            fmt::format("{}: {} Cure: {}. Servers: {}; ", r->rule->finding.name, r->rule->finding.meaning,
                        r->rule->cure, r->servers.text(look.words, r->connections));
        text += r->connections == 1 ? "stream " : "streams ";
        for (std::size_t i = 0; i < r->examples.size(); ++i)
            text += fmt::format("{}{} (frame {})", i == 0 ? "" : ", ", r->examples[i].stream, r->examples[i].frame);
        if (r->connections > r->examples.size()) text += ", ...";
        append_paragraph(out, look.style, "  " + padded(grouped(r->connections), 7, Align::right) + "  ", text);
    }
}

std::vector<std::string> SlowView::medians(const Server& s) {
    std::vector<std::string> out;
    for (const Durations* part : {&s.network, &s.server, &s.client, &s.ack_wait, &s.stall})
        out.push_back(part->percentile_text(50));
    return out;
}

void SlowView::print_servers(std::string& out, const Look& look) const {
    append_heading(out, look.style, "By server: tls_ms, and the median of the setup's parts in ms");
    const bool wide = look.style.columns() >= kWide;
    Grid grid;
    grid.column("server", Grid::Kind::name);
    for (const std::string_view heading : {"count", "p50", "p95", "max"}) grid.column(heading, Grid::Kind::number);
    for (std::size_t i = 0; wide && i < kParts.size(); ++i) grid.column(kParts[i], Grid::Kind::number);
    const auto all = servers_.sorted([](const Server& a, const Server& b) {
        return a.tls.percentile(95) > b.tls.percentile(95);  // every entry has a value
    });
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Server& s = *all[i].entry;
        std::vector<std::string> cells{visible(all[i].key), grouped(s.tls.count()), s.tls.percentile_text(50),
                                       s.tls.percentile_text(95), millis(s.tls.greatest())};
        const std::vector<std::string> parts = medians(s);
        std::string detail;
        if (wide) cells.insert(cells.end(), parts.begin(), parts.end());
        else
            for (std::size_t p = 0; p < parts.size(); ++p)
                if (!parts[p].empty())
                    detail += fmt::format("{}{} {}", detail.empty() ? "" : ", ", kParts[p], parts[p]);
        if (!s.findings.empty()) detail += (detail.empty() ? "" : "; ") + s.findings.text(look.words);
        grid.row(std::move(cells), detail);
    }
    grid.print(out, look.style);
    append_hidden(out, look, all.size() - shown, servers_.left_out(), "servers");
    if (std::any_of(all.begin(), all.end(), [](const auto& item) { return !item.entry->tls.exact(); }))
        append_paragraph(
            out, look.style, "  ",
            fmt::format("Percentiles of more than {} values are rounded up by at most 6.3 %.", Durations::kMostExact),
            Paint::dim);
}

/// What the server needs otherwise: whether it is slow, or was this once.
std::string SlowView::usual(const Slow& slow) const {
    const Server* server = servers_.find(slow.server);
    if (slow.by_server < 0 || server == nullptr || server->server.count() < 2) return {};
    if (slow.findings.find("slow_server") == std::string::npos) return {};
    return fmt::format("the server's own part: {} ms, its median over {}: {} ms", millis(slow.by_server),
                       connections(server->server.count()), server->server.percentile_text(50));
}

void SlowView::print_slowest(std::string& out, const Look& look) const {
    append_heading(out, look.style, "Slowest by tls_ms");
    Grid grid;
    grid.column("tls_ms", Grid::Kind::number)
        .column("stream", Grid::Kind::number)
        .column("server", Grid::Kind::name)
        .column("findings", Grid::Kind::name);
    for (std::size_t i = 0; i < std::min(look.rows, slowest_.size()); ++i) {
        const Slow& s = slowest_[i];
        grid.row({millis(s.tls), fmt::format("{}", s.stream), visible(s.server), s.findings}, usual(s));
    }
    grid.print(out, look.style);
}

}  // namespace tlsscope::report::inventory
