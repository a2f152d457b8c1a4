#include "app/outputs.h"

#include <algorithm>

#include "app/logging.h"
#include "app/wall_clock.h"
#include "report/csv.h"
#include "report/inventory/cbom.h"
#include "report/inventory/inventory.h"
#include "report/json.h"
#include "report/summary.h"
#include "report/table.h"

namespace tlsscope::app {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& n : names) out += (out.empty() ? "" : ",") + n;
    return out;
}

std::unique_ptr<report::Reporter> lines_to(report::Output& out, bool json, const report::Selection& selection) {
    if (json) return std::make_unique<report::Json>(out, selection);
    return std::make_unique<report::Csv>(out, selection);
}

}  // namespace

bool Outputs::open(const Options& options, const record::Schema& schema, const report::Style& style,
                   std::string& error) {
    if (!options.csv.empty() && !add_file(options.csv, false, options, schema, error)) return false;
    if (!options.json.empty() && !add_file(options.json, true, options, schema, error)) return false;
    if (!options.html.empty() && !add_page(options.html, error)) return false;
    if (!options.cbom.empty() && !add_bill(options.cbom, error)) return false;
    if (!options.fail_on.empty() && !add_gate(options, schema, error)) return false;
    if (!options.certs.empty() && !(certificates_ = CertificateFiles::open(options.certs, error))) return false;
    if (options.quiet || options.writes_to_stdout()) return true;
    people_ = report::open_for_people(style.unicode);
    if (!options.explain.empty()) return true;
    const bool table = !options.summary_only && sinks_.empty();
    report::TableOptions table_options{.style = style};
    if (!options.interface.empty()) table_options.settle_after = 0;
    if (table) sinks_.push_back({nullptr, std::make_unique<report::Table>(*people_, table_options)});
    if (!options.views.empty()) {
        report::inventory::InventoryOptions views{.style = style, .views = options.views, .all = options.verbose > 0};
        sinks_.push_back({nullptr, std::make_unique<report::inventory::Inventory>(*people_, views), false});
        return true;
    }
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
    if (!options.interface.empty()) return add_growing(path, json, options, selection, error);
    auto output = report::open_output(path, error);
    if (!output) return false;
    auto reporter = lines_to(*output, json, selection);
    sinks_.push_back({std::move(output), std::move(reporter)});
    return true;
}

/// A live report is read while it is written; one of a file appears when it is whole.
bool Outputs::add_growing(const std::string& path, bool json, const Options& options,
                          const report::Selection& selection, std::string& error) {
    auto output = report::RotatingOutput::open(path, options.rotation_of(path), wall_clock, error);
    if (!output) return false;
    auto reporter = std::make_unique<report::RotatingReporter>(*output, lines_to(*output, json, selection));
    Sink sink;
    sink.rotating = output.get();
    sink.lines = reporter.get();
    sink.output = std::move(output);
    sink.reporter = std::move(reporter);
    sinks_.push_back(std::move(sink));
    return true;
}

bool Outputs::add_gate(const Options& options, const record::Schema& schema, std::string& error) {
    std::vector<report::Condition> conditions = report::read_conditions(schema, options.fail_on, error);
    if (conditions.empty()) {
        bad_usage_ = true;
        return false;
    }
    gate_ = std::make_unique<report::Gate>(std::move(conditions));
    return options.junit.empty() || (junit_ = report::open_output(options.junit, error)) != nullptr;
}

bool Outputs::add_page(const std::string& path, std::string& error) {
    auto output = report::open_output(path, error);
    if (!output) return false;
    auto page = std::make_unique<report::Html>(*output, report::HtmlOptions{});
    page_ = page.get();
    sinks_.push_back({std::move(output), std::move(page), false});
    return true;
}

bool Outputs::add_bill(const std::string& path, std::string& error) {
    auto output = report::open_output(path, error);
    if (!output) return false;
    auto bill = std::make_unique<report::inventory::Cbom>(*output);
    sinks_.push_back({std::move(output), std::move(bill), false});
    return true;
}

void Outputs::begin(const record::Schema& schema, const report::RunInfo& run) {
    for (Sink& s : sinks_) s.reporter->begin(schema, run);
    if (gate_) gate_->begin(schema, run);
    program_ = run.program;
}

void Outputs::connection(const record::ConnectionRecord& record) {
    for (Sink& s : sinks_) s.reporter->connection(record);
    if (certificates_) certificates_->add(record);
    if (gate_) gate_->connection(record);
}

void Outputs::row(const record::ConnectionRecord& record) {
    for (Sink& s : sinks_)
        if (s.rows) s.reporter->connection(record);
    if (certificates_) certificates_->add(record);
}

void Outputs::over(const record::ConnectionRecord& record) {
    for (Sink& s : sinks_)
        if (!s.rows) s.reporter->connection(record);
    if (gate_) gate_->connection(record);
}

void Outputs::flush() {
    for (Sink& s : sinks_) {
        if (s.lines != nullptr) s.lines->tick();
        else if (s.output) s.output->flush();
    }
    if (people_) people_->flush();
}

void Outputs::reopen() {
    for (Sink& s : sinks_)
        if (s.lines != nullptr) s.lines->reopen();
}

bool Outputs::complete() const {
    return std::ranges::any_of(sinks_,
                               [](const Sink& s) { return s.rotating != nullptr && s.rotating->series().complete(); });
}

std::uint64_t Outputs::lost_rows() const {
    std::uint64_t sum = 0;
    for (const Sink& s : sinks_)
        if (s.rotating != nullptr) sum += s.rotating->lost_lines();
    return sum;
}

std::string Outputs::take_problem() {
    std::string out = certificates_ ? certificates_->take_problem() : std::string{};
    for (Sink& s : sinks_) {
        const std::string one = s.rotating == nullptr ? std::string{} : s.rotating->series().take_problem();
        if (!one.empty()) out += (out.empty() ? "" : "; ") + one;
    }
    return out;
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
    if (junit_) {
        junit_->write(report::junit(gate_->judge(), program_));
        close(*junit_);
    }
    if (people_) close(*people_);
    if (certificates_ && !certificates_->ok()) {
        if (const std::string problem = certificates_->take_problem(); !problem.empty()) log_error(problem);
        good = false;
    }
    return good;
}

bool Outputs::gate_shut() const {
    if (!gate_) return false;
    bool shut = false;
    for (const report::Judgement& j : gate_->judge()) {
        if (j.met) log_error("--fail-on " + j.condition + ": " + j.reason);
        else if (j.unknown) log_warning("--fail-on " + j.condition + ": " + j.reason);
        shut = shut || j.met;
    }
    return shut;
}

void Outputs::abandon() {
    junit_.reset();
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
