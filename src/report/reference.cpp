#include "report/reference.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/format.h"

namespace tlsscope::report {

namespace {

std::string meaning_of(const record::Schema& schema, const record::Column& c) {
    std::string out{c.meaning};
    if (const record::Span* span = schema.span_of(c))
        out += fmt::format("{}From {} to {}.", out.empty() ? "" : " ", span->from->name, span->to->name);
    return out;
}

std::string type_and_unit(const record::Column& c) {
    std::string out{type_name(c.type)};
    if (!c.unit.empty() && c.type != record::Type::millis) out += fmt::format(", {}", c.unit);
    return out;
}

template <class Items, class Width>
std::size_t widest(const Items& items, const Width& width) {
    std::size_t most = 0;
    for (const auto* item : items) most = std::max(most, width(*item));
    return most;
}

}  // namespace

std::string list_columns(const record::Schema& schema, const Style& style) {
    const auto columns = schema.columns();
    const std::size_t name_width = widest(columns, [](const record::Column& c) { return c.name.size(); });
    const std::size_t type_width = widest(columns, [](const record::Column& c) { return type_and_unit(c).size(); });
    std::string out;
    std::string_view group;
    for (const record::Column* c : columns) {
        if (c->group != group) {
            group = c->group;
            if (!out.empty()) out += '\n';
            out += painted(style, Paint::bold, group);
            out += '\n';
        }
        const std::string lead =
            "  " + padded(c->name, name_width) + "  " + padded(type_and_unit(*c), type_width) + "  ";
        append_paragraph(out, style, lead, meaning_of(schema, *c));
    }
    return out;
}

std::string list_anomalies(const record::Schema& schema, const Style& style) {
    std::vector<const record::Anomaly*> sorted{schema.anomalies().begin(), schema.anomalies().end()};
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const record::Anomaly* a, const record::Anomaly* b) { return a->severity > b->severity; });
    const std::size_t name_width = widest(sorted, [](const record::Anomaly& a) { return a.name.size(); });
    std::string out;
    for (const record::Anomaly* a : sorted) {
        const std::string lead = padded(record::name(a->severity), 6) + "  " + padded(a->name, name_width) + "  ";
        append_paragraph(out, style, lead, a->meaning);
    }
    return out;
}

std::string list_rules(const record::Schema& schema, const Style& style) {
    std::string out;
    for (const record::Rule* r : schema.rules()) {
        if (!out.empty()) out += '\n';
        out += painted(style, Paint::bold, r->finding.name);
        out += fmt::format(" ({})\n", record::name(r->finding.severity));
        append_paragraph(out, style, "  says   ", r->finding.meaning);
        append_paragraph(out, style, "  when   ", r->definition);
        append_paragraph(out, style, "  wrong  ", r->false_positives);
        append_paragraph(out, style, "  cure   ", std::string{r->cure} + '.');
    }
    return out;
}

}  // namespace tlsscope::report
