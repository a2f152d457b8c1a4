// What is known of one connection when it ends: the row every reporter prints.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "record/anomaly.h"
#include "record/ladder.h"
#include "record/row.h"
#include "record/rule.h"
#include "record/timeline.h"

namespace tlsscope::record {

/// Certificates one side presented, as a file: --certs.
struct CertificateFile {
    std::string sha256;  ///< of the first one, hexadecimal
    std::string pem;     ///< all of them, in the order sent (RFC 7468)
};

/// Shared by the connections that presented them; none is null.
using CertificateFiles = std::vector<std::shared_ptr<const CertificateFile>>;

/// One connection's report. Owns everything; independent of the capture it came from.
struct ConnectionRecord {
    std::uint64_t stream = 0;       ///< 0-based, in order of first packet
    std::uint64_t first_frame = 0;  ///< sorts the report
    Nanos first_time = kNoTime;
    Row row;
    Timeline timeline;
    Anomalies anomalies;
    Severity severity = Severity::none;  ///< the worst of verdict and anomalies
    std::string
        outcome;  ///< one word for the summary: complete, failed, refused, no_answer, ... (see flow, dissectors)
    std::string diagnosis;             ///< a sentence: why it failed or was slow; empty when nothing is wrong
    const Anomaly* verdict = nullptr;  ///< what the diagnosis says more of; null: no anomaly
    std::vector<std::uint64_t> evidence_frames;
    std::unique_ptr<Ladder> ladder;  ///< only where asked for
    CertificateFiles certificates;   ///< likewise; the server's first

    /// Keeps the gravest conclusion; of equally grave ones the first. `about`: an anomaly that was reported.
    void conclude(Severity s, std::string sentence, std::vector<std::uint64_t> frames, const Anomaly* about = nullptr);
    /// The rule fires: its finding is reported with the last of the frames that prove it, and concluded.
    void conclude(const Rule& rule, std::string sentence, std::vector<std::uint64_t> frames);
    /// The rule knows better why than the conclusion so far, which it replaces with its finding.
    void refine(const Rule& rule, std::string sentence, std::vector<std::uint64_t> frames);
};

}  // namespace tlsscope::record
