// What a run over files and a live one ask of the analysis, and make of its result.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/options.h"
#include "capture/open_source.h"
#include "pipeline/analysis.h"
#include "report/writer.h"
#include "verdict/certificate_policy.h"

namespace tlsscope::app {

/// What the options say of any analysis; with one thread. `certificates` outlives it.
pipeline::AnalysisOptions analysis_options(const Options& options, const verdict::CertificatePolicy& certificates);

/// What the options say of reading; `stop`: a descriptor that can be read when the user wants an end. Empty, and
/// `error` set, when the filter is none.
std::optional<capture::SourceOptions> source_options(const Options& options, int stop, std::string& error);

/// What the inputs had to say: each problem once, logged and added to `told`; and the exit status it means.
int judge(const capture::Source& source, const pipeline::AnalysisResult& result, std::vector<std::string>& told);

/// Whether rows are missing because the disk did not give back what it was given; logged and added to `told`.
bool tell_of_lost(const pipeline::AnalysisResult& result, std::vector<std::string>& told);

/// The figures of the result; problems are the caller's.
report::Totals totals_of(const pipeline::AnalysisResult& result);

/// Says so loudly when one does not add up: a defect of ours.
void check_accounts(const record::Accounting& accounting);

}  // namespace tlsscope::app
