// Live reports of one line per connection: they grow while they are read, and give way to the next file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "files/series.h"
#include "report/output.h"
#include "report/writer.h"

namespace tlsscope::report {

/// The file of a live report, standard output, a FIFO or a device (see files::Series). What is in its buffer is handed
/// on by flush(); a file ends only where the caller says so (next()), so never within a line.
class RotatingOutput final : public Output {
  public:
    /// `clock` is asked for the time of names and boundaries; it lives as long as the output. Null, and one line in
    /// `error`, when the first file cannot be written.
    static std::unique_ptr<RotatingOutput> open(const std::string& path, const files::Rotation& rotation,
                                                files::Clock clock, std::string& error);

    /// Time for another file, or for another try after a failure: call next() before the next line.
    bool due() { return series_->due(clock_(), buffered()); }
    /// True when a new file was begun, which wants its header.
    bool next();
    /// For SIGHUP: goes on in a new file where the present one was moved away. True as with next().
    bool reopen();

    /// Lines that no file has, because the output had failed.
    std::uint64_t lost_lines() const { return lost_; }
    void lose_line() { ++lost_; }

    /// The file on disk: its path, what failed since last asked, whether -W files are complete, rights.
    files::Series& series() { return *series_; }

  private:
    RotatingOutput(std::unique_ptr<files::Series> series, files::Clock clock);
    void drain(std::string_view text) override;
    void commit() override;
    bool resume(bool begun);

    std::unique_ptr<files::Series> series_;
    files::Clock clock_;
    std::uint64_t lost_ = 0;
};

/// Drives a line reporter (Csv, Json) over the files of an output: each file has the header. The output outlives it.
class RotatingReporter final : public Reporter {
  public:
    /// `lines` writes to `out`.
    RotatingReporter(RotatingOutput& out, std::unique_ptr<Reporter> lines);

    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    /// Finishing the output is the caller's business, as with every reporter.
    void finish(const Totals& totals) override;

    /// At least once a second: what was written can be read now, and files end in time on a quiet link too.
    void tick();
    /// SIGHUP.
    void reopen();

  private:
    void header();

    RotatingOutput& out_;
    std::unique_ptr<Reporter> lines_;
    const record::Schema* schema_ = nullptr;
    RunInfo run_;
};

}  // namespace tlsscope::report
