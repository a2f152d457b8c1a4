// The reports of one run: which, where to, and whether they could be written.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/certificates.h"
#include "app/options.h"
#include "report/gate.h"
#include "report/html/html.h"
#include "report/output.h"
#include "report/rotation.h"
#include "report/selection.h"
#include "report/text.h"
#include "report/writer.h"

namespace tlsscope::app {

/// All reports that were asked for; each connection goes to each of them.
class Outputs {
  public:
    /// False, with one line in `error`, when columns are unknown (bad_usage()) or a file cannot be opened.
    bool open(const Options& options, const record::Schema& schema, const report::Style& style, std::string& error);
    bool bad_usage() const { return bad_usage_; }

    void begin(const record::Schema& schema, const report::RunInfo& run);
    void connection(const record::ConnectionRecord& record);
    /// Live: what has rows gets it when it becomes one, what tells of the whole run when it is over.
    void row(const record::ConnectionRecord& record);
    void over(const record::ConnectionRecord& record);
    /// Live: what was written can be read now; files that are due give way to the next.
    void flush();
    /// Live: goes on in new files where somebody moved the present ones away.
    void reopen();
    /// Live: -W files are written, what comes now goes nowhere.
    bool complete() const;
    /// Live: rows that no file has because writing failed.
    std::uint64_t lost_rows() const;
    /// Live: what failed since the last call, one line; empty: nothing.
    std::string take_problem();
    /// Finishes every report and makes it visible; false when one could not be written (already said).
    bool finish(const report::Totals& totals);
    /// The page, which wants to see some connections again; null when nobody asked for one.
    report::Html* page() { return page_; }
    /// After finish(): whether a condition of --fail-on holds (each said in one line), or cannot be judged (said, too).
    bool gate_shut() const;
    /// Drops everything unwritten: old files stay.
    void abandon();
    /// Everything still open lost its reader (`| head`): no need to go on.
    bool abandoned() const;
    bool none() const { return sinks_.empty() && !people_; }
    /// Standard output, when it is for people; null when a report or nobody wants it.
    report::Output* for_people() { return people_.get(); }

  private:
    struct Sink {
        std::unique_ptr<report::Output> output;  // null: writes to people_
        std::unique_ptr<report::Reporter> reporter;
        bool rows = true;                            // a row per connection; else something about all of them
        report::RotatingOutput* rotating = nullptr;  // live, with a row per line: these two
        report::RotatingReporter* lines = nullptr;
    };
    bool add_file(const std::string& path, bool json, const Options& options, const record::Schema& schema,
                  std::string& error);
    bool add_growing(const std::string& path, bool json, const Options& options, const report::Selection& selection,
                     std::string& error);
    bool add_gate(const Options& options, const record::Schema& schema, std::string& error);
    bool add_bill(const std::string& path, std::string& error);
    bool add_page(const std::string& path, std::string& error);

    std::unique_ptr<report::Output> people_;
    std::vector<Sink> sinks_;
    report::Html* page_ = nullptr;  // one of sinks_
    std::unique_ptr<CertificateFiles> certificates_;
    std::unique_ptr<report::Gate> gate_;
    std::unique_ptr<report::Output> junit_;
    std::string program_;
    bool bad_usage_ = false;
};

}  // namespace tlsscope::app
