#include "report/inventory/failures_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"
#include "report/inventory/grid.h"

namespace tlsscope::report::inventory {

namespace {

/// Who ended it: the sender of the alert, or else of the first FIN or RST.
std::string_view who_ended(const Sighting& s) {
    return s.has(Field::alert_from) ? s.text(Field::alert_from) : s.text(Field::closed_by);
}

}  // namespace

void FailuresView::add(const Sighting& s) {
    const record::ConnectionRecord& r = s.record();
    ++connections_;
    if (s.has_selection()) note_choice(s);
    if (!is_judged(r)) return others_.add(r.outcome);
    ++judged_;
    if (!is_failure(r)) return;
    ++failed_;
    const std::string_view sentence =
        std::string_view{r.diagnosis.empty() ? r.outcome : r.diagnosis}.substr(0, kLongestDiagnosis);
    Kind* kind = kinds_.at(without_numbers(sentence));
    if (kind == nullptr) return;
    if (kind->connections++ == 0) kind->sentence = sentence;
    if (r.verdict != nullptr) kind->rule = r.verdict->name;
    kind->severity = std::max(kind->severity, r.severity);
    kind->outcomes.add(r.outcome);
    if (const std::string_view who = who_ended(s); !who.empty()) kind->who.add(who);
    kind->servers.add(s.server());
    kind->clients.add(s.text(Field::client_ip));
    if (kind->examples.size() < Findings::kMostExamples)
        kind->examples.push_back({r.stream, r.evidence_frames.empty() ? 0 : r.evidence_frames.front()});
}

void FailuresView::note_choice(const Sighting& s) {
    Words* chosen = chosen_.at(s.server());
    if (chosen == nullptr) return;
    chosen->add(s[Field::version]);
    chosen->add(s[Field::cipher]);
}

void FailuresView::print(std::string& out, const Look& look) const {
    append_heading(out, look.style, "Failures");
    std::string line = fmt::format("{} of {} judged failed", grouped(failed_), connections(judged_));
    if (judged_ > 0) line += " (" + percent(failed_, judged_) + ")";
    if (!others_.empty()) line += "; not judged: " + others_.text(Words::kMany, 0);
    append_paragraph(out, look.style, "  ", line, failed_ == 0 ? Paint::green : Paint::none);
    const auto all = kinds_.sorted([](const Kind& a, const Kind& b) { return a.connections > b.connections; });
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Kind& k = *all[i].entry;
        out += '\n';
        const std::string count = padded(grouped(k.connections), 7, Align::right);
        const std::string lead = "  " + count + padded(percent(k.connections, judged_), 9, Align::right) + "  ";
        append_paragraph(out, look.style, lead, visible(k.sentence), paint_of(k.severity));
        append_paragraph(out, look.style, std::string(lead.size(), ' '), detail(k, look), Paint::dim);
    }
    append_hidden(out, look, all.size() - shown, kinds_.left_out(), "kinds");
}

std::string FailuresView::detail(const Kind& k, const Look& look) const {
    std::string out = k.outcomes.text(look.words, k.connections);
    if (!k.rule.empty()) out += fmt::format("; rule: {}", k.rule);
    if (!k.who.empty()) out += "; ended by: " + k.who.text(look.words, k.connections);
    out += "; servers: " + k.servers.text(look.words, k.connections) + "; clients: " + k.clients.text() + "; ";
    out += k.connections == 1 ? "stream " : "streams ";
    for (std::size_t i = 0; i < k.examples.size(); ++i) {
        if (i > 0) out += ", ";
        out += fmt::format("{}", k.examples[i].stream);
        if (k.examples[i].frame != 0) out += fmt::format(" (frame {})", k.examples[i].frame);
    }
    if (k.connections > k.examples.size()) out += ", ...";
    return out + chosen_elsewhere(k, look);
}

/// What a server that refused an offer accepts otherwise: the other half of the comparison.
std::string FailuresView::chosen_elsewhere(const Kind& k, const Look& look) const {
    if (!k.rule.starts_with("no_common_")) return {};
    std::string out;
    for (const auto& [server, count] : k.servers.sorted())
        if (const Words* chosen = chosen_.find(server); chosen != nullptr)
            out += "; elsewhere in this capture " + visible(server) + " chose " + chosen->text(look.words);
    return out;
}

}  // namespace tlsscope::report::inventory
