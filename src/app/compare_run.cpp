#include "app/compare_run.h"

#include <algorithm>

#include "app/analysis.h"
#include "app/certificates.h"
#include "app/console.h"
#include "app/logging.h"
#include "app/run.h"
#include "app/version.h"
#include "report/compare/page.h"
#include "report/compare/print.h"
#include "report/output.h"
#include "report/totals.h"

namespace tlsscope::app {

namespace {

using report::compare::Collector;
using report::compare::Comparison;

class Comparing {
  public:
    explicit Comparing(const Options& options) : options_{options}, schema_{pipeline::make_schema()} {}

    int go() {
        Interruption interruption;
        std::string error;
        const auto how_to_read = source_options(options_, interruption.descriptor(), error);
        const auto policy = how_to_read ? certificate_policy(options_, error) : std::nullopt;
        if (!policy) {
            log_error(error);
            return kUsage;
        }
        if (!options_.html.empty() && !(page_ = report::open_output(options_.html, error))) {
            log_error(error);
            return kNotWritten;
        }
        Collector before;
        Collector after;
        int status = kOk;
        for (const auto& [input, collector] :
             {std::pair{&options_.inputs[0], &before}, {&options_.inputs[1], &after}}) {
            const int read = this->read(*input, *how_to_read, *policy, interruption, *collector);
            if (read == kUsage) return kUsage;
            status = std::max(status, read);
        }
        return report(compare(before, after)) ? status : kNotWritten;
    }

  private:
    int read(const std::string& input, const capture::SourceOptions& how_to_read,
             const verdict::CertificatePolicy& policy, Interruption& interruption, Collector& collector) const {
        collector.begin(schema_, {version_line(), {input}, options_.command_line});
        const auto source = capture::open_source({input}, how_to_read);
        Progress progress{!options_.quiet};
        pipeline::AnalysisOptions how = analysis_options(options_, policy);
        how.threads = options_.threads;
        how.progress = [&](std::uint64_t frames) {
            progress.update(frames, source->bytes_read(), source->bytes_total());
        };
        how.stop = [&] { return interruption.requested(); };
        const pipeline::AnalysisResult result =
            pipeline::analyze(*source, how, [&](record::ConnectionRecord&& r) { collector.connection(r); });
        progress.clear();
        report::Totals totals = totals_of(result);
        int status = judge(*source, result, totals.problems);
        if (tell_of_lost(result, totals.problems)) status = kNotWritten;
        check_accounts(totals.accounting);
        collector.finish(totals);
        return status;
    }

    /// Whether all of it was written.
    bool report(const Comparison& comparison) const {
        const report::Style style = stdout_style(options_);
        if (!options_.quiet && options_.html != "-") {
            const auto people = report::open_for_people(style.unicode);
            std::string text;
            report::compare::print(text, style, comparison, options_.verbose > 0);
            for (const Collector* side : {comparison.before, comparison.after})
                report::append_problems(text, style, side->totals());
            people->write(text);
            if (!people->finish() && !people->closed_pipe()) return failed(*people);
        }
        if (!page_) return true;
        page_->write(report::compare::page_of(comparison));
        return page_->finish() || page_->closed_pipe() || failed(*page_);
    }

    static bool failed(const report::Output& output) {
        log_error(output.error());
        return false;
    }

    const Options& options_;
    record::Schema schema_;
    std::unique_ptr<report::Output> page_;
};

}  // namespace

int run_comparison(const Options& options) { return Comparing{options}.go(); }

}  // namespace tlsscope::app
