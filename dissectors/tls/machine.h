// The order of TLS messages as one table of edges, SSL 2 hello to TLS 1.3, full and abbreviated. To allow one more
// order, add a row to kTransitions in machine_table.h; README.md shows the table as a diagram.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "record/evidence.h"

namespace tlsscope::tls {

using record::Side;

/// How far the handshake has come, seen from between the two peers. In the order in which a handshake passes them.
enum class Phase : std::uint8_t {
    start,
    hello_sent,
    retry_requested,
    hello_repeated,
    hello_answered,  // SSL 3.0 to TLS 1.2 from here
    server_certificate,
    server_status,
    server_keys,
    certificate_requested,
    server_done,
    client_certificate,
    client_keys,
    client_verify,
    client_changing,
    client_finished,
    server_ticket,
    server_changing,
    resumed_ticket,
    resumed_changing,
    resumed_finished,
    resumed_client_changing,
    established,
    hello_answered_13,  // TLS 1.3 from here
    protected_flight_13,
    encrypted_extensions_13,
    certificate_requested_13,
    server_certificate_13,
    server_verify_13,
    server_finished_13,
    early_data_ended_13,
    client_certificate_13,
    client_verify_13,
    established_13,
    ssl2,
    phase_count,
};

/// What can be seen on the wire, or concluded from it.
enum class Event : std::uint8_t {
    hello_request,
    ssl2_client_hello,
    ssl2_server_hello,
    client_hello,
    hello_retry_request,
    server_hello,     ///< selecting SSL 3.0 to TLS 1.2
    server_hello_13,  ///< selecting TLS 1.3
    encrypted_extensions,
    certificate,
    compressed_certificate,
    certificate_url,
    supplemental_data,
    certificate_status,
    server_key_exchange,
    certificate_request,
    server_hello_done,
    client_key_exchange,
    certificate_verify,
    new_session_ticket,
    end_of_early_data,
    key_update,
    change_cipher_spec,
    finished,             ///< TLS 1.2: the encrypted message after ChangeCipherSpec; TLS 1.3 without keys: inferred
    encrypted_handshake,  ///< TLS 1.2: any further handshake record whose body is encrypted
    protected_record,     ///< TLS 1.3: an application_data record that may hold handshake messages
    early_data,           ///< TLS 1.3: a client's protected record before the server's Finished
    application_data,
    event_count,
};

/// `side` sends `event` in phase `from`, as `section` says.
struct Transition {
    Phase from;
    Side side;
    Event event;
    Phase to;
    std::string_view section;
};

std::string_view name(Phase phase);
/// The message's name in the RFC.
std::string_view name(Event event);

std::span<const Transition> transitions();

/// Walks the table.
class Machine {
  public:
    Phase phase() const { return phase_; }
    bool established() const { return phase_ == Phase::established || phase_ == Phase::established_13; }
    /// An edge leads on from here.
    bool allows(Side side, Event event) const;
    /// Follows the edge; false and no move when there is none.
    bool step(Side side, Event event);
    /// For captures with holes: follows the nearest edge of that kind further on. False and no move when there is none.
    bool catch_up(Side side, Event event);
    /// For captures without a handshake.
    void assume(Phase phase) { phase_ = phase; }

  private:
    Phase phase_ = Phase::start;
};

/// The table as a Mermaid state diagram, for README.md.
std::string print_machine();

}  // namespace tlsscope::tls
