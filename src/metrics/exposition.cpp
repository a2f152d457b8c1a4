#include "metrics/exposition.h"

#include "report/escape.h"

namespace tlsscope::metrics {

namespace {

constexpr std::uint64_t kNanosPerSecond = 1'000'000'000;

std::string_view type_word(Exposition::Kind kind, Format format) {
    switch (kind) {
        case Exposition::Kind::counter: return "counter";
        case Exposition::Kind::gauge: return "gauge";
        case Exposition::Kind::histogram: return "histogram";
        case Exposition::Kind::info: break;
    }
    return format == Format::openmetrics ? "info" : "gauge";  // the old format knows no info
}

std::string_view plain_suffix(Exposition::Kind kind) {
    if (kind == Exposition::Kind::counter) return "_total";
    return kind == Exposition::Kind::info ? "_info" : "";
}

}  // namespace

std::string_view content_type(Format format) {
    return format == Format::openmetrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                         : "text/plain; version=0.0.4; charset=utf-8";
}

void Exposition::family(Kind kind, std::string_view name, std::string_view unit, std::string_view help) {
    name_ = name;
    suffix_ = plain_suffix(kind);
    // OpenMetrics names the family, the old format the samples.
    const std::string_view suffix = format_ == Format::openmetrics ? std::string_view{} : suffix_;
    const auto line = [&](std::string_view what, std::string_view value) {
        out_.append("# ").append(what).append(" ").append(name).append(suffix).append(" ").append(value).append("\n");
    };
    line("TYPE", type_word(kind, format_));
    if (format_ == Format::openmetrics && !unit.empty()) line("UNIT", unit);
    line("HELP", help);
}

void Exposition::sample(std::span<const Label> labels, std::uint64_t value) {
    begin_sample(suffix_, labels);
    out_.append(std::to_string(value)).append("\n");
}

void Exposition::seconds(std::span<const Label> labels, std::uint64_t nanos) {
    begin_sample(suffix_, labels);
    append_seconds(nanos);
    out_ += '\n';
}

void Exposition::histogram(const Label& label, const Histogram& values) {
    const std::span<const Label> labels{&label, label.name.empty() ? std::size_t{0} : 1};
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= Histogram::kBounds.size(); ++i) {
        below += values.in_bucket(i);
        const Label bound{"le", i < Histogram::kBounds.size() ? Histogram::kBounds[i].label : "+Inf"};
        begin_sample("_bucket", labels, &bound);
        out_.append(std::to_string(below)).append("\n");
    }
    begin_sample("_count", labels);
    out_.append(std::to_string(values.count())).append("\n");
    begin_sample("_sum", labels);
    append_seconds(values.sum_nanos());
    out_ += '\n';
}

void Exposition::end() {
    if (format_ == Format::openmetrics) out_ += "# EOF\n";
}

void Exposition::begin_sample(std::string_view suffix, std::span<const Label> labels, const Label* last) {
    out_.append(name_).append(suffix);
    bool first = true;
    for (const Label& l : labels) {
        append_label(l, first);
        first = false;
    }
    if (last != nullptr) append_label(*last, first);
    if (!labels.empty() || last != nullptr) out_ += '}';
    out_ += ' ';
}

/// Hidden characters become visible first: a dashboard is looked at by people, and the text must be valid UTF-8.
void Exposition::append_label(const Label& label, bool first) {
    out_.append(first ? "{" : ",").append(label.name).append("=\"");
    for (const char c : report::visible(label.value)) {
        if (c == '\\' || c == '"') out_ += '\\';
        out_ += c;  // no line end is left
    }
    out_ += '"';
}

/// Exact, and without a locale: seconds and nine decimals.
void Exposition::append_seconds(std::uint64_t nanos) {
    const std::string fraction = std::to_string(kNanosPerSecond + nanos % kNanosPerSecond);
    out_.append(std::to_string(nanos / kNanosPerSecond)).append(".").append(fraction, 1);
}

}  // namespace tlsscope::metrics
