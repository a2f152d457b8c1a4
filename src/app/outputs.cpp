#include "app/outputs.h"

#include <algorithm>

#include "app/logging.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/selection.h"
#include "report/summary.h"
#include "report/table.h"

namespace tlsscope::app {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& n : names) out += (out.empty() ? "" : ",") + n;
    return out;
}

}  // namespace

bool Outputs::open(const Options& options, const record::Schema& schema, const report::Style& style,
                   std::string& error) {
    if (!options.csv.empty() && !add_file(options.csv, false, options, schema, error)) return false;
    if (!options.json.empty() && !add_file(options.json, true, options, schema, error)) return false;
    if (!options.html.empty() && !add_page(options.html, error)) return false;
    if (options.quiet || options.writes_to_stdout()) return true;
    people_ = report::open_output("-", error);
    if (!people_) return false;
    if (!options.explain.empty()) return true;
    const bool table = !options.summary_only && sinks_.empty();
    report::TableOptions table_options{.style = style};
    if (!options.interface.empty()) table_options.settle_after = 0;
    if (table) sinks_.push_back({nullptr, std::make_unique<report::Table>(*people_, table_options)});
    report::SummaryOptions summary{.style = style};
    summary.notes = options.verbose > 0;
    sinks_.push_back({nullptr, std::make_unique<report::Summary>(*people_, summary), false});
    return true;
}

bool Outputs::add_file(const std::string& path, bool json, const Options& options, const record::Schema& schema,
                       std::string& error) {
    const report::Selection selection = report::select_columns(schema, joined(options.columns));
    if (!selection.error.empty()) {
        error = selection.error;
        bad_usage_ = true;
        return false;
    }
    auto output = report::open_output(path, error);
    if (!output) return false;
    std::unique_ptr<report::Reporter> reporter;
    if (json) reporter = std::make_unique<report::Json>(*output, selection);
    else reporter = std::make_unique<report::Csv>(*output, selection);
    sinks_.push_back({std::move(output), std::move(reporter)});
    return true;
}

bool Outputs::add_page(const std::string& path, std::string& error) {
    auto output = report::open_output(path, error);
    if (!output) return false;
    auto page = std::make_unique<report::Html>(*output, report::HtmlOptions{});
    page_ = page.get();
    sinks_.push_back({std::move(output), std::move(page), false});
    return true;
}

void Outputs::begin(const record::Schema& schema, const report::RunInfo& run) {
    for (Sink& s : sinks_) s.reporter->begin(schema, run);
}

void Outputs::connection(const record::ConnectionRecord& record) {
    for (Sink& s : sinks_) s.reporter->connection(record);
}

void Outputs::row(const record::ConnectionRecord& record) {
    for (Sink& s : sinks_)
        if (s.rows) s.reporter->connection(record);
}

void Outputs::over(const record::ConnectionRecord& record) {
    for (Sink& s : sinks_)
        if (!s.rows) s.reporter->connection(record);
}

void Outputs::flush() {
    for (Sink& s : sinks_)
        if (s.output) s.output->flush();
    if (people_) people_->flush();
}

bool Outputs::finish(const report::Totals& totals) {
    bool good = true;
    const auto close = [&](report::Output& out) {
        if (out.finish() || out.closed_pipe()) return;
        log_error(out.error());
        good = false;
    };
    for (Sink& s : sinks_) s.reporter->finish(totals);
    for (Sink& s : sinks_)
        if (s.output) close(*s.output);
    if (people_) close(*people_);
    return good;
}

void Outputs::abandon() {
    sinks_.clear();
    page_ = nullptr;
    people_.reset();
}

bool Outputs::abandoned() const {
    const auto gone = [](const report::Output* o) { return o == nullptr || o->closed_pipe(); };
    const bool files_gone =
        std::all_of(sinks_.begin(), sinks_.end(), [&](const Sink& s) { return gone(s.output.get()); });
    const bool anybody = people_ != nullptr ||
                         std::any_of(sinks_.begin(), sinks_.end(), [](const Sink& s) { return s.output != nullptr; });
    return anybody && files_gone && gone(people_.get());
}

}  // namespace tlsscope::app
