// How the TLS handshake ended, in one word and one sentence, with the frames that prove it.
#pragma once

#include <cstdint>

#include "dissectors/tls/machine.h"
#include "record/connection.h"
#include "verdict/certificate_check.h"

namespace tlsscope::tls {

/// What outcome and diagnosis are judged by, besides the record.
struct Ending {
    Phase phase = Phase::start;
    bool midstream = false;
    bool hello_seen = false;
    bool hello_cut = false;  ///< its last bytes never came
    bool server_hello_seen = false;
    bool data_only = false;  ///< nothing but application data was seen
    bool established = false;
    bool assumed = false;          ///< established because application data flows, not because a Finished was seen
    bool lossy = false;            ///< bytes are missing
    bool not_tls = false;          ///< the server's answer to the ClientHello was no TLS
    bool fatal_alert = false;      ///< read in the clear
    bool encrypted_alert = false;  ///< sent instead of the handshake's next message
    record::Side encrypted_alert_from = record::Side::client;
    record::Evidence encrypted_alert_at = {};
    const verdict::Presented* server_certificate = nullptr;  ///< null: nothing to say of it
    const verdict::Presented* client_certificate = nullptr;
};

/// Sets tls_outcome, established, outcome and diagnosis. The record holds the transport's columns (closed_by,
/// close_kind), the columns of Facts and the marks.
void conclude(const Ending& ending, record::ConnectionRecord& record);

}  // namespace tlsscope::tls
