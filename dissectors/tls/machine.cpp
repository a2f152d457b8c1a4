#include "dissectors/tls/machine.h"

#include <array>
#include <cstdint>
#include <iterator>

#include "dissectors/tls/machine_table.h"

namespace tlsscope::tls {

namespace {

constexpr std::array<std::string_view, table::kPhases> kPhaseNames = {
    "start",
    "hello_sent",
    "retry_requested",
    "hello_repeated",
    "hello_answered",
    "server_certificate",
    "server_status",
    "server_keys",
    "certificate_requested",
    "server_done",
    "client_certificate",
    "client_keys",
    "client_verify",
    "client_changing",
    "client_finished",
    "server_ticket",
    "server_changing",
    "resumed_ticket",
    "resumed_changing",
    "resumed_finished",
    "resumed_client_changing",
    "established",
    "hello_answered_13",
    "protected_flight_13",
    "encrypted_extensions_13",
    "certificate_requested_13",
    "server_certificate_13",
    "server_verify_13",
    "server_finished_13",
    "early_data_ended_13",
    "client_certificate_13",
    "client_verify_13",
    "established_13",
    "ssl2",
};

constexpr std::array<std::string_view, table::kEvents> kEventNames = {
    "HelloRequest",
    "SSLv2 CLIENT-HELLO",
    "SSLv2 SERVER-HELLO",
    "ClientHello",
    "HelloRetryRequest",
    "ServerHello",
    "ServerHello (TLS 1.3)",
    "EncryptedExtensions",
    "Certificate",
    "CompressedCertificate",
    "CertificateURL",
    "SupplementalData",
    "CertificateStatus",
    "ServerKeyExchange",
    "CertificateRequest",
    "ServerHelloDone",
    "ClientKeyExchange",
    "CertificateVerify",
    "NewSessionTicket",
    "EndOfEarlyData",
    "KeyUpdate",
    "ChangeCipherSpec",
    "Finished",
    "Encrypted Handshake Message",
    "Protected Record",
    "Early Data",
    "Application Data",
};

consteval bool all_named(std::span<const std::string_view> names) {
    for (const std::string_view n : names)
        if (n.empty()) return false;
    return true;
}
static_assert(all_named(kPhaseNames) && all_named(kEventNames));

using EdgeIndex = std::uint8_t;
constexpr EdgeIndex kNoEdge = 0xff;
static_assert(std::size(table::kTransitions) < kNoEdge);

/// Which edge leads on, by phase, side and event: every record asks.
using Edges = std::array<std::array<std::array<EdgeIndex, table::kEvents>, 2>, table::kPhases>;

consteval Edges make_edges() {
    Edges edges{};
    for (auto& sides : edges)
        for (auto& events : sides) events.fill(kNoEdge);
    for (std::size_t i = 0; i < std::size(table::kTransitions); ++i) {
        const Transition& t = table::kTransitions[i];
        edges[static_cast<std::size_t>(t.from)][record::index(t.side)][static_cast<std::size_t>(t.event)] =
            static_cast<EdgeIndex>(i);
    }
    return edges;
}

constexpr Edges kEdges = make_edges();

const Transition* edge(Phase from, Side side, Event event) {
    const EdgeIndex i = kEdges[static_cast<std::size_t>(from)][record::index(side)][static_cast<std::size_t>(event)];
    return i == kNoEdge ? nullptr : &table::kTransitions[i];
}

}  // namespace

std::string_view name(Phase phase) { return kPhaseNames[static_cast<std::size_t>(phase)]; }

std::string_view name(Event event) { return kEventNames[static_cast<std::size_t>(event)]; }

std::span<const Transition> transitions() { return table::kTransitions; }

bool Machine::allows(Side side, Event event) const { return edge(phase_, side, event) != nullptr; }

bool Machine::step(Side side, Event event) {
    const Transition* t = edge(phase_, side, event);
    if (t == nullptr) return false;
    phase_ = t->to;
    return true;
}

bool Machine::catch_up(Side side, Event event) {
    const Transition* nearest = nullptr;
    for (const Transition& t : table::kTransitions) {
        if (t.side != side || t.event != event || t.from < phase_) continue;
        if (nearest == nullptr || t.from < nearest->from) nearest = &t;
    }
    if (nearest == nullptr) return false;
    phase_ = nearest->to;
    return true;
}

std::string print_machine() {
    std::string out = "stateDiagram-v2\n    [*] --> start\n";
    for (const Transition& t : table::kTransitions) {
        out.append("    ").append(name(t.from)).append(" --> ").append(name(t.to)).append(" : ");
        out.append(t.side == Side::client ? "C " : "S ").append(name(t.event));
        out.append(" [").append(t.section).append("]\n");
    }
    out += "    established --> [*]\n    established_13 --> [*]\n    ssl2 --> [*]\n";
    return out;
}

}  // namespace tlsscope::tls
