#include "dissectors/tls/ladder.h"

#include "bytes/hex.h"
#include "dissectors/tls/meanings.h"
#include "dissectors/tls/wire/certificate_request.h"
#include "dissectors/tls/wire/certificate_status.h"
#include "dissectors/tls/wire/certificate_verify.h"
#include "dissectors/tls/wire/client_key_exchange.h"
#include "dissectors/tls/wire/new_session_ticket.h"

namespace tlsscope::tls::ladder {

namespace {

constexpr std::size_t kMaxChain = 16;

std::string length_text(std::size_t n) { return std::to_string(n) + (n == 1 ? " byte" : " bytes"); }

/// "the server chooses" -> "The server chooses."
std::string sentence_of(std::string_view meaning) {
    if (meaning.empty()) return {};
    std::string out{meaning};
    if (out.front() >= 'a' && out.front() <= 'z') out.front() = static_cast<char>(out.front() - 'a' + 'A');
    if (out.back() != '.') out += '.';
    return out;
}

std::string day(std::int64_t unix_seconds) {
    // Days since 1970 to year, month and day: the civil calendar's own arithmetic, with years that begin in March.
    const std::int64_t days = (unix_seconds >= 0 ? unix_seconds : unix_seconds - 86399) / 86400 + 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t of_era = days - era * 146097;
    const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted = (5 * of_year + 2) / 153;
    const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    const auto two = [](std::int64_t v) { return (v < 10 ? "0" : "") + std::to_string(v); };
    return std::to_string(year) + "-" + two(month) + "-" + two(of_year - (153 * shifted + 2) / 5 + 1);
}

/// The columns hold code points of 16 bits: those of SSL 2.0 itself are shown here.
std::string kinds(const Sslv2Ciphers& ciphers) {
    std::string out;
    for (std::size_t i = 0; i < ciphers.size(); ++i) {
        if (i != 0) out += ", ";
        cipher_name(ciphers[i], out);
    }
    return out;
}

void certificate_fields(const crypto::CertificateSummary& c, FieldWriter& out) {
    out.in();
    out.add("issuer", c.issuer, "who signed it");
    if (c.not_before && c.not_after) out.add("validity", day(*c.not_before) + " to " + day(*c.not_after), "");
    if (!c.names.empty()) {
        std::string names;
        for (const std::string& n : c.names) names += (names.empty() ? "" : ", ") + n;
        out.add("subjectAltName", names, "the names it is good for");
    }
    out.add("key", c.key, "its public key");
    out.add("signatureAlgorithm", c.signature_algorithm, "");
    out.add("sha256", bytes::hex(c.sha256), "its fingerprint");
    for (const std::string& fault : c.faults) out.add("fault", fault, "");
    out.out();
}

void chain_fields(Reader& in, const Summarize& summarize, FieldWriter& out) {
    const CertificateView12 view = read_certificate12(in);
    const std::size_t count = view.entries.count();
    out.add("certificate_list", std::to_string(count) + (count == 1 ? " certificate" : " certificates"), "");
    std::size_t shown = 0;
    for (const CertificateEntry12& entry : view.entries) {
        if (shown++ == kMaxChain) return;
        const auto summary = summarize(entry.der);
        out.in();
        out.add("certificate", summary->subject + " (" + length_text(entry.der.size()) + ")",
                shown == 1 ? "the sender's own" : "vouches for the one before");
        certificate_fields(*summary, out);
        out.out();
    }
}

void server_key_exchange_fields(Reader& in, const Chosen& chosen, FieldWriter& out) {
    const auto view = read_server_key_exchange(in, key_exchange_of(chosen.cipher), chosen.version);
    out.add("key_exchange", std::string{key_exchange_label(view.kind)}, "");
    if (view.named_curve) out.code("named_curve", group_name, *view.named_curve);
    if (!view.prime.empty()) out.add("dh_p", std::to_string(bit_length(view.prime)) + " bits", "the prime");
    if (!view.public_key.empty()) out.add("public_key", length_text(view.public_key.size()));
    if (view.psk_identity_hint) out.add("psk_identity_hint", std::string{bytes::as_text(*view.psk_identity_hint)});
    if (view.scheme) out.code("signature_scheme", signature_scheme_name, *view.scheme);
    if (!view.signature.empty()) out.add("signature", length_text(view.signature.size()));
}

void certificate_request_fields(Reader& in, const Chosen& chosen, FieldWriter& out) {
    const CertificateRequestView view = read_certificate_request12(in, chosen.version);
    std::string types;
    for (const std::uint8_t type : view.certificate_types)
        types += (types.empty() ? "" : ", ") + name_of(client_certificate_type_name, type);
    out.add("certificate_types", types);
    if (view.signature_algorithms) out.codes("signature_algorithms", signature_scheme_name, *view.signature_algorithms);
    out.add("certificate_authorities", std::to_string(view.authorities.count()) + " names");
    out.in();
    for (const Opaque16& name : view.authorities)
        out.add("name", crypto::describe_name(name.value).value_or(bytes::hex(name.value)), "");
    out.out();
}

void client_key_exchange_fields(Reader& in, const Chosen& chosen, FieldWriter& out) {
    const auto view = read_client_key_exchange(in, key_exchange_of(chosen.cipher), chosen.version);
    out.add("key_exchange", std::string{key_exchange_label(view.kind)}, "");
    if (view.psk_identity) out.add("psk_identity", std::string{bytes::as_text(*view.psk_identity)});
    if (!view.public_key.empty()) out.add("public_key", length_text(view.public_key.size()));
    if (!view.encrypted_premaster.empty())
        out.add("encrypted_premaster_secret", length_text(view.encrypted_premaster.size()),
                "the secret, encrypted for the server's certificate");
}

void certificate_verify_fields(Reader& in, const Chosen& chosen, FieldWriter& out) {
    const CertificateVerifyView view = read_certificate_verify(in, chosen.version);
    if (view.scheme) out.code("signature_scheme", signature_scheme_name, *view.scheme);
    out.add("signature", length_text(view.signature.size()));
}

void certificate_status_fields(Reader& in, FieldWriter& out) {
    const CertificateStatusView view = read_certificate_status(in);
    out.add("status_type", view.type == 1 ? "ocsp" : view.type == 2 ? "ocsp_multi" : std::to_string(view.type), "");
    out.add("response", length_text(view.total_length), "");
    if (view.response_status)
        out.add("responseStatus", *view.response_status == 0 ? "successful" : std::to_string(*view.response_status),
                "");
}

void ticket_fields(Reader& in, FieldWriter& out) {
    const NewSessionTicketView view = read_new_session_ticket12(in);
    out.add("ticket_lifetime", std::to_string(view.lifetime) + " s");
    out.add("ticket", length_text(view.ticket.size()));
}

void body_fields(const HandshakeMessage& m, const Chosen& chosen, const Summarize& summarize, FieldWriter& out) {
    Reader in{m.body, m.edge()};
    switch (m.header.type) {
        case HandshakeType::client_hello: return client_hello_fields(read_client_hello(in), out);
        case HandshakeType::server_hello: return server_hello_fields(read_server_hello(in), out);
        case HandshakeType::hello_retry_request: return draft_retry_fields(read_hello_retry_request(in), out);
        case HandshakeType::certificate: return chain_fields(in, summarize, out);
        case HandshakeType::server_key_exchange: return server_key_exchange_fields(in, chosen, out);
        case HandshakeType::certificate_request: return certificate_request_fields(in, chosen, out);
        case HandshakeType::client_key_exchange: return client_key_exchange_fields(in, chosen, out);
        case HandshakeType::certificate_verify: return certificate_verify_fields(in, chosen, out);
        case HandshakeType::certificate_status: return certificate_status_fields(in, out);
        case HandshakeType::new_session_ticket: return ticket_fields(in, out);
        default: return;
    }
}

HandshakeType shown_type(const HandshakeMessage& m) {
    if (m.header.type != HandshakeType::server_hello) return m.header.type;
    Reader in{m.body, m.edge()};
    return read_server_hello(in).hello_retry_request ? HandshakeType::hello_retry_request : HandshakeType::server_hello;
}

}  // namespace

void FieldWriter::add(std::string name, std::string value) {
    const std::string_view meaning = field_meaning(name);
    add(std::move(name), std::move(value), meaning);
}

void FieldWriter::add(std::string name, std::string value, std::string_view meaning) {
    out_.push_back({std::move(name), std::move(value), std::string{meaning}, depth_});
}

void FieldWriter::hex(std::string name, Bytes value) {
    add(std::move(name), value.empty() ? "empty" : bytes::hex(value));
}

void FieldWriter::code(std::string name, void (*append)(std::uint32_t, std::string&), std::uint32_t code) {
    add(std::move(name), name_of(append, code) + " (" + bytes::hex_code(static_cast<std::uint16_t>(code)) + ")");
}

void FieldWriter::codes(std::string name, void (*append)(std::uint32_t, std::string&), const U16List& list) {
    std::string value;
    for (const std::uint16_t code : list) {
        if (!value.empty()) value += ", ";
        append(code, value);
    }
    add(std::move(name), std::move(value));
}

record::Message handshake(Side from, const HandshakeMessage& m, const Chosen& chosen, const Summarize& summarize) {
    record::Message out;
    const HandshakeType type = shown_type(m);
    out.from = from;
    out.first = m.first;
    out.last = m.last.seen() ? m.last : m.first;
    out.name = name_of(handshake_type_name, static_cast<std::uint32_t>(type));
    out.sentence = sentence_of(handshake_meaning(type));
    FieldWriter fields{out.fields};
    fields.add("length", length_text(m.header.length), "");
    if (m.broken_off()) fields.add("captured", length_text(m.body.size()), "the rest is missing");
    if (m.cut == HandshakeMessage::Cut::cap || m.cut == HandshakeMessage::Cut::budget)
        fields.add("read", length_text(m.body.size()), "the rest was skipped");
    body_fields(m, chosen, summarize, fields);
    return out;
}

record::Message ssl2_hello(Side from, Bytes body, Evidence first, Evidence last) {
    record::Message out;
    out.from = from;
    out.first = first;
    out.last = last;
    out.name = from == Side::client ? "SSLv2 CLIENT-HELLO" : "SSLv2 SERVER-HELLO";
    out.sentence = "A hello in the format of SSL 2.0.";
    FieldWriter fields{out.fields};
    fields.add("length", length_text(body.size()), "");
    Reader in{body};
    if (from == Side::client) {
        const Sslv2ClientHelloView view = read_sslv2_client_hello(in);
        fields.code("version", version_name, view.version);
        fields.add("cipher_specs", kinds(view.ciphers), "");
        fields.hex("challenge", view.challenge);
    } else {
        const Sslv2ServerHelloView view = read_sslv2_server_hello(in);
        fields.code("version", version_name, view.version);
        fields.add("certificate", length_text(view.certificate.size()), "");
    }
    return out;
}

record::Message alert(Side from, AlertView a, Evidence at) {
    record::Message out;
    out.from = from;
    out.first = out.last = at;
    out.name = "Alert";
    out.sentence = sentence_of(alert_meaning(a.description));
    FieldWriter fields{out.fields};
    fields.add("level", a.fatal() ? "fatal" : "warning", a.fatal() ? "ends the connection" : "");
    fields.add("description", name_of(alert_name, a.description) + " (" + std::to_string(a.description) + ")",
               alert_cause(a.description));
    return out;
}

record::Message change_cipher_spec(Side from, bool tls13, Evidence at) {
    record::Message out;
    out.from = from;
    out.first = out.last = at;
    out.name = "ChangeCipherSpec";
    out.sentence = tls13 ? "Means nothing in TLS 1.3: sent so that old middleboxes see a handshake they know."
                         : "From here on this side encrypts with the new keys.";
    return out;
}

record::Message encrypted(Side from, std::string name, std::string sentence, const ProtectedRecord& r, bool inferred) {
    record::Message out;
    out.from = from;
    out.first = r.first;
    out.last = r.last.seen() ? r.last : r.first;
    out.name = std::move(name);
    out.sentence = std::move(sentence);
    out.inferred = inferred;
    FieldWriter{out.fields}.add("length", length_text(r.length), "encrypted");
    return out;
}

}  // namespace tlsscope::tls::ladder
