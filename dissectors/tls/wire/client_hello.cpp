#include "dissectors/tls/wire/client_hello.h"

#include <array>

#include "dissectors/tls/wire/host_name.h"

namespace tlsscope::tls {

ServerName ServerName::read(Reader& in) {
    ServerName s;
    s.type = in.u8();
    s.name = in.take(in.u16());
    return s;
}

KeyShareEntry KeyShareEntry::read(Reader& in) {
    KeyShareEntry e;
    e.group = in.u16();
    e.key = in.take(in.u16());
    return e;
}

PskIdentity PskIdentity::read(Reader& in) {
    PskIdentity p;
    p.identity = in.take(in.u16());
    p.obfuscated_ticket_age = in.u32();
    return p;
}

namespace {

constexpr std::uint16_t kEmptyRenegotiationInfoScsv = 0x00ff;
constexpr std::uint16_t kFallbackScsv = 0x5600;

/// Sets an optional field, but only once its bytes were all there.
template <class T>
void keep(const Reader& in, std::optional<T>& field, T value) {
    if (in.ok()) field = value;
}

void server_name(Reader& in, ClientHelloView& ch) {  // RFC 6066 section 3
    if (const Bytes list = in.peek(); in.edge() == Edge::hard && list.size() >= 2) {
        ch.server_names = ItemList<ServerName>{list.subspan(2)};
    }
    read_host_names(in, ch.oddities, ch.sni, ch.sni_alt);
    if (in.fault() == Fault::malformed) ch.oddities.add(Oddity::vec_overrun);
}

void max_fragment_length(Reader& in, ClientHelloView& ch) {  // RFC 6066 section 4
    const std::uint8_t code = in.u8();
    keep(in, ch.max_fragment_length, code);
}

void status_request(Reader& in, ClientHelloView& ch) {  // RFC 6066 section 8
    StatusRequest s;
    s.type = in.u8();
    if (!in.ok()) return;
    s.responder_ids = whole_vec16(in, ch.oddities, 0, 0xffff);
    s.request_extensions = whole_vec16(in, ch.oddities, 0, 0xffff);
    ch.status_request = s;
}

void supported_groups(Reader& in, ClientHelloView& ch) {  // RFC 8446 section 4.2.7
    const U16List groups = read_u16_list16(in, ch.oddities);
    keep(in, ch.supported_groups, groups);
}

void ec_point_formats(Reader& in, ClientHelloView& ch) {  // RFC 8422 section 5.1.2
    const Bytes formats = whole_vec8(in, ch.oddities, 1, 0xff);
    keep(in, ch.ec_point_formats, formats);
}

void signature_algorithms(Reader& in, ClientHelloView& ch) {  // RFC 8446 section 4.2.3
    const U16List schemes = read_u16_list16(in, ch.oddities);
    keep(in, ch.signature_algorithms, schemes);
}

void signature_algorithms_cert(Reader& in, ClientHelloView& ch) {
    const U16List schemes = read_u16_list16(in, ch.oddities);
    keep(in, ch.signature_algorithms_cert, schemes);
}

void heartbeat(Reader& in, ClientHelloView& ch) {  // RFC 6520 section 2
    const std::uint8_t mode = in.u8();
    keep(in, ch.heartbeat, mode);
}

void alpn(Reader& in, ClientHelloView& ch) {  // RFC 7301 section 3.1
    const auto protocols = read_items16<Opaque8>(in, ch.oddities, 2);
    keep(in, ch.alpn, protocols);
    for (const Opaque8& p : protocols)
        if (p.value.empty()) ch.oddities.add(Oddity::alpn_empty_name);
}

void client_certificate_type(Reader& in, ClientHelloView& ch) {  // RFC 7250 section 3
    const Bytes types = whole_vec8(in, ch.oddities, 1, 0xff);
    keep(in, ch.client_certificate_types, types);
}

void server_certificate_type(Reader& in, ClientHelloView& ch) {
    const Bytes types = whole_vec8(in, ch.oddities, 1, 0xff);
    keep(in, ch.server_certificate_types, types);
}

void padding(Reader& in, ClientHelloView& ch) {  // RFC 7685
    if (const auto zeros = whole_rest(in)) ch.padding = static_cast<std::uint16_t>(zeros->size());
}

void compress_certificate(Reader& in, ClientHelloView& ch) {  // RFC 8879 section 3
    const U16List algorithms = read_u16_list8(in, ch.oddities);
    keep(in, ch.compress_certificate, algorithms);
}

void record_size_limit(Reader& in, ClientHelloView& ch) {  // RFC 8449 section 4
    const std::uint16_t limit = in.u16();
    keep(in, ch.record_size_limit, limit);
}

void delegated_credential(Reader& in, ClientHelloView& ch) {  // RFC 9345 section 4.1.1
    const U16List schemes = read_u16_list16(in, ch.oddities);
    keep(in, ch.delegated_credentials, schemes);
}

void session_ticket(Reader& in, ClientHelloView& ch) { ch.session_ticket = whole_rest(in); }  // RFC 5077 section 3.2

void pre_shared_key(Reader& in, ClientHelloView& ch) {  // RFC 8446 section 4.2.11
    OfferedPsks psks;
    psks.identities = read_items16<PskIdentity>(in, ch.oddities, 7);
    if (!in.ok()) return;
    psks.binders = read_items16<Opaque8>(in, ch.oddities, 33);
    ch.pre_shared_key = psks;
    if (in.ok() && psks.identities.count() != psks.binders.count()) ch.oddities.add(Oddity::psk_binder_count);
}

void supported_versions(Reader& in, ClientHelloView& ch) {  // RFC 8446 section 4.2.1
    const U16List versions = read_u16_list8(in, ch.oddities);
    keep(in, ch.supported_versions, versions);
}

void cookie(Reader& in, ClientHelloView& ch) {  // RFC 8446 section 4.2.2
    const Bytes value = whole_vec16(in, ch.oddities, 1, 0xffff);
    keep(in, ch.cookie, value);
}

void psk_key_exchange_modes(Reader& in, ClientHelloView& ch) {  // RFC 8446 section 4.2.9
    const Bytes modes = whole_vec8(in, ch.oddities, 1, 0xff);
    keep(in, ch.psk_key_exchange_modes, modes);
}

void key_share(Reader& in, ClientHelloView& ch) {  // RFC 8446 section 4.2.8
    const auto shares = read_items16<KeyShareEntry>(in, ch.oddities);
    if (!ch.key_share) keep(in, ch.key_share, shares);
}

void quic_transport_parameters(Reader& in, ClientHelloView& ch) { ch.quic_transport_parameters = whole_rest(in); }

void application_settings(Reader& in, ClientHelloView& ch) {  // draft-vvv-tls-alps
    const auto protocols = read_items16<Opaque8>(in, ch.oddities);
    keep(in, ch.application_settings, protocols);
}

void encrypted_client_hello(Reader& in, ClientHelloView& ch) {  // RFC 9849 section 5
    constexpr std::uint8_t kOuter = 0;
    EncryptedClientHello ech;
    ech.type = in.u8();
    if (!in.ok()) return;
    if (ech.type == kOuter) {
        ech.kdf = in.u16();
        ech.aead = in.u16();
        ech.config_id = in.u8();
        ech.enc = whole_vec16(in, ch.oddities, 0, 0xffff);
        ech.payload = whole_vec16(in, ch.oddities, 1, 0xffff);
    }
    ch.ech = ech;
}

void renegotiation_info(Reader& in, ClientHelloView& ch) {  // RFC 5746 section 3.2
    const Bytes info = whole_vec8(in, ch.oddities, 0, 0xff);
    keep(in, ch.renegotiated_connection, info);
}

/// Extensions whose presence is all they say.
template <bool ClientHelloView::*Flag>
void flag(Reader& in, ClientHelloView& ch) {
    if (in.edge() == Edge::hard) ch.*Flag = true;
}
/// The same where what is in the body does not matter here.
template <bool ClientHelloView::*Flag>
void flag_any(Reader& in, ClientHelloView& ch) {
    flag<Flag>(in, ch);
    (void)in.rest();
}

using Row = ExtensionReader<ClientHelloView>;
constexpr std::array kExtensions{
    Row{ext::server_name, server_name},
    Row{ext::max_fragment_length, max_fragment_length},
    Row{ext::status_request, status_request},
    Row{ext::supported_groups, supported_groups},
    Row{ext::ec_point_formats, ec_point_formats},
    Row{ext::signature_algorithms, signature_algorithms},
    Row{ext::heartbeat, heartbeat},
    Row{ext::application_layer_protocol_negotiation, alpn},
    Row{ext::signed_certificate_timestamp, flag_any<&ClientHelloView::sct>},
    Row{ext::client_certificate_type, client_certificate_type},
    Row{ext::server_certificate_type, server_certificate_type},
    Row{ext::padding, padding},
    Row{ext::encrypt_then_mac, flag<&ClientHelloView::encrypt_then_mac>},
    Row{ext::extended_master_secret, flag<&ClientHelloView::extended_master_secret>},
    Row{ext::compress_certificate, compress_certificate},
    Row{ext::record_size_limit, record_size_limit},
    Row{ext::delegated_credential, delegated_credential},
    Row{ext::session_ticket, session_ticket},
    Row{ext::key_share_draft, key_share},
    Row{ext::pre_shared_key, pre_shared_key},
    Row{ext::early_data, flag_any<&ClientHelloView::early_data>},
    Row{ext::supported_versions, supported_versions},
    Row{ext::cookie, cookie},
    Row{ext::psk_key_exchange_modes, psk_key_exchange_modes},
    Row{ext::post_handshake_auth, flag<&ClientHelloView::post_handshake_auth>},
    Row{ext::signature_algorithms_cert, signature_algorithms_cert},
    Row{ext::key_share, key_share},
    Row{ext::quic_transport_parameters, quic_transport_parameters},
    Row{ext::next_protocol_negotiation, flag<&ClientHelloView::next_protocol_negotiation>},
    Row{ext::application_settings_old, application_settings},
    Row{ext::application_settings, application_settings},
    Row{ext::channel_id, flag<&ClientHelloView::channel_id>},
    Row{ext::encrypted_client_hello, encrypted_client_hello},
    Row{ext::quic_transport_parameters_draft, quic_transport_parameters},
    Row{ext::renegotiation_info, renegotiation_info},
};

void read_extension_list(Reader& in, ClientHelloView& ch) {
    ch.has_extensions = true;
    read_extensions<ClientHelloView>(in, ch, kExtensions, [&ch](std::uint16_t type, Reader& body) {
        Oddities second;  // told by ext_dup already
        if (type == ext::server_name) read_host_names(body, second, ch.sni, ch.sni_alt);
    });
    std::uint16_t last = 0;
    for (const Extension& e : ch.extensions) {
        if (last == ext::pre_shared_key) ch.oddities.add(Oddity::psk_not_last);
        last = e.type;
    }
}

void check_fixed_part(const Reader& in, ClientHelloView& ch) {
    if (!in.ok()) return;
    bool null_method = false;
    for (const std::uint8_t method : ch.compression) {
        if (method == 0) null_method = true;
        else ch.oddities.add(Oddity::compression_used);
    }
    if (!null_method) ch.oddities.add(Oddity::compression_no_null);
}

/// Where two versions stand to each other: SSL 3.0 < ... < TLS 1.2 < drafts of 1.3 < TLS 1.3; what nobody knows is
/// least.
std::uint32_t rank(std::uint16_t v) {
    if (v >> 8 == 3) return v < version::kTls13 ? v : 0x20000U + v;
    if (version::is_tls13(v)) return 0x10000U + v;
    return v == version::kSsl2 ? 2U : 1U;
}

}  // namespace

ClientHelloView read_client_hello(Reader& in) {  // RFC 8446 section 4.1.2
    ClientHelloView ch;
    ch.version = in.u16();
    ch.random = in.take(32);
    ch.session_id = whole_vec8(in, ch.oddities, 0, 32);
    ch.ciphers = read_u16_list16(in, ch.oddities);
    ch.compression = whole_vec8(in, ch.oddities, 1, 0xff);
    check_fixed_part(in, ch);
    ch.renegotiation_scsv = ch.ciphers.contains(kEmptyRenegotiationInfoScsv);
    ch.fallback_scsv = ch.ciphers.contains(kFallbackScsv);
    if (in.more()) read_extension_list(in, ch);
    ch.whole = in.ok() && in.edge() == Edge::hard;
    if (ch.whole && in.more()) ch.oddities.add(Oddity::trailing);
    return ch;
}

std::uint16_t ClientHelloView::highest_version() const {
    std::uint16_t best = 0;
    if (supported_versions) {
        for (const std::uint16_t v : *supported_versions)
            if (!is_grease(v) && (best == 0 || rank(v) > rank(best))) best = v;
    }
    return best == 0 ? version : best;
}

bool ClientHelloView::has_key_share(std::uint16_t group) const {
    if (!key_share) return false;
    for (const KeyShareEntry& e : *key_share)
        if (e.group == group) return true;
    return false;
}

}  // namespace tlsscope::tls
