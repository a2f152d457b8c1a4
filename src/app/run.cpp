#include "app/run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>

#include "app/analysis.h"
#include "app/collisions.h"
#include "app/compare_run.h"
#include "app/console.h"
#include "app/limits.h"
#include "app/live_run.h"
#include "app/logging.h"
#include "app/outputs.h"
#include "app/version.h"
#include "capture/open_source.h"
#include "dissectors/packet/decoder.h"
#include "pipeline/analysis.h"
#include "report/explain.h"
#include "report/reference.h"

namespace tlsscope::app {

namespace {

/// Connections whose steps are kept while the capture is read first: all of a small one.
constexpr std::uint64_t kFirstLadders = 1000;

/// Regular files and sets of them; not pipes.
bool can_read_again(const std::vector<std::string>& inputs) {
    return std::ranges::all_of(inputs, [](const std::string& path) {
        std::error_code ignored;
        const auto status = std::filesystem::status(path, ignored);
        return path != "-" && (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status) ||
                               std::filesystem::is_directory(status));
    });
}

int answer(const Options& options) {
    const report::Style style = stdout_style(options);
    const auto out = report::open_for_people(style.unicode);
    switch (options.ask) {
        case Options::Ask::help: out->write(help_text()); break;
        case Options::Ask::version: out->write(version_text()); break;
        case Options::Ask::list_columns: out->write(report::list_columns(pipeline::make_schema(), style)); break;
        case Options::Ask::list_anomalies: out->write(report::list_anomalies(pipeline::make_schema(), style)); break;
        case Options::Ask::list_rules: out->write(report::list_rules(pipeline::make_schema(), style)); break;
        case Options::Ask::show_limits: out->write(limits_text(options)); break;
        case Options::Ask::list_interfaces: {
            std::string error;
            out->write(interface_list(error));
            if (error.empty()) break;
            log_error(error);
            return kUsage;
        }
        case Options::Ask::nothing: break;
    }
    if (out->finish() || out->closed_pipe()) return kOk;
    log_error(out->error());
    return kNotWritten;
}

class Run {
  public:
    explicit Run(const Options& options)
        : options_{options}, schema_{pipeline::make_schema()}, style_{stdout_style(options)} {}

    int go() {
        Interruption interruption;  // before any output: a signal must find nobody who leaves a temporary file behind
        std::string error;
        const auto how_to_read = source_options(options_, interruption.descriptor(), error);
        const auto policy = how_to_read ? certificate_policy(options_, error) : std::nullopt;
        if (!policy) {
            log_error(error);
            return kUsage;
        }
        certificates_ = *policy;
        if (!outputs_.open(options_, schema_, style_, error)) {
            log_error(error);
            return outputs_.bad_usage() ? kUsage : kNotWritten;
        }
        const report::RunInfo info{version_line(), options_.inputs, options_.command_line};
        outputs_.begin(schema_, info);
        return analyze(*how_to_read, info, interruption);
    }

  private:
    int analyze(const capture::SourceOptions& source_options, const report::RunInfo& info, Interruption& interruption) {
        const auto source = capture::open_source(options_.inputs, source_options);
        Progress progress{!options_.quiet};
        pipeline::AnalysisOptions how = analysis_options(options_, certificates_);
        how.threads = options_.explain.empty() ? options_.threads : 1;
        if (outputs_.page() != nullptr) how.first_ladders = kFirstLadders;
        how.progress = [&](std::uint64_t frames) {
            progress.update(frames, source->bytes_read(), source->bytes_total());
        };
        how.stop = [&] { return interruption.requested() || outputs_.abandoned(); };

        std::set<std::uint64_t> explained;
        const pipeline::AnalysisResult result = pipeline::analyze(*source, how, [&](record::ConnectionRecord&& r) {
            if (how.ladders.contains(r.stream)) {
                explained.insert(r.stream);
                explain(r, info);
            }
            outputs_.connection(r);
        });
        if (!interruption.requested()) read_page_ladders(source_options, how);
        progress.clear();

        report::Totals totals = totals_of(result);
        int status = judge(*source, result, totals.problems);
        if (!result.flood.empty()) totals.problems.push_back(result.flood);
        if (tell_of_lost(result, totals.problems)) status = kNotWritten;
        const bool nothing_read = status == kUsage && result.frames == 0;
        if (nothing_read) {
            outputs_.abandon();
            return status;
        }
        check_accounts(totals.accounting);
        if (!outputs_.finish(totals)) return kNotWritten;
        for (const std::uint64_t wanted : options_.explain) {
            if (explained.contains(wanted)) continue;
            log_error("there is no connection " + std::to_string(wanted) + ": the capture has " +
                      std::to_string(result.connections) + (result.connections == 0 ? "" : ", numbered from 0"));
            status = kUsage;
        }
        // Of damaged input the readable part was judged; that it was damaged is said, too.
        if (outputs_.gate_shut() && (status == kOk || status == kDamaged)) status = kGate;
        return status;
    }

    /// Which connections the page shows step by step is known only now: where the capture can be read again, it is.
    void read_page_ladders(const capture::SourceOptions& source_options, pipeline::AnalysisOptions how) {
        report::Html* page = outputs_.page();
        if (page == nullptr) return;
        const std::set<std::uint64_t> wanted = page->ladders_wanted();
        if (wanted.empty() || !can_read_again(options_.inputs)) return;
        const auto again = capture::open_source(options_.inputs, source_options);
        how.progress = {};
        pipeline::read_ladders(*again, how, wanted, [&](record::ConnectionRecord&& r) { page->ladder(std::move(r)); });
    }

    void explain(const record::ConnectionRecord& r, const report::RunInfo& info) {
        if (report::Output* out = outputs_.for_people(); out != nullptr)
            report::explain(r, schema_, info, style_, *out);
    }

    const Options& options_;
    record::Schema schema_;
    report::Style style_;
    verdict::CertificatePolicy certificates_;
    Outputs outputs_;
};

}  // namespace

int run(const Options& options) {
    if (options.ask != Options::Ask::nothing) return answer(options);
    if (const std::string clash = collision(options); !clash.empty()) {
        log_error(clash);
        return kUsage;
    }
    if (options.compare) return run_comparison(options);
    return options.interface.empty() ? Run{options}.go() : run_live(options);
}

}  // namespace tlsscope::app
