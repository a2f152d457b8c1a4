#include "dissectors/tls/clauses.h"

#include "dissectors/tls/columns.h"
#include "dissectors/tls/wire/types.h"

namespace tlsscope::tls {

using record::ConnectionRecord;

std::string_view progress(const Ending& e) {
    if (e.phase == Phase::hello_sent && e.hello_cut) return "in the middle of the ClientHello";
    switch (e.phase) {
        case Phase::start: return "before any ClientHello";
        case Phase::hello_sent: return "after the ClientHello, before any answer";
        case Phase::retry_requested: return "after the server asked for another ClientHello";
        case Phase::hello_repeated: return "after the second ClientHello, before the ServerHello";
        case Phase::hello_answered:
        case Phase::server_certificate:
        case Phase::server_status:
        case Phase::server_keys:
        case Phase::certificate_requested: return "in the middle of the server's first flight";
        case Phase::server_done: return "after the server's first flight, when it was the client's turn";
        case Phase::client_certificate:
        case Phase::client_keys:
        case Phase::client_verify:
        case Phase::client_changing: return "in the middle of the client's second flight";
        case Phase::client_finished: return "after the client's Finished, when it was the server's turn";
        case Phase::server_ticket:
        case Phase::server_changing: return "before the server's Finished";
        case Phase::hello_answered_13: return "after the ServerHello";
        case Phase::protected_flight_13:
        case Phase::server_finished_13: return "after the server's flight, when it was the client's turn";
        default: return "before the handshake was over";
    }
}

std::string capitalized(std::string_view side) { return side == "client" ? "The client" : "The server"; }

std::vector<std::uint64_t> frames_of(const ConnectionRecord& record, std::initializer_list<const record::Mark*> marks) {
    std::vector<std::uint64_t> out;
    for (const record::Mark* m : marks)
        if (const record::Evidence e = record.timeline.at(*m); e.seen()) out.push_back(e.frame);
    return out;
}

std::string certificate_clause(const verdict::Presented& p, verdict::CertificateFault fault,
                               const ConnectionRecord& record) {
    return verdict::clause(p, fault, record.row.get(column("sni")).text()) + "; " +
           std::string{verdict::rule_of(fault).rule.cure};
}

bool refusable(verdict::CertificateFault fault) { return fault < verdict::CertificateFault::expires_soon; }

std::string listed(const ConnectionRecord& record, const record::Column& of) {
    constexpr std::size_t kMost = 4;
    const record::Value codes = record.row.get(of);
    std::string out;
    std::size_t count = 0;
    for (std::size_t i = 0; !codes.empty() && i < codes.list_size(); ++i) {
        std::string name;
        of.name_of(codes.code_at(i), name);
        if (is_grease(codes.code_at(i)) || name.ends_with("_SCSV") || ++count > kMost) continue;
        out.append(out.empty() ? "" : ", ").append(name);
    }
    if (count > kMost) out += " and " + std::to_string(count - kMost) + " more";
    return out;
}

std::string offered_versions(const ConnectionRecord& record) {
    std::string list = listed(record, column("versions_offered"));
    const record::Value highest = record.row.get(column("version_offered"));
    if (!list.empty() || highest.empty()) return list;
    column("version_offered").name_of(static_cast<std::uint32_t>(highest.integer()), list);
    return list + " at most";
}

std::string offered_parameters(const ConnectionRecord& record) {
    std::string out = offered_versions(record);
    const auto add = [&](std::string_view what, const record::Column& of) {
        const std::string list = listed(record, of);
        if (!list.empty()) out.append(out.empty() ? "" : "; ").append(what).append(list);
    };
    add("cipher suites ", column("ciphers_offered"));
    add("groups ", column("groups_offered"));
    return out;
}

}  // namespace tlsscope::tls
