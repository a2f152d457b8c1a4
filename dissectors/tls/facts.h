// What the messages of a handshake say, kept as columns; and the little that later messages need of earlier ones.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/certificate.h"
#include "dissect/dissector.h"
#include "dissectors/tls/fingerprint.h"
#include "dissectors/tls/names.h"
#include "dissectors/tls/wire/alert.h"
#include "dissectors/tls/wire/certificate.h"
#include "dissectors/tls/wire/client_hello.h"
#include "dissectors/tls/wire/server_hello.h"
#include "dissectors/tls/wire/server_key_exchange.h"
#include "dissectors/tls/wire/sslv2.h"
#include "record/row.h"
#include "verdict/certificate_check.h"

namespace tlsscope::tls {

using record::Evidence;
using record::Side;

/// Names what is odd, with the frame that shows it.
class Reporter {
  public:
    Reporter(dissect::Sink& sink, Evidence at) : sink_{sink}, at_{at} {}
    void operator()(const record::Anomaly& anomaly) const { sink_.anomaly(anomaly, at_); }
    void operator()(Oddities oddities) const;

  private:
    dissect::Sink& sink_;
    Evidence at_;
};

/// What the client offered, as far as the server's choice is checked against it. Let go of after the handshake.
struct Offer {
    std::array<std::uint8_t, 32> random{};
    std::string session_id;
    std::string sni;
    std::vector<std::uint16_t> ciphers;
    std::vector<std::uint16_t> versions;  ///< supported_versions; empty when there is none
    std::vector<std::uint16_t> groups;    ///< supported_groups and key shares
    std::string compression;
    std::uint16_t highest_version = 0;
    bool whole = false;
    bool ticket = false;
    bool psk = false;
    bool early_data = false;
};

/// How the chosen parameters stand; the rest of the handshake is read by them.
struct Chosen {
    std::uint16_t version = 0;  ///< 0: not known yet
    std::uint16_t cipher = 0;
    bool psk = false;
    bool tls13() const { return version != 0 && version::is_tls13(version); }
    bool older() const { return version != 0 && !version::is_tls13(version); }
};

/// Fills the columns of one connection.
class Facts {
  public:
    void client_hello(const ClientHelloView& hello, std::size_t length, Offer& offer, const Reporter& report);
    void client_fingerprints(const ClientFingerprints& fingerprints);
    /// The ClientHello after a HelloRetryRequest.
    void second_hello(const ClientHelloView& hello, const Offer& offer, const Reporter& report);
    void ssl2_client_hello(const Sslv2ClientHelloView& hello, std::size_t length, Offer& offer);
    void ssl2_server_hello(const Sslv2ServerHelloView& hello);
    /// Also for a HelloRetryRequest. `offer`: null when the ClientHello was not seen.
    void server_hello(const ServerHelloView& hello, const Offer* offer, const Reporter& report);
    void server_fingerprint(const std::string& ja3s);
    /// TLS 1.2 and older: what the server sends after its hello tells whether the handshake is abbreviated.
    void settle_resumption(bool resumed);
    void key_exchange(const ServerKeyExchangeView& view);
    void server_certificate(const crypto::CertificateSummary& leaf, Evidence at);
    void client_certificate(const crypto::CertificateSummary& leaf);
    /// What was found of one side's certificates; after server_certificate() or client_certificate().
    void certificates(const verdict::Presented& presented);
    /// Of server_certificate(): empty when nobody knows.
    std::optional<bool> certificate_names_sni() const;
    /// True when this is now the alert of the alert column.
    bool alert(const AlertView& alert, Side from);

    /// A fatal alert was read.
    bool fatal_alert() const { return alert_fatal_; }
    const Chosen& chosen() const { return chosen_; }
    record::Row& row() { return row_; }
    const record::Row& row() const { return row_; }

  private:
    void client_lists(const ClientHelloView& hello, const Reporter& report);
    void choose(std::uint16_t version, std::uint16_t cipher);
    void check_choice(const ServerHelloView& hello, const Offer& offer, const Reporter& report) const;
    void resumption(const Offer& offer);

    record::Row row_;
    Chosen chosen_;
    std::size_t hello_scts_ = 0;        ///< timestamps of the ServerHello
    std::string_view resumption_kind_;  ///< if it is resumed; static text
    bool alert_fatal_ = false;
    bool alert_seen_ = false;
};

/// cert_status of DESIGN: by the certificate's own word at that time.
std::string_view certificate_status(const crypto::CertificateSummary& certificate, record::Nanos at);
/// RFC 9525 section 6.3: is the host among the certificate's names (DNS names with a wildcard as the whole left-most
/// label; the common name only when there are no DNS names), or among its addresses, if it is one?
bool certificate_names_host(const crypto::CertificateSummary& certificate, std::string_view host);

}  // namespace tlsscope::tls
