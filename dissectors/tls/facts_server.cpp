// The server's side of Facts.
#include <algorithm>
#include <array>
#include <limits>

#include "bytes/hex.h"
#include "dissectors/tls/anomalies.h"
#include "dissectors/tls/columns.h"
#include "dissectors/tls/facts.h"

namespace tlsscope::tls {

namespace {

using bytes::as_text;
using bytes::hex;

/// GREASE is offered to be ignored (RFC 8701): to choose it is to choose what was not offered.
bool offers(const std::vector<std::uint16_t>& list, std::uint16_t code) {
    return !is_grease(code) && std::find(list.begin(), list.end(), code) != list.end();
}

bool version_offered(const Offer& offer, std::uint16_t version) {
    if (!offer.versions.empty()) return offers(offer.versions, version);
    return version <= offer.highest_version;
}

constexpr std::int64_t kSecond = 1'000'000'000;

/// A date a 64-bit count of nanoseconds cannot hold (before 1678, after 2262) stays empty.
void set_date(record::Row& row, const record::Column& column, std::optional<std::int64_t> seconds) {
    constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max() / kSecond;
    if (seconds && -kLimit < *seconds && *seconds < kLimit) row.set_time(column, *seconds * kSecond);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool name_matches(std::string_view pattern, std::string_view host) {
    if (!pattern.starts_with("*.")) return same_name(pattern, host);
    const std::size_t dot = host.find('.');
    return dot != std::string_view::npos && dot != 0 && same_name(pattern.substr(1), host.substr(dot));
}

/// An address as an SNI is forbidden (RFC 6066 section 3) and sent all the same: then a client compares addresses.
bool is_address(std::string_view name, std::string_view host) {
    constexpr std::string_view kAddress = "IP:";
    return name.starts_with(kAddress) && name.substr(kAddress.size()) == host;
}

}  // namespace

void Facts::choose(std::uint16_t version, std::uint16_t cipher) {
    chosen_.version = version;
    chosen_.cipher = cipher;
    row_.set_code(column("version"), version);
    row_.set_code(column("cipher"), cipher);
}

void Facts::server_hello(const ServerHelloView& hello, const Offer* offer, const Reporter& report) {
    report(hello.oddities);
    if (hello.hello_retry_request) {
        chosen_.version = hello.supported_version.value_or(version::kTls13);
        row_.set_boolean(column("hrr"), true);
        if (offer != nullptr && offer->early_data) row_.set_text(column("early_data"), "rejected");
        if (hello.ech_confirmation) row_.set_text(column("ech"), "accepted");
        return;
    }
    // Cut off before supported_versions, nobody can say whether it is TLS 1.2 or 1.3.
    const std::uint16_t version = hello.version_known() ? hello.version() : std::uint16_t{0};
    if (version != 0 && hello.fixed_part_whole) choose(version, hello.cipher);
    if (hello.scts) hello_scts_ = crypto::count_scts(*hello.scts);
    if (hello.random.size() == 32) row_.set_text(column("server_random"), hex(hello.random));
    if (!hello.session_id.empty()) row_.set_text(column("session_id_server"), hex(hello.session_id));
    if (hello.fixed_part_whole) row_.set_code(column("compression"), hello.compression);
    if (hello.alpn) row_.set_text(column("alpn"), as_text(*hello.alpn));
    if (hello.key_share) row_.set_code(column("group"), hello.key_share->group);
    if (hello.whole && hello.has_extensions) row_.set_codes(column("extensions_server"), hello.extensions.types());
    if (chosen_.tls13()) {
        chosen_.psk = hello.pre_shared_key.has_value();
        if (chosen_.psk || hello.whole) row_.set_text(column("cert_status"), chosen_.psk ? "none" : "hidden_tls13");
        constexpr std::array kHidden{std::string_view{"hidden_tls13"}};
        if (!chosen_.psk && hello.whole) row_.set_texts(column("cert_validation"), kHidden);
    }
    if (offer == nullptr) return;
    if (hello.whole) resumption(*offer);
    if (offer->whole && version != 0) check_choice(hello, *offer, report);
}

void Facts::server_fingerprint(const std::string& ja3s) {
    if (!ja3s.empty()) row_.set_text(column("ja3s"), ja3s);
}

void Facts::resumption(const Offer& offer) {
    if (chosen_.tls13()) {
        row_.set_boolean(column("resumed"), chosen_.psk);
        if (chosen_.psk) row_.set_text(column("resumption_kind"), "psk");
        else if (offer.early_data) row_.set_text(column("early_data"), "rejected");
        return;
    }
    if (offer.early_data) row_.set_text(column("early_data"), "rejected");
    // RFC 5077 section 3.4: a client that sends a ticket may add a session id of its own, to see it come back.
    // Half a ClientHello does not say whether there was a ticket.
    resumption_kind_ = offer.ticket ? "ticket" : offer.whole ? "session_id" : "";
}

void Facts::settle_resumption(bool resumed) {
    row_.set_boolean(column("resumed"), resumed);
    if (!resumed) return;
    row_.set_text(column("cert_status"), "none");
    if (!resumption_kind_.empty()) row_.set_text(column("resumption_kind"), resumption_kind_);
}

void Facts::check_choice(const ServerHelloView& hello, const Offer& offer, const Reporter& report) const {
    const bool offered = version_offered(offer, chosen_.version) && offers(offer.ciphers, hello.cipher) &&
                         (!hello.key_share || offers(offer.groups, hello.key_share->group)) &&
                         offer.compression.find(static_cast<char>(hello.compression)) != std::string::npos;
    if (!offered) report(anomaly::kNotOffered);
    const bool downgraded = (hello.downgrade == Downgrade::to_tls12 && version::is_tls13(offer.highest_version)) ||
                            (hello.downgrade == Downgrade::to_tls11 && offer.highest_version >= version::kTls12);
    if (downgraded && !chosen_.tls13()) report(anomaly::kDowngrade);
}

void Facts::ssl2_server_hello(const Sslv2ServerHelloView& hello) {
    chosen_.version = version::kSsl2;
    row_.set_code(column("version"), version::kSsl2);
    // The client chooses among these; with one left there is no choice.
    if (hello.ciphers.size() == 1) row_.set_code(column("cipher"), hello.ciphers[0]);
}

void Facts::key_exchange(const ServerKeyExchangeView& view) {
    if (view.named_curve) row_.set_code(column("group"), *view.named_curve);
    if (view.scheme) row_.set_code(column("signature_scheme"), *view.scheme);
    if (!view.prime.empty()) row_.set_integer(column("dh_bits"), bit_length(view.prime));
}

void Facts::server_certificate(const crypto::CertificateSummary& leaf, Evidence at) {
    const auto set = [&](const record::Column& c, const std::string& text) {
        if (!text.empty()) row_.set_text(c, text);
    };
    set(column("cert_subject"), leaf.subject);
    set(column("cert_issuer"), leaf.issuer);
    set(column("cert_key"), leaf.key);
    set(column("cert_sig"), leaf.signature_algorithm);
    set(column("cert_sha256"), hex(leaf.sha256));
    if (!leaf.names.empty()) row_.set_texts(column("cert_san"), leaf.names);
    if (!leaf.faults.empty()) row_.set_texts(column("cert_faults"), leaf.faults);
    set_date(row_, column("cert_not_before"), leaf.not_before);
    set_date(row_, column("cert_not_after"), leaf.not_after);
    set(column("cert_status"), std::string{certificate_status(leaf, at.time)});
    const record::Value sni = row_.get(column("sni"));
    if (sni.empty() || sni.text().empty() || !leaf.readable()) return;
    const bool matches = certificate_names_host(leaf, sni.text());
    const bool all_names_kept = leaf.names.size() == leaf.names_total;
    if (matches || all_names_kept) row_.set_boolean(column("cert_matches_sni"), matches);
}

std::optional<bool> Facts::certificate_names_sni() const {
    const record::Value matches = row_.get(column("cert_matches_sni"));
    return matches.empty() ? std::nullopt : std::optional{matches.integer() != 0};
}

void Facts::certificates(const verdict::Presented& presented) {
    const bool server = presented.from == Side::server;
    const std::vector<std::string_view> words = verdict::tokens(presented);
    if (!words.empty()) row_.set_texts(server ? column("cert_validation") : column("client_cert_validation"), words);
    if (!server) return;
    if (const auto days = verdict::days_left(presented)) row_.set_integer(column("cert_days_left"), *days);
    const std::size_t scts = presented.chain->leaf().scts + hello_scts_;
    row_.set_integer(column("cert_scts"), static_cast<std::int64_t>(scts));
}

std::string_view certificate_status(const crypto::CertificateSummary& certificate, record::Nanos at) {
    if (!certificate.readable()) return "bad_der";
    if (at != record::kNoTime) {
        const std::int64_t now = at / kSecond;
        if (certificate.not_after && now > *certificate.not_after) return "expired";
        if (certificate.not_before && now < *certificate.not_before) return "not_yet_valid";
    }
    return certificate.self_signed ? "self_signed" : "ok_dates";
}

bool certificate_names_host(const crypto::CertificateSummary& certificate, std::string_view host) {
    constexpr std::string_view kDns = "DNS:";
    if (host.ends_with('.')) host.remove_suffix(1);
    bool has_dns = false;
    for (const std::string& name : certificate.names) {
        if (is_address(name, host)) return true;
        if (!name.starts_with(kDns)) continue;
        has_dns = true;
        if (name_matches(std::string_view{name}.substr(kDns.size()), host)) return true;
    }
    return !has_dns && name_matches(certificate.common_name, host);
}

}  // namespace tlsscope::tls
