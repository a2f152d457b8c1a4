#include "record/connection.h"

#include <algorithm>

namespace tlsscope::record {

void ConnectionRecord::conclude(Severity s, std::string sentence, std::vector<std::uint64_t> frames,
                                const Anomaly* about) {
    if (!diagnosis.empty() && s <= severity) return;
    severity = s;
    diagnosis = std::move(sentence);
    evidence_frames = std::move(frames);
    verdict = about;
}

void ConnectionRecord::conclude(const Rule& rule, std::string sentence, std::vector<std::uint64_t> frames) {
    anomalies.report(rule.finding, frames.empty() ? first_frame : *std::max_element(frames.begin(), frames.end()));
    conclude(rule.finding.severity, std::move(sentence), std::move(frames), &rule.finding);
}

void ConnectionRecord::refine(const Rule& rule, std::string sentence, std::vector<std::uint64_t> frames) {
    if (verdict != nullptr) anomalies.withdraw(*verdict);
    diagnosis.clear();
    conclude(rule, std::move(sentence), std::move(frames));
}

}  // namespace tlsscope::record
