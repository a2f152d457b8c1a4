// What of a capture is compared with another one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "report/compare/samples.h"
#include "report/inventory/register.h"
#include "report/inventory/sighting.h"
#include "report/inventory/tallies.h"
#include "report/writer.h"

namespace tlsscope::report::compare {

using inventory::Field;
using inventory::Register;
using inventory::Words;

/// Durations that are compared, of complete handshakes; tls_ms first.
inline constexpr std::array kPhases{Field::tls_ms,          Field::connect_ms,      Field::setup_network_ms,
                                    Field::setup_server_ms, Field::setup_client_ms, Field::setup_ack_wait_ms,
                                    Field::stall_ms,        Field::ttfb_ms};

/// One client program at one server.
struct Pair {
    std::string server, client;  ///< as on the wire; the client's JA4
    std::uint64_t connections = 0;
    std::uint64_t failed = 0;
    std::array<Samples, kPhases.size()> phases;
};

struct Certificate {
    std::string subject, not_after;
    Words servers;
};

struct FailureKind {
    std::string sentence;  ///< of the first; visible text is the printer's business
    std::uint64_t connections = 0;
    std::uint64_t stream = 0;  ///< of the first
};

/// Fed one by one, in bounded memory.
class Collector final : public Reporter {
  public:
    void begin(const record::Schema& schema, const RunInfo& run) override;
    void connection(const record::ConnectionRecord& connection) override;
    void finish(const Totals& totals) override { totals_ = totals; }

    const RunInfo& run() const { return run_; }
    const Totals& totals() const { return totals_; }
    std::uint64_t connections() const { return connections_; }
    std::uint64_t complete() const { return complete_; }
    std::uint64_t judged() const { return judged_; }
    std::uint64_t failed() const { return failed_; }
    /// Connections whose certificate is encrypted.
    std::uint64_t hidden() const { return hidden_; }
    const Register<Pair>& pairs() const { return pairs_; }
    const Register<Certificate>& certificates() const { return certificates_; }
    const Register<FailureKind>& failures() const { return failures_; }
    /// By what is counted ("versions", "cipher suites", ...), connections with each value.
    const std::map<std::string_view, Words>& selected() const { return selected_; }

  private:
    void add_pair(const inventory::Sighting& s);
    void add_certificate(const inventory::Sighting& s);
    void add_failure(const inventory::Sighting& s);

    std::unique_ptr<inventory::SightingReader> reader_;
    RunInfo run_;
    Totals totals_;
    std::uint64_t connections_ = 0, complete_ = 0, judged_ = 0, failed_ = 0, hidden_ = 0;
    Register<Pair> pairs_;
    Register<Certificate> certificates_;
    Register<FailureKind> failures_;
    std::map<std::string_view, Words> selected_;
};

}  // namespace tlsscope::report::compare
