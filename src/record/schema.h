// All columns, marks, spans and anomalies of this build, in the order they are shown.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "record/anomaly.h"
#include "record/column.h"
#include "record/rule.h"
#include "record/timeline.h"

namespace tlsscope::record {

/// What one module declares. Everything is static and referred to by address.
struct Vocabulary {
    std::string_view module;  ///< "tcp", "tls"
    std::span<const Column> columns;
    std::span<const Mark* const> marks;
    std::span<const Span> spans;
    std::span<const Anomaly* const> anomalies;
    std::span<const Rule* const> rules = {};  ///< their findings are anomalies, too, and are not listed twice
};

/// Collects the vocabularies. Column order: by group (identity, tcp, tls, certificate, other groups, timing, verdict),
/// within a group by declaration; span columns go to timing, frame columns of marks to verdict.
class Schema {
  public:
    /// Throws std::logic_error when two declarations share a name.
    explicit Schema(std::span<const Vocabulary> vocabularies);

    std::span<const Column* const> columns() const { return columns_; }
    std::span<const Vocabulary> vocabularies() const { return vocabularies_; }
    std::span<const Anomaly* const> anomalies() const { return anomalies_; }
    std::span<const Rule* const> rules() const { return rules_; }
    const Column* find(std::string_view name) const;  ///< null when there is none
    const Span* span_of(const Column& c) const;       ///< the span a timing column shows, or null

  private:
    std::vector<Vocabulary> vocabularies_;
    std::vector<const Column*> columns_;
    std::vector<const Anomaly*> anomalies_;
    std::vector<const Rule*> rules_;
};

}  // namespace tlsscope::record
