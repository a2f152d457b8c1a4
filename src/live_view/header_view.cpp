#include "live_view/header_view.h"

#include <array>
#include <cmath>
#include <string>

#include "live_view/pen.h"
#include "report/escape.h"
#include "report/format.h"
#include "report/utf8.h"

namespace tlsscope::live_view {

namespace {

using report::grouped;
using report::Paint;

constexpr Ink kName{Paint::bold};
constexpr Ink kBad{Paint::red};
constexpr std::size_t kNameWidth = 12;

std::string_view between(const Model& model) { return model.style().unicode ? " · " : ", "; }

std::string state_of(Model& model) {
    const Listing& listing = model.listing();
    std::string out{name(listing.order())};
    out += ", " + grouped(listing.listed().size());
    if (!listing.filter().empty()) out += " of " + grouped(listing.of());
    return out;
}

/// What is captured on the left, what is listed on the right. Drops are said here where their line has no room.
void title(Model& model, Screen& screen, std::size_t row, bool with_drops) {
    const std::uint64_t drops = with_drops ? model.figures().drops() : 0;
    const std::string paused = model.listing().paused() ? " PAUSED " : "";
    const std::string state = state_of(model);
    const std::size_t right = report::display_width(state) + (paused.empty() ? 0 : paused.size() + 1);

    Pen pen{screen, row};
    if (drops > 0) pen.put("DROPS " + grouped(drops), kBad).gap(1);
    if (!paused.empty() && pen.room() < right) pen.put(paused, {Paint::bold, true}).gap(1);
    pen.put(model.run().program, kName);
    for (const std::string& input : model.run().inputs) pen.put(between(model)).put(report::visible(input));
    pen.put(between(model)).put("up " + clock_of(model.figures().running()));

    if (pen.room() < right + 2) return;
    Pen end{screen, row, screen.columns() - right};
    if (!paused.empty()) end.put(paused, {Paint::bold, true}).gap(1);
    end.put(state, {Paint::dim});
}

Pen named(Screen& screen, std::size_t row, std::string_view name) {
    Pen pen{screen, row};
    pen.put(report::padded(name, kNameWidth), kName);
    return pen;
}

void traffic(const Model& model, Screen& screen, std::size_t row) {
    const Figures& f = model.figures();
    named(screen, row, "Traffic")
        .put(rate(f.rates().handshakes) + " handshakes/s")
        .put(between(model))
        .put(rate(f.rates().packets) + " packets/s")
        .put(between(model))
        .put(report::readable_bytes(static_cast<std::uint64_t>(std::llround(f.rates().bytes))) + "/s")
        .put(between(model))
        .put(grouped(f.stats().open_connections) + " open")
        .put(between(model))
        .put(grouped(f.stats().packets) + " packets, " + report::readable_bytes(f.stats().bytes) + " in all");
}

void drops(const Model& model, Screen& screen, std::size_t row) {
    const Stats& s = model.figures().stats();
    Pen pen = named(screen, row, "Drops");
    const auto counter = [&](std::string_view who, std::uint64_t n, bool last = false) {
        pen.put(std::string{who} + ' ' + grouped(n) + (n > 0 ? "!" : ""), n > 0 ? kBad : Ink{});
        if (!last) pen.put(between(model));
    };
    counter("kernel", s.kernel_drops);
    counter("interface", s.interface_drops);
    counter("tlsscope", s.own_drops, true);
    if (const double now = model.figures().rates().drops; now > 0)
        pen.put(between(model)).put("now " + rate(now) + "/s", kBad);
}

void outcomes(const Model& model, Screen& screen, std::size_t row) {
    Pen pen = named(screen, row, "Outcomes");
    const std::uint64_t all = model.figures().connections();
    bool first = true;
    for (const Figures::Outcome& o : model.figures().outcomes()) {
        if (!first) pen.put(between(model));
        first = false;
        const double percent = 100.0 * static_cast<double>(o.count) / static_cast<double>(all);
        pen.put(report::visible(o.name), o.name == "failed" ? kBad : Ink{});
        pen.put(' ' + grouped(o.count) + " (" + rate(percent) + " %)");
    }
    if (first) pen.put("no connection yet", {Paint::dim});
}

void measure(const Model& model, Screen& screen, std::size_t row, std::string_view name, const Measure& m) {
    Pen pen = named(screen, row, name);
    if (m.all().count == 0) {
        pen.put("not measured yet", {Paint::dim});
        return;
    }
    const auto percentiles = [&](const Percentiles& p) {
        pen.put("p50 ", {Paint::dim}).put(millis(p.p50)).put(" p90 ", {Paint::dim}).put(millis(p.p90));
        pen.put(" p99 ", {Paint::dim}).put(millis(p.p99));
    };
    percentiles(m.all());
    if (m.all().count <= Measure::kRecent) {
        pen.put(" max ", {Paint::dim}).put(millis(m.all().most));
        return;
    }
    pen.put(between(model)).put("last " + grouped(m.recent().count) + " ", {Paint::dim});
    percentiles(m.recent());
}

}  // namespace

void draw_header(Model& model, Screen& screen, std::size_t lines) {
    for (std::size_t row = 0; row < lines; ++row) {
        switch (row) {
            case 0: title(model, screen, row, lines < 3); break;
            case 1: traffic(model, screen, row); break;
            case 2: drops(model, screen, row); break;
            case 3: outcomes(model, screen, row); break;
            case 4: measure(model, screen, row, "TLS ms", model.figures().tls()); break;
            default: measure(model, screen, row, "Connect ms", model.figures().connect()); break;
        }
    }
}

}  // namespace tlsscope::live_view
