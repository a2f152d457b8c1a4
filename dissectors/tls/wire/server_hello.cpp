#include "dissectors/tls/wire/server_hello.h"

#include <algorithm>
#include <array>

namespace tlsscope::tls {

namespace {

/// RFC 8446 section 4.1.3: SHA-256 of "HelloRetryRequest".
constexpr std::array<std::uint8_t, 32> kHelloRetryRequest{
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

/// RFC 8446 section 4.1.3: "DOWNGRD".
constexpr std::array<std::uint8_t, 7> kDowngrade{0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44};

/// The last draft whose ServerHello had neither session id nor compression method, and whose retry was a message of its
/// own.
constexpr std::uint8_t kLastShortDraft = 21;
/// The first draft whose HelloRetryRequest names a cipher suite.
constexpr std::uint8_t kRetryWithCipher = 19;

template <class T>
void keep(const Reader& in, std::optional<T>& field, T value) {
    if (in.ok()) field = value;
}

bool is_short_draft(std::uint16_t v) {
    const std::uint8_t draft = version::draft(v);
    return draft != 0 && draft <= kLastShortDraft;
}

Downgrade sentinel(Bytes random) {
    if (random.size() != 32) return Downgrade::none;
    const Bytes last = random.last(8);
    if (!std::equal(kDowngrade.begin(), kDowngrade.end(), last.begin())) return Downgrade::none;
    return last[7] == 1 ? Downgrade::to_tls12 : last[7] == 0 ? Downgrade::to_tls11 : Downgrade::none;
}

void max_fragment_length(Reader& in, ServerHelloView& sh) {
    const std::uint8_t code = in.u8();
    keep(in, sh.max_fragment_length, code);
}

void ec_point_formats(Reader& in, ServerHelloView& sh) {
    const Bytes formats = whole_vec8(in, sh.oddities, 1, 0xff);
    keep(in, sh.ec_point_formats, formats);
}

void heartbeat(Reader& in, ServerHelloView& sh) {
    const std::uint8_t mode = in.u8();
    keep(in, sh.heartbeat, mode);
}

void alpn(Reader& in, ServerHelloView& sh) {  // RFC 7301 section 3.1
    const auto protocols = read_items16<Opaque8>(in, sh.oddities, 2);
    keep(in, sh.alpn_list, protocols);
    if (in.ok() && !protocols.empty()) sh.alpn = protocols.begin()->value;
}

void scts(Reader& in, ServerHelloView& sh) { sh.scts = whole_rest(in); }

void record_size_limit(Reader& in, ServerHelloView& sh) {
    const std::uint16_t limit = in.u16();
    keep(in, sh.record_size_limit, limit);
}

void pre_shared_key(Reader& in, ServerHelloView& sh) {  // RFC 8446 section 4.2.11
    const std::uint16_t selected = in.u16();
    keep(in, sh.pre_shared_key, selected);
}

void supported_versions(Reader& in, ServerHelloView& sh) {  // RFC 8446 section 4.2.1
    const std::uint16_t selected = in.u16();
    keep(in, sh.supported_version, selected);
}

void cookie(Reader& in, ServerHelloView& sh) {  // RFC 8446 section 4.2.2
    const Bytes value = whole_vec16(in, sh.oddities, 1, 0xffff);
    keep(in, sh.cookie, value);
}

void key_share(Reader& in, ServerHelloView& sh) {  // RFC 8446 section 4.2.8
    KeyShareEntry share;
    share.group = in.u16();
    if (!in.ok() || sh.key_share) return;
    if (!sh.hello_retry_request) share.key = whole_vec16(in, sh.oddities, 1, 0xffff);
    sh.key_share = share;
}

void next_protocols(Reader& in, ServerHelloView& sh) {  // draft-agl-tls-nextprotoneg-04 section 3
    const auto list = whole_rest(in);
    if (!list) return;
    sh.next_protocols = ItemList<Opaque8>{*list};
    if (!sh.next_protocols->well_formed()) sh.oddities.add(Oddity::vec_overrun);
}

void encrypted_client_hello(Reader& in, ServerHelloView& sh) { sh.ech_confirmation = whole_rest(in); }

void renegotiation_info(Reader& in, ServerHelloView& sh) {  // RFC 5746 section 3.2
    const Bytes info = whole_vec8(in, sh.oddities, 0, 0xff);
    keep(in, sh.renegotiated_connection, info);
}

/// Extensions whose presence is all they say; some servers put a body there all the same.
template <bool ServerHelloView::*Flag>
void flag(Reader& in, ServerHelloView& sh) {
    if (in.edge() == Edge::hard) sh.*Flag = true;
    (void)in.rest();
}

using Row = ExtensionReader<ServerHelloView>;
constexpr std::array kExtensions{
    Row{ext::server_name, flag<&ServerHelloView::server_name>},
    Row{ext::max_fragment_length, max_fragment_length},
    Row{ext::status_request, flag<&ServerHelloView::status_request>},
    Row{ext::ec_point_formats, ec_point_formats},
    Row{ext::heartbeat, heartbeat},
    Row{ext::application_layer_protocol_negotiation, alpn},
    Row{ext::signed_certificate_timestamp, scts},
    Row{ext::encrypt_then_mac, flag<&ServerHelloView::encrypt_then_mac>},
    Row{ext::extended_master_secret, flag<&ServerHelloView::extended_master_secret>},
    Row{ext::record_size_limit, record_size_limit},
    Row{ext::session_ticket, flag<&ServerHelloView::session_ticket>},
    Row{ext::key_share_draft, key_share},
    Row{ext::pre_shared_key, pre_shared_key},
    Row{ext::supported_versions, supported_versions},
    Row{ext::cookie, cookie},
    Row{ext::key_share, key_share},
    Row{ext::next_protocol_negotiation, next_protocols},
    Row{ext::channel_id, flag<&ServerHelloView::channel_id>},
    Row{ext::encrypted_client_hello, encrypted_client_hello},
    Row{ext::renegotiation_info, renegotiation_info},
};

void read_rest(Reader& in, ServerHelloView& sh) {
    sh.fixed_part_whole = in.ok();
    if (in.more()) {
        sh.has_extensions = true;
        read_extensions<ServerHelloView>(in, sh, kExtensions);
    }
    sh.whole = in.ok() && in.edge() == Edge::hard;
    if (sh.whole && in.more()) sh.oddities.add(Oddity::trailing);
}

}  // namespace

ServerHelloView read_server_hello(Reader& in) {  // RFC 8446 section 4.1.3
    ServerHelloView sh;
    sh.legacy_version = in.u16();
    const bool short_draft = is_short_draft(sh.legacy_version);
    sh.random = in.take(32);
    sh.hello_retry_request =
        std::equal(sh.random.begin(), sh.random.end(), kHelloRetryRequest.begin(), kHelloRetryRequest.end());
    sh.downgrade = sentinel(sh.random);
    if (!short_draft) sh.session_id = whole_vec8(in, sh.oddities, 0, 32);
    sh.cipher = in.u16();
    if (!short_draft) sh.compression = in.u8();
    if (in.ok() && sh.compression != 0) sh.oddities.add(Oddity::compression_used);
    read_rest(in, sh);
    return sh;
}

ServerHelloView read_hello_retry_request(Reader& in) {  // draft-ietf-tls-tls13-21 section 4.1.4
    ServerHelloView sh;
    sh.hello_retry_request = true;
    sh.legacy_version = in.u16();
    if (version::draft(sh.legacy_version) >= kRetryWithCipher) sh.cipher = in.u16();
    read_rest(in, sh);
    return sh;
}

}  // namespace tlsscope::tls
