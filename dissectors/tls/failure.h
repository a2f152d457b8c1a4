// Why a TLS handshake failed: rules and sentences (failure_rules.h).
#pragma once

#include "dissectors/tls/outcome.h"

namespace tlsscope::tls {

/// A side refused it, with an alert in the clear or an encrypted one. Sets alert_from of the latter.
void explain_alert(const Ending& ending, record::ConnectionRecord& record);

/// A side closed the connection in the middle of it, or reset it.
void explain_end(const Ending& ending, bool reset, record::ConnectionRecord& record);

/// The server's answer was something else.
void explain_not_tls(record::ConnectionRecord& record);

/// The capture ends too early, or lacks something. That is no failure.
void explain_incomplete(const Ending& ending, bool one_sided, record::ConnectionRecord& record);

}  // namespace tlsscope::tls
