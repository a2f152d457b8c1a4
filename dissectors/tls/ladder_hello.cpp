// The hellos with all their extensions.
#include "bytes/bytes.h"
#include "dissectors/tls/ladder.h"
#include "dissectors/tls/meanings.h"

namespace tlsscope::tls::ladder {

namespace {

using bytes::as_text;

std::string count_of(std::size_t n, std::string_view what) {
    const std::string number = std::to_string(n);
    return number + " " + std::string{what} + (n == 1 ? "" : "s");
}

std::string names(const ItemList<Opaque8>& list) {
    std::string out;
    for (const Opaque8& item : list) {
        if (!out.empty()) out += ", ";
        out += as_text(item.value);
    }
    return out;
}

std::string bytes_of(Bytes b) { return count_of(b.size(), "byte"); }

std::string small_codes(Bytes list, void (*name)(std::uint32_t, std::string&)) {
    std::string out;
    for (const std::uint8_t code : list) {
        if (!out.empty()) out += ", ";
        name(code, out);
    }
    return out;
}

std::string u16_codes(const U16List& list, void (*name)(std::uint32_t, std::string&)) {
    std::string out;
    for (const std::uint16_t code : list) {
        if (!out.empty()) out += ", ";
        name(code, out);
    }
    return out;
}

std::string shares(const ItemList<KeyShareEntry>& list) {
    std::string out;
    for (const KeyShareEntry& share : list) {
        if (!out.empty()) out += ", ";
        group_name(share.group, out);
        out += " (" + bytes_of(share.key) + ")";
    }
    return out;
}

std::string server_names(const ItemList<ServerName>& list) {
    std::string out;
    for (const ServerName& name : list) {
        if (!out.empty()) out += ", ";
        out += name.type == 0 ? std::string{as_text(name.name)} : "type " + std::to_string(name.type);
    }
    return out;
}

std::string psks(const OfferedPsks& psk) {
    return count_of(psk.identities.count(), "key") + ", " + count_of(psk.binders.count(), "binder");
}

std::string ech(const EncryptedClientHello& e) {
    if (e.type == 1) return "inner";
    return "outer, config " + std::to_string(e.config_id) + ", " + bytes_of(e.payload) + " encrypted";
}

/// The value of an extension the client sent; what is not read further is shown by its length.
std::string client_value(const ClientHelloView& h, const Extension& e) {
    switch (e.type) {
        case ext::server_name: return server_names(h.server_names);
        case ext::application_layer_protocol_negotiation: return h.alpn ? names(*h.alpn) : "";
        case ext::supported_versions: return h.supported_versions ? u16_codes(*h.supported_versions, version_name) : "";
        case ext::supported_groups: return h.supported_groups ? u16_codes(*h.supported_groups, group_name) : "";
        case ext::ec_point_formats:
            return h.ec_point_formats ? small_codes(*h.ec_point_formats, ec_point_format_name) : "";
        case ext::signature_algorithms:
            return h.signature_algorithms ? u16_codes(*h.signature_algorithms, signature_scheme_name) : "";
        case ext::signature_algorithms_cert:
            return h.signature_algorithms_cert ? u16_codes(*h.signature_algorithms_cert, signature_scheme_name) : "";
        case ext::key_share_draft:
        case ext::key_share: return h.key_share ? shares(*h.key_share) : "";
        case ext::psk_key_exchange_modes:
            return h.psk_key_exchange_modes ? small_codes(*h.psk_key_exchange_modes, psk_mode_name) : "";
        case ext::pre_shared_key: return h.pre_shared_key ? psks(*h.pre_shared_key) : "";
        case ext::session_ticket: return e.body.empty() ? "empty: asks for one" : "ticket of " + bytes_of(e.body);
        case ext::status_request: return h.status_request && h.status_request->type == 1 ? "OCSP" : bytes_of(e.body);
        case ext::encrypted_client_hello: return h.ech ? ech(*h.ech) : "";
        case ext::record_size_limit: return h.record_size_limit ? std::to_string(*h.record_size_limit) : "";
        case ext::padding: return bytes_of(e.body) + " of padding";
        case ext::compress_certificate:
            return h.compress_certificate ? u16_codes(*h.compress_certificate, certificate_compression_name) : "";
        case ext::application_settings:
        case ext::application_settings_old: return h.application_settings ? names(*h.application_settings) : "";
        case ext::delegated_credential:
            return h.delegated_credentials ? u16_codes(*h.delegated_credentials, signature_scheme_name) : "";
        case ext::renegotiation_info:
            return h.renegotiated_connection && h.renegotiated_connection->empty() ? "empty: first handshake"
                                                                                   : bytes_of(e.body);
        default: return e.body.empty() ? "present" : bytes_of(e.body);
    }
}

std::string server_value(const ServerHelloView& h, const Extension& e) {
    switch (e.type) {
        case ext::supported_versions: return h.supported_version ? name_of(version_name, *h.supported_version) : "";
        case ext::key_share_draft:
        case ext::key_share:
            if (!h.key_share) return "";
            return name_of(group_name, h.key_share->group) +
                   (h.hello_retry_request ? ": wanted" : " (" + bytes_of(h.key_share->key) + ")");
        case ext::pre_shared_key:
            return h.pre_shared_key ? "key " + std::to_string(*h.pre_shared_key) + " of those offered" : "";
        case ext::application_layer_protocol_negotiation: return h.alpn ? std::string{as_text(*h.alpn)} : "";
        case ext::cookie: return h.cookie ? bytes_of(*h.cookie) : "";
        case ext::ec_point_formats:
            return h.ec_point_formats ? small_codes(*h.ec_point_formats, ec_point_format_name) : "";
        case ext::next_protocol_negotiation: return h.next_protocols ? names(*h.next_protocols) : "";
        case ext::server_name: return "the name was used";
        case ext::session_ticket: return "a NewSessionTicket will follow";
        case ext::status_request: return "a CertificateStatus will follow";
        case ext::renegotiation_info:
            return h.renegotiated_connection && h.renegotiated_connection->empty() ? "empty: first handshake"
                                                                                   : bytes_of(e.body);
        default: return e.body.empty() ? "present" : bytes_of(e.body);
    }
}

std::string_view meaning_in(const ClientHelloView& h, std::uint16_t type) {
    if (type == ext::server_name && h.ech && h.ech->type == 0)
        return "the name of the host the client wants (SNI), or only a public name in its place when "
               "encrypted_client_hello is no decoy";
    return extension_meaning(type);
}

std::string_view meaning_in(const ServerHelloView&, std::uint16_t type) { return extension_meaning(type); }

template <class View, class ValueOf>
void extension_fields(const View& hello, FieldWriter& out, ValueOf value_of) {
    out.add("extensions", count_of(hello.extensions.count(), "extension"));
    out.in();
    for (const Extension& e : hello.extensions)
        out.add(name_of(extension_name, e.type), value_of(hello, e), meaning_in(hello, e.type));
    out.out();
}

}  // namespace

void client_hello_fields(const ClientHelloView& h, FieldWriter& out) {
    out.code("legacy_version", version_name, h.version);
    out.hex("random", h.random);
    out.hex("session_id", h.session_id);
    out.codes("cipher_suites", cipher_name, h.ciphers);
    out.add("compression_methods", small_codes(h.compression, compression_name));
    if (h.has_extensions) extension_fields(h, out, client_value);
}

void server_hello_fields(const ServerHelloView& h, FieldWriter& out) {
    out.code("legacy_version", version_name, h.legacy_version);
    out.hex("random", h.random);
    out.hex("session_id", h.session_id);
    if (h.fixed_part_whole) {
        out.code("cipher_suite", cipher_name, h.cipher);
        out.add("compression_method", name_of(compression_name, h.compression));
    }
    if (h.has_extensions) extension_fields(h, out, server_value);
}

void draft_retry_fields(const ServerHelloView& h, FieldWriter& out) {
    out.code("server_version", version_name, h.legacy_version);
    if (h.cipher != 0) out.code("cipher_suite", cipher_name, h.cipher);
    if (h.has_extensions) extension_fields(h, out, server_value);
}

}  // namespace tlsscope::tls::ladder
