// All rules whose findings TLS reports, for its vocabulary.
#pragma once

#include <algorithm>
#include <array>
#include <iterator>

#include "dissectors/tls/failure_rules.h"
#include "dissectors/tls/remark_rules.h"
#include "verdict/certificate_rules.h"

namespace tlsscope::tls {

inline constexpr auto kRules = [] {
    std::array<const record::Rule*,
               std::size(verdict::kCertificateRuleList) + std::size(kFailureRules) + std::size(kRemarkRules)>
        all{};
    auto* next =
        std::copy(std::begin(verdict::kCertificateRuleList), std::end(verdict::kCertificateRuleList), all.begin());
    next = std::copy(std::begin(kFailureRules), std::end(kFailureRules), next);
    std::copy(std::begin(kRemarkRules), std::end(kRemarkRules), next);
    return all;
}();

}  // namespace tlsscope::tls
