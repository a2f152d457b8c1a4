// A rule: an anomaly that a judgement stands behind. What it means, when it fires, when it is wrong, and what to do.
#pragma once

#include <string_view>

#include "record/anomaly.h"

namespace tlsscope::record {

/// Static: declared constexpr beside the code that decides it, referred to by address; --list-rules prints it.
struct Rule {
    Anomaly finding;              ///< its name, severity and general sentence: also in `anomalies`, in every report
    std::string_view cure;        ///< what to do, as the end of a sentence: "renew it"
    std::string_view definition;  ///< exactly when it fires, with its thresholds
    std::string_view false_positives;  ///< when it fires and nothing is wrong, or stays silent and something is
};

}  // namespace tlsscope::record
