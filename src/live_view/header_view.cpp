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

/// What is captured on the left, what is listed on the right. What must be known is said where there is little room
/// too.
void title(Model& model, Screen& screen, std::size_t row, bool with_drops) {
    constexpr std::string_view kPaused = " PAUSED ";
    const std::uint64_t drops = with_drops ? model.figures().drops() : 0;
    const bool paused = model.listing().paused();
    std::string left = model.run().program;
    for (const std::string& input : model.run().inputs) left.append(between(model)) += report::visible(input);
    left.append(between(model)) += "up " + clock_of(model.figures().running());
    const std::string state = state_of(model);
    const std::size_t right = report::display_width(state) + (paused ? kPaused.size() + 1 : 0);

    Pen pen{screen, row};
    if (drops > 0) pen.put("DROPS " + grouped(drops), kBad).gap(1);
    const bool both = pen.room() >= report::display_width(left) + 2 + right;
    if (paused && !both) pen.put(kPaused, {Paint::bold, true}).gap(1);
    pen.put(left, kName);
    if (!both) return;
    Pen end{screen, row, screen.columns() - right};
    if (paused) end.put(kPaused, {Paint::bold, true}).gap(1);
    end.put(state);
}

Pen named(Screen& screen, std::size_t row, std::string_view name) {
    Pen pen{screen, row};
    pen.put(report::padded(name, kNameWidth), kName);
    return pen;
}

/// Parts of a line with a sign between them; from the first that has no room on they are left out, which is shown.
class Parts {
  public:
    Parts(const Model& model, const Pen& pen) : between_{between(model)}, more_{model.style().ellipsis()}, pen_{pen} {}

    void add(std::string_view text, Ink ink = {}) {
        const std::size_t sign = first_ ? 0 : report::display_width(between_);
        if (full_) return;
        full_ = report::display_width(text) + sign > pen_.room();
        if (full_) {
            pen_.gap(1).put(more_, {Paint::dim});
            return;
        }
        if (!first_) pen_.put(between_, {Paint::dim});
        pen_.put(text, ink);
        first_ = false;
    }

  private:
    std::string_view between_;
    std::string_view more_;
    Pen pen_;
    bool first_ = true;
    bool full_ = false;
};

void traffic(const Model& model, Screen& screen, std::size_t row) {
    const Figures& f = model.figures();
    Parts parts{model, named(screen, row, "Traffic")};
    parts.add(rate(f.rates().handshakes) + " handshakes/s");
    parts.add(rate(f.rates().packets) + " packets/s");
    parts.add(report::readable_bytes(static_cast<std::uint64_t>(std::llround(f.rates().bytes))) + "/s");
    parts.add(grouped(f.stats().open_connections) + " open");
    parts.add(grouped(f.stats().packets) + " packets");
    parts.add(report::readable_bytes(f.stats().bytes) + " in all");
}

void drops(const Model& model, Screen& screen, std::size_t row) {
    const Stats& s = model.figures().stats();
    Parts parts{model, named(screen, row, "Drops")};
    const auto counter = [&](std::string_view who, std::uint64_t n) {
        parts.add(std::string{who} + ' ' + grouped(n) + (n > 0 ? "!" : ""), n > 0 ? kBad : Ink{});
    };
    if (const double now = model.figures().rates().drops; now > 0) parts.add("now " + rate(now) + "/s", kBad);
    counter("kernel", s.kernel_drops);
    counter("interface", s.interface_drops);
    counter("tlsscope", s.own_drops);
}

void outcomes(const Model& model, Screen& screen, std::size_t row) {
    Parts parts{model, named(screen, row, "Outcomes")};
    const std::uint64_t all = model.figures().connections();
    if (all == 0) return parts.add("no connection yet", {Paint::dim});
    for (const Figures::Outcome& o : model.figures().outcomes()) {
        const double percent = 100.0 * static_cast<double>(o.count) / static_cast<double>(all);
        parts.add(report::visible(o.name) + ' ' + grouped(o.count) + " (" + rate(percent) + " %)",
                  o.name == "failed" ? kBad : Ink{});
    }
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
