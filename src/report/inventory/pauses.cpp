#include "report/inventory/pauses.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/format.h"

namespace tlsscope::report::inventory {

namespace {

record::Nanos time_of(const record::Timeline& timeline, std::string_view mark) {
    for (const record::Timeline::Entry& e : timeline.entries())
        if (e.mark->name == mark) return e.at.time;
    return record::kNoTime;
}

bool thought_long(const record::ConnectionRecord& r) {
    const auto entries = r.anomalies.entries();
    return std::any_of(entries.begin(), entries.end(),
                       [](const record::Anomalies::Entry& e) { return e.anomaly->name == "slow_client"; });
}

}  // namespace

void Pauses::add(const Sighting& s) {
    const record::ConnectionRecord& r = s.record();
    for (Pause& p : pauses_) {
        const bool meanwhile = r.first_time >= p.from && r.first_time <= p.to && s.text(Field::client_ip) == p.client;
        if (!meanwhile) continue;
        if (p.asked.size() >= kMostAsked) ++p.more;
        else {
            std::string asked = visible(s.server());
            if (s.server() != s.server_address()) asked += " (" + visible(s.server_address()) + ")";
            p.asked.push_back(asked + fmt::format(", stream {}", r.stream));
        }
    }
    if (pauses_.size() >= kMost || !thought_long(r)) return;
    const record::Nanos from = time_of(r.timeline, "server_flight_end");
    const record::Nanos to = time_of(r.timeline, "client_finished");
    if (from == record::kNoTime || to < from) return;
    pauses_.push_back({std::string{s.text(Field::client_ip)}, from, to, r.stream, s.server(), {}, 0});
}

void Pauses::print(std::string& out, const Look& look) const {
    std::size_t shown = 0;
    std::size_t all = 0;
    for (const Pause& p : pauses_) {
        if (p.asked.empty()) continue;
        if (all++ == 0) append_heading(out, look.style, "While the client thought, it asked others");
        if (shown >= look.rows) continue;
        ++shown;
        std::string text =
            fmt::format("{}, {} for {}: ", readable_duration(p.to - p.from), visible(p.client), visible(p.server));
        for (std::size_t i = 0; i < p.asked.size(); ++i) text += (i == 0 ? "" : "; ") + p.asked[i];
        if (p.more > 0) text += fmt::format("; and {} more", grouped(p.more));
        append_paragraph(out, look.style, fmt::format("  stream {}  ", p.stream), text);
    }
    if (all > shown)
        append_paragraph(out, look.style, "  ", fmt::format("... and {} more (all with -v)", all - shown), Paint::dim);
}

}  // namespace tlsscope::report::inventory
