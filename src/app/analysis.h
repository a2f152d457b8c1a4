// What a run over files and a live one ask of the analysis, and make of its result.
#pragma once

#include "app/options.h"
#include "pipeline/analysis.h"
#include "report/writer.h"
#include "verdict/certificate_policy.h"

namespace tlsscope::app {

/// What the options say of any analysis; with one thread. `certificates` outlives it.
pipeline::AnalysisOptions analysis_options(const Options& options, const verdict::CertificatePolicy& certificates);

/// The figures of the result; problems are the caller's.
report::Totals totals_of(const pipeline::AnalysisResult& result);

/// Says so loudly when one does not add up: a defect of ours.
void check_accounts(const record::Accounting& accounting);

}  // namespace tlsscope::app
