#include "app/analysis.h"

#include "app/logging.h"

namespace tlsscope::app {

pipeline::AnalysisOptions analysis_options(const Options& options, const verdict::CertificatePolicy& certificates) {
    pipeline::AnalysisOptions how;
    how.memory_mib = options.memory_mib;
    how.max_frames = options.max_frames;
    how.settings.certificates = &certificates;
    how.ignore_vlan = options.ignore_vlan;
    how.ladders = {options.explain.begin(), options.explain.end()};
    return how;
}

report::Totals totals_of(const pipeline::AnalysisResult& result) {
    report::Totals totals;
    totals.frames = result.frames;
    totals.connections = result.connections;
    totals.first_time = result.first_time;
    totals.last_time = result.last_time;
    totals.accounting = result.accounting;
    return totals;
}

void check_accounts(const record::Accounting& accounting) {
    for (const record::Account& account : accounting)
        if (!account.balanced()) log_error("internal error: the account of " + account.name + " does not add up");
}

}  // namespace tlsscope::app
