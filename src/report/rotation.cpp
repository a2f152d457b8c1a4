#include "report/rotation.h"

#include <algorithm>
#include <utility>

namespace tlsscope::report {

std::unique_ptr<RotatingOutput> RotatingOutput::open(const std::string& path, const files::Rotation& rotation,
                                                     files::Clock clock, std::string& error) {
    auto series = files::Series::open(path, rotation, files::Series::Sync::finished, clock(), error);
    if (!series) return nullptr;
    return std::unique_ptr<RotatingOutput>{new RotatingOutput{std::move(series), std::move(clock)}};
}

RotatingOutput::RotatingOutput(std::unique_ptr<files::Series> series, files::Clock clock)
    : series_{std::move(series)}, clock_{std::move(clock)} {}

bool RotatingOutput::next() {
    const bool was_good = ok();
    flush();
    if (was_good && !ok()) return false;  // the failure comes first; due() says when to try again
    return resume(series_->advance(clock_()));
}

bool RotatingOutput::reopen() {
    flush();
    return resume(series_->reopen(clock_()));
}

bool RotatingOutput::resume(bool begun) {
    if (series_->ok()) recover();
    else if (!series_->complete() && !series_->closed_pipe()) fail(series_->error());
    return begun;
}

void RotatingOutput::drain(std::string_view text) {
    if (series_->write(text) || series_->complete()) return;
    lost_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    if (series_->closed_pipe()) fail_closed_pipe();
    else fail(series_->error());
}

void RotatingOutput::commit() {
    if (series_->finish()) return;
    fail(series_->error().empty() ? "lines are missing in " + series_->path() : series_->error());
}

RotatingReporter::RotatingReporter(RotatingOutput& out, std::unique_ptr<Reporter> lines)
    : out_{out}, lines_{std::move(lines)} {}

void RotatingReporter::begin(const record::Schema& schema, const RunInfo& run) {
    schema_ = &schema;
    run_ = run;
    header();
}

void RotatingReporter::connection(const record::ConnectionRecord& connection) {
    if (out_.due() && out_.next()) header();
    if (out_.ok()) lines_->connection(connection);
    else out_.lose_line();
}

void RotatingReporter::finish(const Totals& totals) { lines_->finish(totals); }

void RotatingReporter::tick() {
    if (out_.due() && out_.next()) header();
    out_.flush();
}

void RotatingReporter::reopen() {
    if (out_.reopen()) header();
    out_.flush();
}

void RotatingReporter::header() { lines_->begin(*schema_, run_); }

}  // namespace tlsscope::report
