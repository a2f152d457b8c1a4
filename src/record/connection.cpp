#include "record/connection.h"

namespace tlsscope::record {

void ConnectionRecord::conclude(Severity s, std::string sentence, std::vector<std::uint64_t> frames) {
    if (!diagnosis.empty() && s <= severity) return;
    severity = s;
    diagnosis = std::move(sentence);
    evidence_frames = std::move(frames);
}

}  // namespace tlsscope::record
