#include "report/compare/words.h"

#include <fmt/format.h>

#include "report/escape.h"
#include "report/format.h"

namespace tlsscope::report::compare {

namespace {

/// Milliseconds with one decimal.
std::string tenths(record::Nanos ns) {
    constexpr double kMillisecond = 1e6;
    return fmt::format("{:.1f}", static_cast<double>(ns) / kMillisecond);
}

std::string share(const Collector& side) { return side.judged() == 0 ? "none" : percent(side.failed(), side.judged()); }

}  // namespace

std::string signed_millis(record::Nanos change) { return (change > 0 ? "+" : "") + tenths(change); }

std::string from_to(record::Nanos before, record::Nanos after) { return tenths(before) + " -> " + tenths(after); }

std::string_view verdict_of(const PhaseChange& change) {
    switch (change.significance.word) {
        case Significance::Word::too_few: return "too few to tell";
        case Significance::Word::by_chance: return "may be chance";
        case Significance::Word::significant: break;
    }
    if (!change.matters()) return "about the same";
    return change.change() > 0 ? "slower" : "faster";
}

std::string detail_of(const PairChange& pair) {
    std::string out = "tls_ms: " + text_of(pair.tls.significance);
    for (const PhaseChange& part : pair.parts)
        out += fmt::format("; {} p50 {} ({})", part.column, from_to(part.p50_before, part.p50_after),
                           signed_millis(part.change()));
    return out;
}

std::string counts_of(const Collector& side) {
    std::string out = fmt::format("{}, {} complete", plural(side.connections(), "connection", "connections"),
                                  grouped(side.complete()));
    if (side.judged() != 0)
        out +=
            fmt::format("; {} of {} judged failed ({})", grouped(side.failed()), grouped(side.judged()), share(side));
    return out;
}

std::string failure_rate_of(const Comparison& c) {
    return fmt::format("failed {} -> {}: {}", share(*c.before), share(*c.after), text_of(c.failure_rate));
}

std::string hidden_of(const Comparison& c) {
    const std::uint64_t hidden = c.before->hidden() + c.after->hidden();
    if (hidden == 0) return {};
    return fmt::format("The certificates of {} are hidden (TLS 1.3 without keys): not compared.",
                       plural(hidden, "connection", "connections"));
}

std::string name_of(const Collector& side) {
    std::string out;
    for (const std::string& input : side.run().inputs) out += (out.empty() ? "" : ", ") + visible(input);
    return out;
}

}  // namespace tlsscope::report::compare
