#include "report/compare/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/compare/words.h"
#include "report/escape.h"
#include "report/format.h"

namespace tlsscope::report::compare {

namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>tlsscope: before and after</title>
<style>
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --line: #d1d9e0; --back: #fff; --worse: #b3261e; --better: #116329; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --line: #3d444d; --back: #0d1117; --worse: #ff8a80; --better: #56d364; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere }
th.n, td.n { text-align: right }
th.n, td.n, td.w { white-space: nowrap }
.dim { color: var(--dim) } .worse { color: var(--worse); font-weight: 600 } .better { color: var(--better); font-weight: 600 }
.detail { font-size: .87em; color: var(--dim) }
dt { font-weight: 600 } dd { margin: 0 0 .5rem }
</style>
</head>
<body>
)";

std::string html(std::string_view raw) {
    std::string out;
    append_html(out, raw);
    return out;
}

/// The same with the arrows a page can show.
std::string arrows(std::string text) {
    constexpr std::string_view kAscii = "->";
    for (std::size_t at = 0; (at = text.find(kAscii, at)) != std::string::npos;) text.replace(at, kAscii.size(), "→");
    return text;
}

std::string_view class_of(const PhaseChange& change) {
    if (!change.matters()) return "dim";
    return change.change() > 0 ? "worse" : "better";
}

void put_sides(std::string& out, const Comparison& c) {
    out += "<h1>Before and after</h1>\n<dl>\n";
    for (const auto& [word, side] : {std::pair{"before", c.before}, std::pair{"after", c.after}})
        out += fmt::format("<dt>{}</dt><dd>{}<br>{}</dd>\n", word, html(name_of(*side)), html(counts_of(*side)));
    out += fmt::format("<dt>failures</dt><dd>{}</dd>\n</dl>\n", html(arrows(failure_rate_of(c))));
}

void put_pairs(std::string& out, const Comparison& c) {
    out +=
        "<h2>Handshakes by server and client</h2>\n<p class=\"dim\">tls_ms in milliseconds, of complete handshakes; "
        "the client is a JA4 fingerprint.</p>\n";
    if (c.pairs.empty()) {
        out += "<p>No server and client completed a handshake in both.</p>\n";
        return;
    }
    out +=
        "<table>\n<thead><tr><th>server</th><th>client</th><th class=\"n\">count</th><th class=\"n\">p50</th>"
        "<th class=\"n\">change</th><th class=\"n\">p95</th><th></th></tr></thead>\n<tbody>\n";
    for (const PairChange& p : c.pairs)
        out += fmt::format(
            "<tr><td>{}<div class=\"detail\">{}</div></td><td>{}</td><td class=\"n\">{} → {}</td>"
            "<td class=\"n\">{}</td><td class=\"n {}\">{}</td><td class=\"n\">{}</td><td class=\"w {}\">{}"
            "</td></tr>\n",
            html(p.server), html(arrows(detail_of(p))), html(p.client), grouped(p.before), grouped(p.after),
            html(arrows(from_to(p.tls.p50_before, p.tls.p50_after))), class_of(p.tls), signed_millis(p.tls.change()),
            html(arrows(from_to(p.tls.p95_before, p.tls.p95_after))), class_of(p.tls), verdict_of(p.tls));
    out += "</tbody>\n</table>\n";
}

void put_presences(std::string& out, std::string_view word, const std::vector<Presence>& all) {
    for (const Presence& p : all)
        out += fmt::format("<tr><td class=\"dim\">{}</td><td>{}</td><td class=\"n\">{} → {}</td></tr>\n", word,
                           html(p.text), grouped(p.before), grouped(p.after));
}

void put_differences(std::string& out, const Comparison& c) {
    out += "<h2>New and gone</h2>\n";
    if (c.differences.empty()) out += "<p class=\"dim\">Nothing.</p>\n";
    if (const std::string hidden = hidden_of(c); !hidden.empty())
        out += fmt::format("<p class=\"dim\">{}</p>\n", html(hidden));
    for (const Difference& d : c.differences) {
        out += fmt::format("<h3>{}</h3>\n<table><tbody>\n", html(d.what));
        put_presences(out, "new", d.appeared);
        put_presences(out, "gone", d.gone);
        out += "</tbody></table>\n";
    }
}

void put_failures(std::string& out, const Comparison& c) {
    if (c.failures.empty()) return;
    out += "<h2>Failures that changed in number</h2>\n<table><tbody>\n";
    for (const Presence& f : c.failures)
        out += fmt::format("<tr><td class=\"n {}\">{} → {}</td><td>{}</td></tr>\n",
                           f.after > f.before ? "worse" : "better", grouped(f.before), grouped(f.after), html(f.text));
    out += "</tbody></table>\n";
}

}  // namespace

std::string page_of(const Comparison& c) {
    std::string out{kHead};
    put_sides(out, c);
    put_pairs(out, c);
    put_differences(out, c);
    put_failures(out, c);
    out += fmt::format(
        "<p class=\"dim\">Significant: chance alone makes such a difference in less than {:.0f} of 100 "
        "cases (Mann and Whitney's U for durations, the two-proportion z-test for rates). Where many rows "
        "are compared, a few are so by chance. Made by {}: <code>{}</code></p>\n</body>\n</html>\n",
        kSignificant * 100, html(c.after->run().program), html(c.after->run().command));
    return out;
}

}  // namespace tlsscope::report::compare
