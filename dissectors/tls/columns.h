// The columns of a TLS connection. To add one: a row here and `row.set_...(column("its_name"), ...)` where it is known.
#pragma once

#include "dissectors/tls/names.h"
#include "record/column.h"

namespace tlsscope::tls {

namespace columns {

using record::Column;
using record::Summary;
using record::Type;

/// How the terminal table shows a column.
struct Shown {
    std::string_view heading;
    std::uint8_t priority;
};

using Name = void (*)(std::uint32_t, std::string&);

constexpr Column make(std::string_view name, Type type, std::string_view group, std::string_view meaning,
                      Name name_of = nullptr, Summary summary = Summary::none, Shown shown = {{}, 0},
                      std::string_view unit = {}) {
    return {.name = name,
            .type = type,
            .unit = unit,
            .meaning = meaning,
            .group = group,
            .name_of = name_of,
            .summary = summary,
            .heading = shown.heading,
            .priority = shown.priority};
}

constexpr Column tls(std::string_view name, Type type, std::string_view meaning, Summary summary = Summary::none) {
    return make(name, type, "tls", meaning, nullptr, summary);
}

constexpr Column code(std::string_view name, Name name_of, std::string_view meaning, Summary summary = Summary::none,
                      const Shown& shown = {{}, 0}) {
    return make(name, Type::code, "tls", meaning, name_of, summary, shown);
}

constexpr Column codes(std::string_view name, Name name_of, std::string_view meaning) {
    return make(name, Type::code_list, "tls", meaning, name_of);
}

constexpr Column size(std::string_view name, std::string_view unit, std::string_view meaning) {
    return make(name, Type::integer, "tls", meaning, nullptr, Summary::none, {{}, 0}, unit);
}

constexpr Column cert(std::string_view name, Type type, std::string_view meaning, Summary summary = Summary::none) {
    return make(name, type, "certificate", meaning, nullptr, summary);
}

constexpr Column millis(std::string_view name, std::string_view meaning) {
    return make(name, Type::millis, "timing", meaning, nullptr, Summary::none, {{}, 0}, "ms");
}

inline constexpr Column kAll[] = {
    make("sni", Type::text, "identity",
         "Server name the client asked for: first host_name of the first ClientHello, its first 255 bytes.", nullptr,
         Summary::count, {"SNI", 3}),
    make("sni_length", Type::integer, "identity", "Length of the SNI, where it is longer than the 255 bytes kept.",
         nullptr, Summary::none, {{}, 0}, "bytes"),
    make("sni_alt", Type::text, "identity", "A second, different server name in the same connection."),
    make("alpn", Type::text, "identity", "Application protocol the server chose; TLS 1.3 encrypts it: empty.", nullptr,
         Summary::count, {"ALPN", 8}),
    make("alpn_offered", Type::text_list, "identity", "Application protocols the client offered, best first."),

    tls("tls_outcome", Type::text,
        "complete; alert (failed by a fatal alert); closed_by_client, closed_by_server, reset_by_client, "
        "reset_by_server (ended in the middle of the handshake); not_tls (the server's answer was something else); "
        "incomplete (the capture or a gap ended it); no_handshake (begun before the capture)."),
    tls("established", Type::boolean, "The TLS handshake was completed, as Zeek's ssl.log says it."),
    tls("inferred", Type::boolean,
        "Something of this row is concluded from sizes and order of encrypted records, not read."),
    code("version_offered", version_name, "Highest version the client offered."),
    codes("versions_offered", version_name, "supported_versions of the client, GREASE included."),
    code("version", version_name, "Version the server chose.", Summary::count, {"Version", 4}),
    code("cipher", cipher_name, "Cipher suite the server chose.", Summary::count, {"Cipher", 6}),
    codes("ciphers_offered", cipher_name, "Cipher suites the client offered, best first, GREASE included."),
    code("group", group_name,
         "Group of the key exchange: key_share of the ServerHello, or the curve of the ServerKeyExchange.",
         Summary::count),
    codes("groups_offered", group_name, "supported_groups of the client, GREASE included."),
    codes("key_shares", group_name, "Groups the client sent a key share of."),
    size("dh_bits", "bits", "Size of the prime of a finite-field Diffie-Hellman key exchange."),
    code("signature_scheme", signature_scheme_name, "Signature scheme of the ServerKeyExchange (TLS 1.2)."),
    codes("sig_algs_offered", signature_scheme_name, "signature_algorithms of the client, GREASE included."),
    codes("extensions_offered", extension_name, "Extensions of the ClientHello in order, GREASE included."),
    codes("extensions_server", extension_name, "Extensions of the ServerHello in order."),
    code("compression", compression_name, "Compression method the server chose.", Summary::none),
    tls("hrr", Type::boolean, "The server asked for another ClientHello (HelloRetryRequest)."),
    tls("resumed", Type::boolean, "The server resumed an earlier session.", Summary::count),
    tls("resumption_kind", Type::text, "How the session was resumed: session_id, ticket or psk."),
    tls("resumption_offered", Type::text_list,
        "What the client offered to resume with: session_id, ticket, psk. The random session id of a TLS 1.3 client "
        "does not count."),
    tls("early_data", Type::text,
        "0-RTT data: offered (announced only), sent, accepted or rejected (concluded from the records); empty: none."),
    tls("ech", Type::text,
        "Encrypted ClientHello: outer (an encrypted hello or a decoy, GREASE: they look alike) or accepted (confirmed "
        "in a HelloRetryRequest)."),
    tls("client_auth", Type::text,
        "Certificate of the client: none (not asked for), requested, declined (asked for and an empty one sent), sent; "
        "TLS 1.3: inferred; empty when unknown."),
    tls("client_random", Type::text, "Random of the first ClientHello, hexadecimal."),
    tls("server_random", Type::text, "Random of the ServerHello, hexadecimal."),
    tls("session_id", Type::text, "Session ID in the ClientHello, hexadecimal."),
    tls("session_id_server", Type::text, "Session ID in the ServerHello, hexadecimal."),
    tls("ja3", Type::text, "JA3 fingerprint of the first ClientHello."),
    tls("ja3s", Type::text, "JA3S fingerprint of the ServerHello."),
    tls("ja4", Type::text, "JA4 fingerprint of the first ClientHello."),
    code("alert", alert_name,
         "The first fatal alert, or else the first warning other than close_notify. Encrypted ones stay empty.",
         Summary::count, {"Alert", 7}),
    tls("alert_from", Type::text, "Who sent that alert, or an encrypted one during the handshake: client or server."),
    tls("close_notify", Type::text,
        "Who ended the TLS session with an alert before closing: client, server or both. Encrypted alerts are told by "
        "type (TLS 1.2) or size (TLS 1.3) of the last record."),
    tls("weaknesses", Type::text_list,
        "What is weak about what was negotiated: ssl2, ssl3, tls10, tls11 (RFC 8996), null_cipher, export, rc2, rc4, "
        "des, 3des, cbc, static_rsa, no_forward_secrecy, anonymous, md5_signature, sha1_signature (of the key "
        "exchange), dh_small (below 2048 bits), compression, insecure_renegotiation (the server does not know RFC "
        "5746). Of certificates: cert_validation.",
        Summary::count),
    tls("pq_offered", Type::text,
        "The best key exchange the client offered, by what a quantum computer makes of it: hybrid (with ML-KEM), pure "
        "(ML-KEM alone), draft (code points of drafts: Kyber), classical, unknown (groups in no registry)."),
    tls("pq", Type::text,
        "The same of the key exchange that was selected; empty when there was none (a pre-shared key alone).",
        Summary::count),
    size("tls_rtts", "round trips",
         "Round trips of the handshake: how often a flight of the client was followed by one of the server until the "
         "last Finished."),
    size("client_hello_bytes", "bytes", "Length of the first ClientHello with its header."),
    size("tls_records", "records", "TLS records seen, both directions."),
    size("renegotiations", "handshakes", "Further handshakes inside the encrypted connection (TLS 1.2 and older)."),

    cert("cert_subject", Type::text, "Subject of the server's certificate."),
    cert("cert_issuer", Type::text, "Issuer of the server's certificate."),
    cert("cert_san", Type::text_list, "Subject alternative names of the server's certificate, the first hundred."),
    cert("cert_not_before", Type::time, "Start of its validity, UTC."),
    cert("cert_not_after", Type::time, "End of its validity, UTC."),
    cert("cert_key", Type::text, "Kind and size of its key."),
    cert("cert_sig", Type::text, "Algorithm it is signed with."),
    cert("cert_sha256", Type::text, "SHA-256 of the certificate, hexadecimal."),
    cert("cert_faults", Type::text_list, "What is wrong with its encoding."),
    make("chain_len", Type::integer, "certificate", "Certificates in the server's Certificate message.", nullptr,
         Summary::none, {{}, 0}, "certificates"),
    cert("cert_status", Type::text,
         "The server's certificate by its own word, at the time of the capture: ok_dates, expired, not_yet_valid, "
         "self_signed, bad_der (unreadable), hidden_tls13 (encrypted), none (resumed, PSK or anonymous). The chain is "
         "cert_validation's.",
         Summary::count),
    cert("cert_validation", Type::text_list,
         "What a client would object to in the server's certificates (--list-rules), at the time of the packet or "
         "--at, gravest first: bad_signature, expired, not_yet_valid, name_mismatch, missing_intermediate, "
         "unknown_issuer, invalid_ca, wrong_usage, weak_key, weak_signature, chain_invalid, self_signed; ok (nothing, "
         "and the chain leads to a CA of --ca-file; the name counts only where there is an SNI); hidden_tls13 "
         "(encrypted); empty: no certificate, or nothing to object to without --ca-file.",
         Summary::count),
    make("cert_days_left", Type::integer, "certificate",
         "Whole days from the packet (or --at) to the end of its validity; negative when it had ended.", nullptr,
         Summary::none, {{}, 0}, "days"),
    make(
        "cert_scts", Type::integer, "certificate",
        "Signed certificate timestamps (RFC 6962) in the server's certificate and in its ServerHello; those in an OCSP "
        "response are not counted.",
        nullptr, Summary::none, {{}, 0}, "timestamps"),
    cert("cert_matches_sni", Type::boolean,
         "The SNI is among the names of the server's certificate (RFC 9525); empty when one of them is missing."),
    cert("ocsp_stapled", Type::boolean, "The server sent an OCSP response along (CertificateStatus)."),
    cert("client_cert_subject", Type::text, "Subject of the client's certificate."),
    cert("client_cert_issuer", Type::text, "Issuer of the client's certificate."),
    cert("client_cert_sha256", Type::text, "SHA-256 of the client's certificate, hexadecimal."),
    cert("client_cert_validation", Type::text_list,
         "What a server would object to in the client's certificates, in the words of cert_validation.",
         Summary::count),

    millis("server_think_ms",
           "Last byte of the ClientHello that was answered to the first byte of the ServerHello, less rtt_server_ms: "
           "what the server itself needed."),
    millis("client_think_ms",
           "End of the server's flight to the client's Finished, less rtt_client_ms: what the client itself needed."),
};

}  // namespace columns

/// The column of that name; a wrong name does not compile.
consteval const record::Column& column(std::string_view name) { return record::column_in(columns::kAll, name); }

}  // namespace tlsscope::tls
