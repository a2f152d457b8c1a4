// The client's side of Facts.
#include <algorithm>

#include "bytes/hex.h"
#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/facts.h"
#include "dissectors/tls/fingerprint.h"

namespace tlsscope::tls {

namespace {

using bytes::as_text;
using bytes::hex;

constexpr std::size_t kMaxSni = 255;

std::vector<std::uint16_t> to_vector(const U16List& list) { return {list.begin(), list.end()}; }

std::vector<std::string_view> names_in(const ItemList<Opaque8>& list) {
    std::vector<std::string_view> out;
    for (const Opaque8& name : list) out.push_back(as_text(name.value));
    return out;
}

std::vector<std::uint16_t> groups_in(const ItemList<KeyShareEntry>& shares) {
    std::vector<std::uint16_t> out;
    for (const KeyShareEntry& share : shares) out.push_back(share.group);
    return out;
}

void set_hex(record::Row& row, const record::Column& column, Bytes value) {
    if (!value.empty()) row.set_text(column, hex(value));
}

void set_fingerprint(record::Row& row, const record::Column& column, const std::string& value) {
    if (!value.empty()) row.set_text(column, value);
}

bool offers_tls13(const ClientHelloView& hello) { return version::is_tls13(hello.highest_version()); }

std::vector<std::string_view> resumption_offered(const ClientHelloView& hello) {
    std::vector<std::string_view> out;
    if (!hello.session_id.empty() && !offers_tls13(hello)) out.emplace_back("session_id");
    if (hello.session_ticket && !hello.session_ticket->empty()) out.emplace_back("ticket");
    if (hello.pre_shared_key) out.emplace_back("psk");
    return out;
}

Offer offer_of(const ClientHelloView& hello) {
    Offer offer;
    std::copy_n(hello.random.begin(), std::min(hello.random.size(), offer.random.size()), offer.random.begin());
    offer.session_id = as_text(hello.session_id);
    if (hello.sni) offer.sni = as_text(*hello.sni);
    offer.ciphers = to_vector(hello.ciphers);
    if (hello.supported_versions) offer.versions = to_vector(*hello.supported_versions);
    if (hello.supported_groups) offer.groups = to_vector(*hello.supported_groups);
    if (hello.key_share)
        for (const KeyShareEntry& share : *hello.key_share) offer.groups.push_back(share.group);
    offer.compression = as_text(hello.compression);
    offer.highest_version = hello.highest_version();
    offer.whole = hello.whole;
    offer.ticket = hello.session_ticket && !hello.session_ticket->empty();
    offer.psk = hello.pre_shared_key.has_value();
    offer.early_data = hello.early_data;
    return offer;
}

}  // namespace

void Reporter::operator()(Oddities oddities) const {
    if (!oddities.any()) return;
    for (unsigned i = 0; i < static_cast<unsigned>(Oddity::count); ++i)
        if (oddities.has(static_cast<Oddity>(i))) (*this)(anomaly::of(static_cast<Oddity>(i)));
}

void Facts::client_hello(const ClientHelloView& hello, std::size_t length, Offer& offer, const Reporter& report) {
    offer = offer_of(hello);
    if (hello.sni) {
        row_.set_text(column("sni"), as_text(*hello.sni).substr(0, kMaxSni));
        if (hello.sni->size() > kMaxSni)
            row_.set_integer(column("sni_length"), static_cast<std::int64_t>(hello.sni->size()));
    }
    if (hello.sni_alt) {
        row_.set_text(column("sni_alt"), as_text(*hello.sni_alt).substr(0, kMaxSni));
        report(anomaly::kSniAlternative);
    }
    if (hello.whole || hello.supported_versions) row_.set_code(column("version_offered"), hello.highest_version());
    set_hex(row_, column("client_random"), hello.random);
    set_hex(row_, column("session_id"), hello.session_id);
    row_.set_integer(column("client_hello_bytes"), static_cast<std::int64_t>(length));
    client_lists(hello, report);
    report(hello.oddities);
}

void Facts::client_fingerprints(const ClientFingerprints& f) {
    set_fingerprint(row_, column("ja3"), f.ja3);
    set_fingerprint(row_, column("ja4"), f.ja4);
}

void Facts::client_lists(const ClientHelloView& hello, const Reporter& report) {
    const auto set = [&](const record::Column& c, const std::optional<U16List>& list) {
        if (list) row_.set_codes(c, to_vector(*list));
    };
    if (!hello.ciphers.empty()) row_.set_codes(column("ciphers_offered"), to_vector(hello.ciphers));
    set(column("versions_offered"), hello.supported_versions);
    set(column("groups_offered"), hello.supported_groups);
    set(column("sig_algs_offered"), hello.signature_algorithms);
    if (hello.key_share) row_.set_codes(column("key_shares"), groups_in(*hello.key_share));
    if (hello.whole && hello.has_extensions) row_.set_codes(column("extensions_offered"), hello.extensions.types());
    if (hello.alpn) row_.set_texts(column("alpn_offered"), names_in(*hello.alpn));
    const auto offered = resumption_offered(hello);
    if (hello.whole && !offered.empty()) row_.set_texts(column("resumption_offered"), offered);
    if (hello.early_data) row_.set_text(column("early_data"), "offered");
    if (!hello.ech || hello.ech->type != 0) return;
    row_.set_text(column("ech"), "outer");
    report(anomaly::kEchOuter);
}

void Facts::second_hello(const ClientHelloView& hello, const Offer& offer, const Reporter& report) {
    report(hello.oddities);
    const bool dropped = hello.whole && !hello.sni && !offer.sni.empty();
    const bool other = hello.sni && as_text(*hello.sni) != offer.sni;
    if (other) row_.set_text(column("sni_alt"), as_text(*hello.sni).substr(0, kMaxSni));
    if (other || dropped) report(anomaly::kHelloChanged);
}

void Facts::ssl2_client_hello(const Sslv2ClientHelloView& hello, std::size_t length, Offer& offer) {
    offer = {};
    std::vector<std::uint16_t> suites;
    for (std::size_t i = 0; i < hello.ciphers.size(); ++i)
        if (hello.ciphers[i] <= 0xffff) suites.push_back(static_cast<std::uint16_t>(hello.ciphers[i]));
    offer.ciphers = suites;
    offer.highest_version = hello.version;
    offer.compression = std::string(1, '\0');
    offer.whole = true;
    const std::size_t size = std::min(hello.challenge.size(), offer.random.size());
    std::copy_n(hello.challenge.end() - static_cast<std::ptrdiff_t>(size), size,
                offer.random.end() - static_cast<std::ptrdiff_t>(size));
    row_.set_code(column("version_offered"), hello.version);
    row_.set_codes(column("ciphers_offered"), suites);
    row_.set_text(column("client_random"), hex(offer.random));
    set_hex(row_, column("session_id"), hello.session_id);
    row_.set_integer(column("client_hello_bytes"), static_cast<std::int64_t>(length));
}

void Facts::client_certificate(const crypto::CertificateSummary& leaf) {
    if (!leaf.subject.empty()) row_.set_text(column("client_cert_subject"), leaf.subject);
    if (!leaf.issuer.empty()) row_.set_text(column("client_cert_issuer"), leaf.issuer);
    row_.set_text(column("client_cert_sha256"), hex(leaf.sha256));
}

bool Facts::alert(const AlertView& alert, Side from) {
    // RFC 8446 section 6.2: in TLS 1.3 every alert but two is fatal, whatever its level says.
    constexpr std::uint8_t kUserCanceled = 90;
    const bool fatal =
        alert.fatal() || (chosen_.tls13() && alert.description != kCloseNotify && alert.description != kUserCanceled);
    if (alert_fatal_ || (alert_seen_ && !fatal) || (!fatal && alert.description == kCloseNotify)) return false;
    alert_fatal_ = fatal;
    alert_seen_ = true;
    row_.set_code(column("alert"), alert.description);
    row_.set_text(column("alert_from"), record::name(from));
    return true;
}

}  // namespace tlsscope::tls
