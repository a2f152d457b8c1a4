// Every field of every view as text, so that one test and one fuzz target can compare what two readings gave: whole and
// cut short. A field that is absent, empty or zero is left out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "bytes/hex.h"
#include "bytes/reader.h"
#include "dissectors/tls/wire/alert.h"
#include "dissectors/tls/wire/certificate.h"
#include "dissectors/tls/wire/certificate_request.h"
#include "dissectors/tls/wire/certificate_status.h"
#include "dissectors/tls/wire/certificate_verify.h"
#include "dissectors/tls/wire/change_cipher_spec.h"
#include "dissectors/tls/wire/client_hello.h"
#include "dissectors/tls/wire/client_key_exchange.h"
#include "dissectors/tls/wire/compressed_certificate.h"
#include "dissectors/tls/wire/empty.h"
#include "dissectors/tls/wire/encrypted_extensions.h"
#include "dissectors/tls/wire/finished.h"
#include "dissectors/tls/wire/handshake.h"
#include "dissectors/tls/wire/key_update.h"
#include "dissectors/tls/wire/new_session_ticket.h"
#include "dissectors/tls/wire/next_protocol.h"
#include "dissectors/tls/wire/record.h"
#include "dissectors/tls/wire/server_hello.h"
#include "dissectors/tls/wire/server_key_exchange.h"
#include "dissectors/tls/wire/sslv2.h"

namespace tlsscope::tls::testing {

using Facts = std::map<std::string, std::string>;

class Describer {
  public:
    explicit Describer(Bytes input) : input_{input} {}

    const Facts& facts() const { return facts_; }
    /// Every view seen lies inside the input.
    bool inside() const { return inside_; }
    bool has(const std::string& name) const { return facts_.contains(name); }
    /// The sender contradicted itself somewhere: then a cut reading may have believed what the whole one did not.
    bool contradictory() const { return contradictory_; }

    void number(const std::string& name, std::uint64_t v) {
        if (v != 0) facts_[name] = std::to_string(v);
    }
    void flag(const std::string& name, bool v) { number(name, v ? 1 : 0); }
    void bytes(const std::string& name, Bytes v) {
        check(v);
        if (!v.empty()) facts_[name] = bytes::hex(v);
    }
    void u16s(const std::string& name, const U16List& v) { bytes(name, v.raw()); }
    template <class T>
    void items(const std::string& name, const ItemList<T>& v) {
        bytes(name, v.raw());
        number(name + " count", v.count());
    }
    void maybe(const std::string& name, const std::optional<Bytes>& v) {
        if (v) bytes(name, *v);
        if (v) facts_[name + "?"] = "present";
    }
    void maybe(const std::string& name, const std::optional<U16List>& v) {
        if (v) maybe(name, std::optional{v->raw()});
    }
    template <class T>
    void maybe(const std::string& name, const std::optional<ItemList<T>>& v) {
        if (v) maybe(name, std::optional{v->raw()});
    }
    void maybe_number(const std::string& name, std::optional<std::uint32_t> v) {
        if (v) facts_[name] = std::to_string(*v);
    }
    void extensions(const ExtensionList& list) {
        check(list.raw());
        std::size_t i = 0;
        for (const Extension& e : list) {
            check(e.body);
            facts_["ext[" + std::to_string(i++) + "]"] = std::to_string(e.type) + ":" + bytes::hex(e.body);
        }
    }
    void oddities(Oddities odd) {
        for (unsigned i = 0; i < static_cast<unsigned>(Oddity::count); ++i)
            flag("odd" + std::to_string(i), odd.has(static_cast<Oddity>(i)));
        contradictory_ = contradictory_ || odd.has(Oddity::vec_overrun) || odd.has(Oddity::ext_overrun) ||
                         odd.has(Oddity::ext_malformed);
    }

  private:
    void check(Bytes v) {
        if (v.empty()) return;
        const bool ok = v.data() >= input_.data() && v.data() + v.size() <= input_.data() + input_.size();
        inside_ = inside_ && ok;
    }

    Bytes input_;
    Facts facts_;
    bool inside_ = true;
    bool contradictory_ = false;
};

void describe(const ClientHelloView& v, Describer& d);
void describe(const ServerHelloView& v, Describer& d);

struct MessageKind {
    const char* name;
    void (*read)(Reader& in, Describer& d);
};

/// One entry per message and shape.
const std::array<MessageKind, 36>& message_kinds();

inline void describe(const ClientHelloView& v, Describer& d) {
    d.number("version", v.version);
    d.bytes("random", v.random);
    d.bytes("session_id", v.session_id);
    d.u16s("ciphers", v.ciphers);
    d.bytes("compression", v.compression);
    d.flag("has_extensions", v.has_extensions);
    d.extensions(v.extensions);
    d.oddities(v.oddities);
    d.items("server_names", v.server_names);
    d.maybe("sni", v.sni);
    d.maybe("sni_alt", v.sni_alt);
    d.maybe("alpn", v.alpn);
    d.maybe("supported_versions", v.supported_versions);
    d.maybe("supported_groups", v.supported_groups);
    d.maybe("ec_point_formats", v.ec_point_formats);
    d.maybe("signature_algorithms", v.signature_algorithms);
    d.maybe("signature_algorithms_cert", v.signature_algorithms_cert);
    d.maybe("key_share", v.key_share);
    d.maybe("psk_key_exchange_modes", v.psk_key_exchange_modes);
    if (v.pre_shared_key) {
        d.items("identities", v.pre_shared_key->identities);
        d.items("binders", v.pre_shared_key->binders);
    }
    d.maybe("session_ticket", v.session_ticket);
    if (v.status_request) {
        d.number("status_type", v.status_request->type);
        d.bytes("responder_ids", v.status_request->responder_ids);
        d.bytes("request_extensions", v.status_request->request_extensions);
    }
    if (v.ech) {
        d.flag("ech", true);
        d.number("ech type", v.ech->type);
        d.number("ech kdf", v.ech->kdf);
        d.number("ech aead", v.ech->aead);
        d.number("ech config", v.ech->config_id);
        d.bytes("ech enc", v.ech->enc);
        d.bytes("ech payload", v.ech->payload);
    }
    d.maybe("renegotiation_info", v.renegotiated_connection);
    d.maybe_number("record_size_limit", v.record_size_limit);
    d.maybe_number("max_fragment_length", v.max_fragment_length);
    d.maybe_number("padding", v.padding);
    d.maybe("compress_certificate", v.compress_certificate);
    d.maybe("application_settings", v.application_settings);
    d.maybe("delegated_credentials", v.delegated_credentials);
    d.maybe("cookie", v.cookie);
    d.maybe("quic", v.quic_transport_parameters);
    d.maybe_number("heartbeat", v.heartbeat);
    d.maybe("client_certificate_types", v.client_certificate_types);
    d.maybe("server_certificate_types", v.server_certificate_types);
    d.flag("early_data", v.early_data);
    d.flag("sct", v.sct);
    d.flag("ems", v.extended_master_secret);
    d.flag("etm", v.encrypt_then_mac);
    d.flag("pha", v.post_handshake_auth);
    d.flag("npn", v.next_protocol_negotiation);
    d.flag("channel_id", v.channel_id);
    d.flag("reneg scsv", v.renegotiation_scsv);
    d.flag("fallback scsv", v.fallback_scsv);
}

inline void describe(const ServerHelloView& v, Describer& d) {
    d.number("legacy_version", v.legacy_version);
    d.bytes("random", v.random);
    d.bytes("session_id", v.session_id);
    d.number("cipher", v.cipher);
    d.number("compression", v.compression);
    d.flag("has_extensions", v.has_extensions);
    d.extensions(v.extensions);
    d.flag("fixed", v.fixed_part_whole);
    d.flag("hrr", v.hello_retry_request);
    d.number("downgrade", static_cast<std::uint64_t>(v.downgrade));
    d.oddities(v.oddities);
    d.maybe_number("supported_version", v.supported_version);
    if (v.version_known()) d.number("version", v.version());
    if (v.key_share) {
        d.number("group", v.key_share->group);
        d.bytes("key", v.key_share->key);
    }
    d.maybe_number("pre_shared_key", v.pre_shared_key);
    d.maybe("cookie", v.cookie);
    d.maybe("alpn_list", v.alpn_list);
    d.maybe("alpn", v.alpn);
    d.maybe("renegotiation_info", v.renegotiated_connection);
    d.maybe("ec_point_formats", v.ec_point_formats);
    d.maybe_number("record_size_limit", v.record_size_limit);
    d.maybe_number("max_fragment_length", v.max_fragment_length);
    d.maybe_number("heartbeat", v.heartbeat);
    d.maybe("next_protocols", v.next_protocols);
    d.maybe("ech_confirmation", v.ech_confirmation);
    d.maybe("scts", v.scts);
    d.flag("server_name", v.server_name);
    d.flag("session_ticket", v.session_ticket);
    d.flag("status_request", v.status_request);
    d.flag("ems", v.extended_master_secret);
    d.flag("etm", v.encrypt_then_mac);
    d.flag("channel_id", v.channel_id);
}

template <class Entry>
void describe_certificates(const CertificateListView<Entry>& v, Describer& d) {
    d.bytes("context", v.request_context);
    d.number("length", v.length);
    d.oddities(v.oddities);
    std::size_t i = 0;
    for (const Entry& e : v.entries) {
        const std::string name = "certificate" + std::to_string(i++);
        d.bytes(name, e.der);
        if constexpr (requires { e.extensions; }) d.bytes(name + " extensions", e.extensions.raw());
    }
}

inline void describe_request(const CertificateRequestView& v, Describer& d) {
    d.bytes("context", v.request_context);
    d.bytes("types", v.certificate_types);
    d.maybe("signature_algorithms", v.signature_algorithms);
    d.maybe("signature_algorithms_cert", v.signature_algorithms_cert);
    d.items("authorities", v.authorities);
    d.maybe("oid_filters", v.oid_filters);
    d.flag("status_request", v.status_request);
    d.flag("sct", v.sct);
    d.extensions(v.extensions);
    d.oddities(v.oddities);
}

template <KeyExchange Kind, std::uint16_t Version>
void read_ske(Reader& in, Describer& d) {
    const auto v = read_server_key_exchange(in, Kind, Version);
    d.maybe_number("curve_type", v.curve_type);
    d.maybe_number("named_curve", v.named_curve);
    d.bytes("public_key", v.public_key);
    d.bytes("prime", v.prime);
    d.number("prime bits", bit_length(v.prime));
    d.bytes("generator", v.generator);
    d.maybe("hint", v.psk_identity_hint);
    d.maybe_number("scheme", v.scheme);
    d.bytes("signature", v.signature);
    d.oddities(v.oddities);
}

template <KeyExchange Kind, std::uint16_t Version>
void read_cke(Reader& in, Describer& d) {
    const auto v = read_client_key_exchange(in, Kind, Version);
    d.maybe("identity", v.psk_identity);
    d.bytes("premaster", v.encrypted_premaster);
    d.bytes("public_key", v.public_key);
    d.oddities(v.oddities);
}

inline void describe_ticket(const NewSessionTicketView& v, Describer& d) {
    d.number("lifetime", v.lifetime);
    d.number("age_add", v.age_add);
    d.bytes("nonce", v.nonce);
    d.bytes("ticket", v.ticket);
    d.maybe_number("max_early_data", v.max_early_data);
    d.extensions(v.extensions);
    d.oddities(v.oddities);
}

inline void describe_verify(const CertificateVerifyView& v, Describer& d) {
    d.maybe_number("scheme", v.scheme);
    d.bytes("signature", v.signature);
    d.oddities(v.oddities);
}

inline void describe_ciphers(const Sslv2Ciphers& v, Describer& d) {
    for (std::size_t i = 0; i < v.size(); ++i) d.number("cipher" + std::to_string(i), v[i]);
}

inline const std::array<MessageKind, 36>& message_kinds() {
    using K = KeyExchange;
    constexpr std::uint16_t k12 = version::kTls12;
    constexpr std::uint16_t k10 = version::kTls10;
    static const std::array<MessageKind, 36> kinds{{
        {"client_hello", [](Reader& in, Describer& d) { describe(read_client_hello(in), d); }},
        {"server_hello", [](Reader& in, Describer& d) { describe(read_server_hello(in), d); }},
        {"hello_retry_request", [](Reader& in, Describer& d) { describe(read_hello_retry_request(in), d); }},
        {"encrypted_extensions",
         [](Reader& in, Describer& d) {
             const auto v = read_encrypted_extensions(in);
             d.extensions(v.extensions);
             d.oddities(v.oddities);
             d.maybe("alpn", v.alpn);
             d.maybe("groups", v.supported_groups);
             d.maybe_number("record_size_limit", v.record_size_limit);
             d.maybe_number("max_fragment_length", v.max_fragment_length);
             d.maybe("ech", v.ech_retry_configs);
             d.maybe("quic", v.quic_transport_parameters);
             d.maybe("alps", v.application_settings);
             d.flag("server_name", v.server_name);
             d.flag("early_data", v.early_data);
         }},
        {"certificate12", [](Reader& in, Describer& d) { describe_certificates(read_certificate12(in), d); }},
        {"certificate13", [](Reader& in, Describer& d) { describe_certificates(read_certificate13(in), d); }},
        {"certificate_request10",
         [](Reader& in, Describer& d) { describe_request(read_certificate_request12(in, k10), d); }},
        {"certificate_request12",
         [](Reader& in, Describer& d) { describe_request(read_certificate_request12(in, k12), d); }},
        {"certificate_request13",
         [](Reader& in, Describer& d) { describe_request(read_certificate_request13(in), d); }},
        {"ske ecdhe 1.2", read_ske<K::ecdhe, k12>},
        {"ske ecdhe 1.0", read_ske<K::ecdhe, k10>},
        {"ske dhe 1.2", read_ske<K::dhe, k12>},
        {"ske dh_anon", read_ske<K::dh_anon, k12>},
        {"ske ecdhe_psk", read_ske<K::ecdhe_psk, k12>},
        {"ske dhe_psk", read_ske<K::dhe_psk, k12>},
        {"ske psk", read_ske<K::psk, k12>},
        {"ske rsa_export", read_ske<K::rsa_export, k10>},
        {"ske srp", read_ske<K::srp, k12>},
        {"cke rsa 1.2", read_cke<K::rsa, k12>},
        {"cke rsa ssl3", read_cke<K::rsa, version::kSsl3>},
        {"cke ecdhe", read_cke<K::ecdhe, k12>},
        {"cke dhe", read_cke<K::dhe, k12>},
        {"cke rsa_psk", read_cke<K::rsa_psk, k12>},
        {"cke ecdhe_psk", read_cke<K::ecdhe_psk, k12>},
        {"certificate_verify 1.2",
         [](Reader& in, Describer& d) { describe_verify(read_certificate_verify(in, k12), d); }},
        {"certificate_verify 1.0",
         [](Reader& in, Describer& d) { describe_verify(read_certificate_verify(in, k10), d); }},
        {"certificate_status",
         [](Reader& in, Describer& d) {
             const auto v = read_certificate_status(in);
             d.number("type", v.type);
             d.bytes("response", v.response);
             d.number("total_length", v.total_length);
             d.maybe_number("status", v.response_status);
             d.oddities(v.oddities);
         }},
        {"new_session_ticket12", [](Reader& in, Describer& d) { describe_ticket(read_new_session_ticket12(in), d); }},
        {"new_session_ticket13", [](Reader& in, Describer& d) { describe_ticket(read_new_session_ticket13(in), d); }},
        {"finished", [](Reader& in, Describer& d) { d.bytes("verify_data", read_finished(in).verify_data); }},
        {"compressed_certificate",
         [](Reader& in, Describer& d) {
             const auto v = read_compressed_certificate(in);
             d.number("algorithm", v.algorithm);
             d.number("uncompressed_length", v.uncompressed_length);
             d.bytes("compressed", v.compressed);
             d.oddities(v.oddities);
         }},
        {"next_protocol",
         [](Reader& in, Describer& d) {
             const auto v = read_next_protocol(in);
             d.bytes("protocol", v.protocol);
             d.bytes("padding", v.padding);
         }},
        {"key_update", [](Reader& in, Describer& d) { d.number("request", read_key_update(in).request); }},
        {"alert",
         [](Reader& in, Describer& d) {
             const auto v = read_alert(in);
             d.number("level", v.level);
             d.number("description", v.description);
         }},
        {"sslv2 client_hello",
         [](Reader& in, Describer& d) {
             const auto v = read_sslv2_client_hello(in);
             d.number("version", v.version);
             describe_ciphers(v.ciphers, d);
             d.bytes("session_id", v.session_id);
             d.bytes("challenge", v.challenge);
             d.oddities(v.oddities);
         }},
        {"sslv2 server_hello",
         [](Reader& in, Describer& d) {
             const auto v = read_sslv2_server_hello(in);
             d.flag("hit", v.session_id_hit);
             d.number("certificate_type", v.certificate_type);
             d.number("version", v.version);
             d.bytes("certificate", v.certificate);
             describe_ciphers(v.ciphers, d);
             d.bytes("connection_id", v.connection_id);
             d.oddities(v.oddities);
         }},
    }};
    return kinds;
}

}  // namespace tlsscope::tls::testing
