// What the views look at of a connection: its columns, found by name once per report and read once per connection.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/connection.h"
#include "record/schema.h"
#include "report/selection.h"

namespace tlsscope::report::inventory {

/// The columns used, in the order of the names in sighting.cpp.
enum class Field : std::uint8_t {
    client_ip,
    server_ip,
    server_port,
    sni,
    alpn_offered,
    tls_outcome,
    version,
    version_offered,
    versions_offered,
    cipher,
    ciphers_offered,
    group,
    groups_offered,
    signature_scheme,
    sig_algs_offered,
    resumption_kind,
    resumption_offered,
    early_data,
    ech,
    weaknesses,
    pq,
    pq_offered,
    ja4,
    alert_from,
    closed_by,
    cert_subject,
    cert_issuer,
    cert_not_before,
    cert_not_after,
    cert_key,
    cert_sig,
    cert_sha256,
    cert_status,
    cert_validation,
    cert_days_left,
    connect_ms,
    tls_ms,
    ttfb_ms,
    setup_network_ms,
    setup_server_ms,
    setup_client_ms,
    setup_ack_wait_ms,
    stall_ms,
    ch_frame,
    sh_frame,
    cert_frame,
    count,
};

/// The name of the column.
std::string_view name_of(Field field);

/// One connection. A view: valid until the next one is read and until its record goes.
class Sighting {
  public:
    Sighting(const record::ConnectionRecord& record, const RowValues& values,
             const std::array<std::uint16_t, static_cast<std::size_t>(Field::count)>& places);

    /// Empty where it was not seen, or this build has no such column.
    record::Value operator[](Field field) const;
    bool has(Field field) const { return !(*this)[field].empty(); }
    /// The text of a text column; empty where it was not seen.
    std::string_view text(Field field) const;
    /// The value of a column of integers, frames for one; 0 where it was not seen.
    std::int64_t integer(Field field) const;

    const record::ConnectionRecord& record() const { return *record_; }
    /// What the server is listed under, as on the wire: the SNI in lower case, else address and port.
    const std::string& server() const { return server_; }
    /// "192.0.2.1:443"
    const std::string& server_address() const { return server_address_; }
    /// A TLS handshake was seen, or part of one.
    bool is_tls() const { return !text(Field::tls_outcome).empty(); }
    /// The ClientHello was: what was offered is known.
    bool has_offer() const { return has(Field::version_offered); }
    /// The ServerHello was: what was selected is known.
    bool has_selection() const { return has(Field::version) && has(Field::cipher); }
    bool complete() const { return record_->outcome == "complete"; }

  private:
    const record::ConnectionRecord* record_;
    RowValues values_;
    const std::array<std::uint16_t, static_cast<std::size_t>(Field::count)>* places_;
    std::string server_;
    std::string server_address_;
};

/// Built once per report.
class SightingReader {
  public:
    explicit SightingReader(const record::Schema& schema);

    Sighting read(const record::ConnectionRecord& record);
    /// Null when this build has no such column.
    const record::Column* column(Field field) const;

  private:
    static constexpr std::uint16_t kNone = 0xffff;

    std::vector<const record::Column*> columns_;                                  // those there are
    std::array<std::uint16_t, static_cast<std::size_t>(Field::count)> places_{};  // of each field in them
    RowReader reader_;
};

}  // namespace tlsscope::report::inventory
