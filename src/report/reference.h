// The reference texts made from the declarations: every column and every anomaly this build knows.
#pragma once

#include <string>

#include "record/schema.h"
#include "report/text.h"

namespace tlsscope::report {

/// --list-columns: name, type, unit and meaning, by group. Span columns tell which moments they lie between.
std::string list_columns(const record::Schema& schema, const Style& style);

/// --list-anomalies: severity, name and meaning, the gravest first.
std::string list_anomalies(const record::Schema& schema, const Style& style);

/// --list-rules: what each says, when it fires, how it may be wrong, and the cure; in the order of their declarations.
std::string list_rules(const record::Schema& schema, const Style& style);

}  // namespace tlsscope::report
