// The edges, and what must hold of them at compile time. Included by machine.cpp only.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>

#include "dissectors/tls/machine.h"

namespace tlsscope::tls::table {

using enum Phase;
using enum Event;
constexpr Side C = Side::client;
constexpr Side S = Side::server;

// Section numbers without a document are RFC 5246 for SSL 3.0 to TLS 1.2 and RFC 8446 for TLS 1.3.
constexpr Transition kTransitions[] = {
    // Hellos.
    {start, S, hello_request, start, "RFC 5246 7.4.1.1"},
    {start, C, client_hello, hello_sent, "RFC 5246 7.4.1.2, RFC 8446 4.1.2"},
    {start, C, ssl2_client_hello, hello_sent, "RFC 5246 E.2"},
    {hello_sent, S, hello_request, hello_sent, "RFC 5246 7.4.1.1"},
    {hello_sent, S, ssl2_server_hello, ssl2, "RFC 6101 E"},
    {hello_sent, C, change_cipher_spec, hello_sent, "RFC 8446 D.4"},
    {hello_sent, C, early_data, hello_sent, "RFC 8446 4.2.10"},
    {hello_sent, S, hello_retry_request, retry_requested, "RFC 8446 4.1.4"},
    {hello_sent, S, server_hello, hello_answered, "RFC 5246 7.4.1.3"},
    {hello_sent, S, server_hello_13, hello_answered_13, "RFC 8446 4.1.3"},
    {retry_requested, S, change_cipher_spec, retry_requested, "RFC 8446 D.4"},
    {retry_requested, C, change_cipher_spec, retry_requested, "RFC 8446 D.4"},
    {retry_requested, C, early_data, retry_requested, "RFC 8446 4.2.10"},
    {retry_requested, C, client_hello, hello_repeated, "RFC 8446 4.1.2"},
    {hello_repeated, C, change_cipher_spec, hello_repeated, "RFC 8446 D.4"},
    {hello_repeated, S, change_cipher_spec, hello_repeated, "RFC 8446 D.4"},
    {hello_repeated, S, server_hello_13, hello_answered_13, "RFC 8446 4.1.3"},

    // SSL 3.0 to TLS 1.2: the server's flight. RFC 5246 7.3.
    {hello_answered, S, supplemental_data, hello_answered, "RFC 4680 2"},
    {hello_answered, S, certificate, server_certificate, "RFC 5246 7.4.2"},
    {hello_answered, S, server_key_exchange, server_keys, "RFC 5246 7.4.3 (anonymous, PSK)"},
    {hello_answered, S, server_hello_done, server_done, "RFC 4279 2 (PSK)"},
    {server_certificate, S, certificate_status, server_status, "RFC 6066 8"},
    {server_certificate, S, server_key_exchange, server_keys, "RFC 5246 7.4.3"},
    {server_certificate, S, certificate_request, certificate_requested, "RFC 5246 7.4.4"},
    {server_certificate, S, server_hello_done, server_done, "RFC 5246 7.4.5"},
    {server_status, S, server_key_exchange, server_keys, "RFC 5246 7.4.3"},
    {server_status, S, certificate_request, certificate_requested, "RFC 5246 7.4.4"},
    {server_status, S, server_hello_done, server_done, "RFC 5246 7.4.5"},
    {server_keys, S, certificate_request, certificate_requested, "RFC 5246 7.4.4"},
    {server_keys, S, server_hello_done, server_done, "RFC 5246 7.4.5"},
    {certificate_requested, S, server_hello_done, server_done, "RFC 5246 7.4.5"},

    // The client's flight.
    {server_done, C, supplemental_data, server_done, "RFC 4680 2"},
    {server_done, C, certificate, client_certificate, "RFC 5246 7.4.6"},
    {server_done, C, certificate_url, client_certificate, "RFC 6066 5"},
    {server_done, C, client_key_exchange, client_keys, "RFC 5246 7.4.7"},
    {client_certificate, C, client_key_exchange, client_keys, "RFC 5246 7.4.7"},
    {client_keys, C, certificate_verify, client_verify, "RFC 5246 7.4.8"},
    {client_keys, C, change_cipher_spec, client_changing, "RFC 5246 7.1"},
    {client_verify, C, change_cipher_spec, client_changing, "RFC 5246 7.1"},
    {client_changing, C, finished, client_finished, "RFC 5246 7.4.9"},
    {client_finished, C, encrypted_handshake, client_finished, "draft-agl-tls-nextprotoneg 3"},
    {client_finished, C, application_data, client_finished, "RFC 7918 3 (False Start)"},

    // The server's last words.
    {client_finished, S, new_session_ticket, server_ticket, "RFC 5077 3.3"},
    {client_finished, S, change_cipher_spec, server_changing, "RFC 5246 7.1"},
    {server_ticket, C, application_data, server_ticket, "RFC 7918 3 (False Start)"},
    {server_ticket, S, change_cipher_spec, server_changing, "RFC 5246 7.1"},
    {server_changing, C, application_data, server_changing, "RFC 7918 3 (False Start)"},
    {server_changing, S, finished, established, "RFC 5246 7.4.9"},

    // Abbreviated: the server finishes first. RFC 5246 7.3 figure 2, RFC 5077 figure 2.
    {hello_answered, S, new_session_ticket, resumed_ticket, "RFC 5077 3.3"},
    {hello_answered, S, change_cipher_spec, resumed_changing, "RFC 5246 7.3"},
    {resumed_ticket, S, change_cipher_spec, resumed_changing, "RFC 5246 7.3"},
    {resumed_changing, S, finished, resumed_finished, "RFC 5246 7.3"},
    {resumed_finished, C, change_cipher_spec, resumed_client_changing, "RFC 5246 7.3"},
    {resumed_client_changing, C, finished, established, "RFC 5246 7.3"},

    // Established; renegotiation shows as ChangeCipherSpec and encrypted handshake records.
    {established, C, application_data, established, "RFC 5246 10"},
    {established, S, application_data, established, "RFC 5246 10"},
    {established, C, encrypted_handshake, established, "RFC 5246 7.4.1.2"},
    {established, S, encrypted_handshake, established, "RFC 5246 7.4.1.1"},
    {established, C, change_cipher_spec, established, "RFC 5246 7.1"},
    {established, S, change_cipher_spec, established, "RFC 5246 7.1"},

    // TLS 1.3 without keys: order and sizes of protected records.
    {hello_answered_13, S, change_cipher_spec, hello_answered_13, "RFC 8446 D.4"},
    {hello_answered_13, C, change_cipher_spec, hello_answered_13, "RFC 8446 D.4"},
    {hello_answered_13, C, early_data, hello_answered_13, "RFC 8446 4.2.10"},
    {hello_answered_13, S, protected_record, protected_flight_13, "RFC 8446 2"},
    {protected_flight_13, S, change_cipher_spec, protected_flight_13, "RFC 8446 D.4"},
    {protected_flight_13, C, change_cipher_spec, protected_flight_13, "RFC 8446 D.4"},
    {protected_flight_13, C, early_data, protected_flight_13, "RFC 8446 4.2.10"},
    {protected_flight_13, S, protected_record, protected_flight_13, "RFC 8446 2"},
    {protected_flight_13, C, protected_record, protected_flight_13, "RFC 8446 4.4.2"},
    {protected_flight_13, C, finished, established_13, "RFC 8446 4.4.4"},

    // TLS 1.3 with the messages in the clear.
    {hello_answered_13, S, encrypted_extensions, encrypted_extensions_13, "RFC 8446 4.3.1"},
    {encrypted_extensions_13, S, certificate_request, certificate_requested_13, "RFC 8446 4.3.2"},
    {encrypted_extensions_13, S, certificate, server_certificate_13, "RFC 8446 4.4.2"},
    {encrypted_extensions_13, S, compressed_certificate, server_certificate_13, "RFC 8879 4"},
    {encrypted_extensions_13, S, finished, server_finished_13, "RFC 8446 4.4.4 (PSK)"},
    {certificate_requested_13, S, certificate, server_certificate_13, "RFC 8446 4.4.2"},
    {certificate_requested_13, S, compressed_certificate, server_certificate_13, "RFC 8879 4"},
    {server_certificate_13, S, certificate_verify, server_verify_13, "RFC 8446 4.4.3"},
    {server_verify_13, S, finished, server_finished_13, "RFC 8446 4.4.4"},
    {server_finished_13, C, change_cipher_spec, server_finished_13, "RFC 8446 D.4"},
    {server_finished_13, C, early_data, server_finished_13, "RFC 8446 4.2.10"},
    {server_finished_13, S, application_data, server_finished_13, "RFC 8446 4.4.4"},
    {server_finished_13, C, end_of_early_data, early_data_ended_13, "RFC 8446 4.5"},
    {server_finished_13, C, certificate, client_certificate_13, "RFC 8446 4.4.2"},
    {server_finished_13, C, compressed_certificate, client_certificate_13, "RFC 8879 4"},
    {server_finished_13, C, finished, established_13, "RFC 8446 4.4.4"},
    {early_data_ended_13, C, finished, established_13, "RFC 8446 4.4.4"},
    {client_certificate_13, C, certificate_verify, client_verify_13, "RFC 8446 4.4.3"},
    {client_certificate_13, C, finished, established_13, "RFC 8446 4.4.2.4 (empty Certificate)"},
    {client_verify_13, C, finished, established_13, "RFC 8446 4.4.4"},
    {established_13, C, application_data, established_13, "RFC 8446 5.2"},
    {established_13, S, application_data, established_13, "RFC 8446 5.2"},
    {established_13, C, protected_record, established_13, "RFC 8446 5.2"},
    {established_13, S, protected_record, established_13, "RFC 8446 4.6"},
    {established_13, S, new_session_ticket, established_13, "RFC 8446 4.6.1"},
    {established_13, S, certificate_request, established_13, "RFC 8446 4.6.2"},
    {established_13, C, key_update, established_13, "RFC 8446 4.6.3"},
    {established_13, S, key_update, established_13, "RFC 8446 4.6.3"},
};

constexpr std::size_t kPhases = static_cast<std::size_t>(Phase::phase_count);
constexpr std::size_t kEvents = static_cast<std::size_t>(Event::event_count);

constexpr const Transition* find(Phase from, Side side, Event event) {
    for (const Transition& t : kTransitions)
        if (t.from == from && t.side == side && t.event == event) return &t;
    return nullptr;
}

consteval bool unique() {
    for (const Transition& t : kTransitions)
        if (find(t.from, t.side, t.event) != &t) return false;
    return true;
}

consteval bool all_reachable() {
    std::array<bool, kPhases> reached{};
    reached[static_cast<std::size_t>(start)] = true;
    for (std::size_t round = 0; round < kPhases; ++round)
        for (const Transition& t : kTransitions)
            if (reached[static_cast<std::size_t>(t.from)]) reached[static_cast<std::size_t>(t.to)] = true;
    for (const bool r : reached)
        if (!r) return false;
    return true;
}

consteval bool every_event_used() {
    std::array<bool, kEvents> used{};
    for (const Transition& t : kTransitions) used[static_cast<std::size_t>(t.event)] = true;
    for (const bool u : used)
        if (!u) return false;
    return true;
}

struct Told {
    Side side;
    Event event;
};

consteval Phase story(std::initializer_list<Told> events) {
    Phase phase = start;
    for (const Told& e : events) {
        const Transition* t = find(phase, e.side, e.event);
        if (t == nullptr) return Phase::phase_count;
        phase = t->to;
    }
    return phase;
}

static_assert(unique());
static_assert(all_reachable());
static_assert(every_event_used());

// RFC 5246 figure 1.
static_assert(story({{C, client_hello},
                     {S, server_hello},
                     {S, certificate},
                     {S, server_key_exchange},
                     {S, server_hello_done},
                     {C, client_key_exchange},
                     {C, change_cipher_spec},
                     {C, finished},
                     {S, change_cipher_spec},
                     {S, finished}}) == established);
// With a certificate status, a certificate of the client and a ticket.
static_assert(story({{C, client_hello},
                     {S, server_hello},
                     {S, certificate},
                     {S, certificate_status},
                     {S, server_key_exchange},
                     {S, certificate_request},
                     {S, server_hello_done},
                     {C, certificate},
                     {C, client_key_exchange},
                     {C, certificate_verify},
                     {C, change_cipher_spec},
                     {C, finished},
                     {S, new_session_ticket},
                     {S, change_cipher_spec},
                     {S, finished}}) == established);
// RFC 5246 figure 2, RFC 5077 figure 2.
static_assert(story({{C, client_hello},
                     {S, server_hello},
                     {S, change_cipher_spec},
                     {S, finished},
                     {C, change_cipher_spec},
                     {C, finished}}) == established);
static_assert(story({{C, client_hello},
                     {S, server_hello},
                     {S, new_session_ticket},
                     {S, change_cipher_spec},
                     {S, finished},
                     {C, change_cipher_spec},
                     {C, finished}}) == established);
// False Start, and an SSL 2 hello before all.
static_assert(story({{C, ssl2_client_hello},
                     {S, server_hello},
                     {S, certificate},
                     {S, server_hello_done},
                     {C, client_key_exchange},
                     {C, change_cipher_spec},
                     {C, finished},
                     {C, application_data},
                     {S, change_cipher_spec},
                     {S, finished},
                     {S, application_data}}) == established);
static_assert(story({{C, ssl2_client_hello}, {S, ssl2_server_hello}}) == ssl2);
// RFC 8446 figure 1 without keys, then with them, with a certificate of the client.
static_assert(story({{C, client_hello},
                     {S, server_hello_13},
                     {S, change_cipher_spec},
                     {S, protected_record},
                     {S, protected_record},
                     {C, change_cipher_spec},
                     {C, finished},
                     {S, protected_record},
                     {C, application_data},
                     {S, application_data}}) == established_13);
static_assert(story({{C, client_hello},
                     {S, server_hello_13},
                     {S, encrypted_extensions},
                     {S, certificate_request},
                     {S, compressed_certificate},
                     {S, certificate_verify},
                     {S, finished},
                     {C, certificate},
                     {C, certificate_verify},
                     {C, finished},
                     {S, new_session_ticket}}) == established_13);
// RFC 8446 figures 2 and 4: HelloRetryRequest; resumption with early data.
static_assert(story({{C, client_hello},
                     {S, hello_retry_request},
                     {S, change_cipher_spec},
                     {C, change_cipher_spec},
                     {C, client_hello},
                     {S, server_hello_13},
                     {S, protected_record},
                     {C, finished}}) == established_13);
static_assert(story({{C, client_hello},
                     {C, change_cipher_spec},
                     {C, early_data},
                     {S, server_hello_13},
                     {S, encrypted_extensions},
                     {S, finished},
                     {C, early_data},
                     {C, end_of_early_data},
                     {C, finished}}) == established_13);
// What must not pass.
static_assert(story({{S, server_hello}}) == Phase::phase_count);
static_assert(story({{C, client_hello}, {C, client_hello}}) == Phase::phase_count);
static_assert(story({{C, client_hello}, {S, server_hello}, {S, server_hello}}) == Phase::phase_count);
static_assert(story({{C, client_hello}, {S, hello_retry_request}, {C, client_hello}, {S, hello_retry_request}}) ==
              Phase::phase_count);

}  // namespace tlsscope::tls::table
