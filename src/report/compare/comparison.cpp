#include "report/compare/comparison.h"

#include <algorithm>
#include <cstdlib>

namespace tlsscope::report::compare {

namespace {

PhaseChange phase_change(std::size_t phase, const Pair& before, const Pair& after) {
    const Samples& b = before.phases[phase];
    const Samples& a = after.phases[phase];
    PhaseChange change;
    change.column = inventory::name_of(kPhases[phase]);
    change.p50_before = b.percentile(50);
    change.p50_after = a.percentile(50);
    change.p95_before = b.percentile(95);
    change.p95_after = a.percentile(95);
    change.significance = of_values(b.values(), a.values());
    return change;
}

bool larger(const PhaseChange& a, const PhaseChange& b) { return std::llabs(a.change()) > std::llabs(b.change()); }

PairChange pair_change(const Pair& before, const Pair& after) {
    PairChange change;
    change.server = before.server;
    change.client = before.client;
    change.before = before.phases[0].count();
    change.after = after.phases[0].count();
    change.tls = phase_change(0, before, after);
    for (std::size_t i = 1; i < kPhases.size(); ++i)
        if (PhaseChange part = phase_change(i, before, after); part.matters()) change.parts.push_back(part);
    std::stable_sort(change.parts.begin(), change.parts.end(), larger);
    return change;
}

std::vector<PairChange> pair_changes(const Collector& before, const Collector& after) {
    std::vector<PairChange> out;
    for (const auto& [key, b] : before.pairs().by_key()) {
        const Pair* a = after.pairs().find(key);
        if (a != nullptr && b->phases[0].count() != 0 && a->phases[0].count() != 0) out.push_back(pair_change(*b, *a));
    }
    std::stable_sort(out.begin(), out.end(), [](const PairChange& a, const PairChange& b) {
        if (a.tls.matters() != b.tls.matters()) return a.tls.matters();
        return larger(a.tls, b.tls);
    });
    return out;
}

void note(Difference& d, std::string text, std::uint64_t before, std::uint64_t after) {
    if (before == 0 && after != 0) d.appeared.push_back({std::move(text), before, after});
    if (before != 0 && after == 0) d.gone.push_back({std::move(text), before, after});
}

Difference of_words(std::string_view what, const Words& before, const Words& after) {
    Difference d{what, {}, {}};
    for (const auto& [word, count] : after.sorted()) note(d, word, before.count(word), count);
    for (const auto& [word, count] : before.sorted()) note(d, word, count, after.count(word));
    return d;
}

std::string text_of(std::string_view sha256, const Certificate& c) {
    constexpr std::size_t kShown = 16;  // of its hash
    std::string out = c.subject + ", until " + c.not_after + ", SHA-256 " + std::string{sha256.substr(0, kShown)} + "…";
    const auto servers = c.servers.sorted();
    if (!servers.empty()) out += ", at " + servers.front().first;
    if (servers.size() > 1) out += " and " + std::to_string(servers.size() - 1) + " more";
    return out;
}

std::uint64_t connections_of(const Certificate& c) {
    std::uint64_t sum = c.servers.other();
    for (const auto& [server, count] : c.servers.sorted()) sum += count;
    return sum;
}

Difference of_certificates(const Collector& before, const Collector& after) {
    Difference d{"certificates", {}, {}};
    for (const auto& [key, c] : after.certificates().by_key())
        if (before.certificates().find(key) == nullptr) note(d, text_of(key, *c), 0, connections_of(*c));
    for (const auto& [key, c] : before.certificates().by_key())
        if (after.certificates().find(key) == nullptr) note(d, text_of(key, *c), connections_of(*c), 0);
    return d;
}

/// Counted over the pairs: `member` is their server or client.
Difference of_members(std::string_view what, std::string Pair::*member, const Collector& before,
                      const Collector& after) {
    const auto counted = [&](const Collector& c) {
        std::map<std::string_view, std::uint64_t> counts;
        for (const auto& [key, pair] : c.pairs().by_key()) counts[pair->*member] += pair->connections;
        return counts;
    };
    const auto b = counted(before);
    const auto a = counted(after);
    const auto count = [](const auto& in, std::string_view key) {
        const auto it = in.find(key);
        return it == in.end() ? std::uint64_t{0} : it->second;
    };
    Difference d{what, {}, {}};
    for (const auto& [key, n] : a) note(d, std::string{key}, count(b, key), n);
    for (const auto& [key, n] : b) note(d, std::string{key}, n, count(a, key));
    return d;
}

std::vector<Difference> differences_of(const Collector& before, const Collector& after) {
    std::vector<Difference> all;
    for (const auto& [what, words] : after.selected()) {
        const auto it = before.selected().find(what);
        all.push_back(of_words(what, it == before.selected().end() ? Words{} : it->second, words));
    }
    if (after.selected().empty())
        for (const auto& [what, words] : before.selected()) all.push_back(of_words(what, words, {}));
    all.push_back(of_certificates(before, after));
    all.push_back(of_members("servers", &Pair::server, before, after));
    all.push_back(of_members("clients (JA4)", &Pair::client, before, after));
    std::erase_if(all, [](const Difference& d) { return d.appeared.empty() && d.gone.empty(); });
    return all;
}

std::vector<Presence> failures_of(const Collector& before, const Collector& after) {
    std::vector<Presence> out;
    for (const auto& [key, kind] : after.failures().by_key()) {
        const FailureKind* b = before.failures().find(key);
        const std::uint64_t earlier = b == nullptr ? 0 : b->connections;
        if (earlier != kind->connections) out.push_back({kind->sentence, earlier, kind->connections});
    }
    for (const auto& [key, kind] : before.failures().by_key())
        if (after.failures().find(key) == nullptr) out.push_back({kind->sentence, kind->connections, 0});
    std::stable_sort(out.begin(), out.end(), [](const Presence& a, const Presence& b) {
        if ((a.before == 0) != (b.before == 0)) return a.before == 0;
        return std::max(a.before, a.after) > std::max(b.before, b.after);
    });
    return out;
}

}  // namespace

bool PhaseChange::matters() const {
    constexpr record::Nanos kMillisecond = 1'000'000;
    constexpr record::Nanos kPart = 20;
    const record::Nanos size = std::llabs(change());
    return significance.significant() && size >= kMillisecond && size >= p50_before / kPart;
}

Comparison compare(const Collector& before, const Collector& after) {
    Comparison c;
    c.before = &before;
    c.after = &after;
    c.failure_rate = of_rates(before.failed(), before.judged(), after.failed(), after.judged());
    c.pairs = pair_changes(before, after);
    c.differences = differences_of(before, after);
    c.failures = failures_of(before, after);
    return c;
}

}  // namespace tlsscope::report::compare
