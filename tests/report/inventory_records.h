// Connections with the columns of the real vocabulary's names, for the views over the whole capture.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/connection.h"
#include "record/rule.h"
#include "record/schema.h"
#include "report/inventory/inventory.h"
#include "report/output.h"

namespace tlsscope::report::synthetic {

using record::Column;
using record::Nanos;
using record::Type;

inline constexpr Nanos kMilli = 1'000'000;
inline constexpr Nanos kDay = 86'400'000'000'000;
inline constexpr Nanos kNoon = 1'795'348'800'000'000'000;  // 2026-11-22T12:00:00Z

/// TLS's own code points, a few of them.
inline void version_name(std::uint32_t code, std::string& out) {
    if (code == 0x0a0a) out += "GREASE (0x0a0a)";
    else if (code == 0x1a1a) out += "GREASE (0x1a1a)";
    else if (code == 0x0301) out += "TLS 1.0";
    else if (code == 0x0303) out += "TLS 1.2";
    else if (code == 0x0304) out += "TLS 1.3";
    else out += "0x" + std::to_string(code);
}
inline void suite_name(std::uint32_t code, std::string& out) {
    if (code == 0x1301) out += "TLS_AES_128_GCM_SHA256";
    else if (code == 0xc02f) out += "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
    else if (code == 0x002f) out += "TLS_RSA_WITH_AES_128_CBC_SHA";
    else if (code == 0x0005) out += "TLS_RSA_WITH_RC4_128_SHA";
    else out += "0x" + std::to_string(code);
}
inline void group_name(std::uint32_t code, std::string& out) {
    if (code == 0x2a2a) out += "GREASE (0x2a2a)";
    else if (code == 29) out += "x25519";
    else if (code == 0x11ec) out += "X25519MLKEM768";
    else out += "0x" + std::to_string(code);
}
inline void scheme_name(std::uint32_t code, std::string& out) { out += "scheme" + std::to_string(code); }

constexpr Column text_column(std::string_view name, Type type = Type::text,
                             void (*name_of)(std::uint32_t, std::string&) = nullptr) {
    return {.name = name, .type = type, .unit = "", .meaning = "As its name says.", .group = "tls", .name_of = name_of};
}

inline constexpr Column kInventoryColumns[] = {
    text_column("client_ip"),
    text_column("server_ip"),
    text_column("server_port", Type::integer),
    text_column("sni"),
    text_column("alpn_offered", Type::text_list),
    text_column("tls_outcome"),
    text_column("version", Type::code, version_name),
    text_column("version_offered", Type::code, version_name),
    text_column("versions_offered", Type::code_list, version_name),
    text_column("cipher", Type::code, suite_name),
    text_column("ciphers_offered", Type::code_list, suite_name),
    text_column("group", Type::code, group_name),
    text_column("groups_offered", Type::code_list, group_name),
    text_column("signature_scheme", Type::code, scheme_name),
    text_column("sig_algs_offered", Type::code_list, scheme_name),
    text_column("resumption_kind"),
    text_column("resumption_offered", Type::text_list),
    text_column("early_data"),
    text_column("ech"),
    text_column("weaknesses", Type::text_list),
    text_column("pq"),
    text_column("pq_offered"),
    text_column("ja4"),
    text_column("alert_from"),
    text_column("closed_by"),
    text_column("cert_subject"),
    text_column("cert_issuer"),
    text_column("cert_not_before", Type::time),
    text_column("cert_not_after", Type::time),
    text_column("cert_key"),
    text_column("cert_sig"),
    text_column("cert_sha256"),
    text_column("cert_status"),
    text_column("cert_validation", Type::text_list),
    text_column("cert_days_left", Type::integer),
    text_column("connect_ms", Type::millis),
    text_column("tls_ms", Type::millis),
    text_column("ttfb_ms", Type::millis),
    text_column("setup_network_ms", Type::millis),
    text_column("setup_server_ms", Type::millis),
    text_column("setup_client_ms", Type::millis),
    text_column("setup_ack_wait_ms", Type::millis),
    text_column("stall_ms", Type::millis),
    text_column("ch_frame", Type::integer),
    text_column("sh_frame", Type::integer),
    text_column("cert_frame", Type::integer),
};

inline const Column& col(std::string_view name) {
    for (const Column& c : kInventoryColumns)
        if (c.name == name) return c;
    throw "no such column";
}

inline constexpr record::Rule kSlowRule{
    {"slow_server", record::Severity::low, "The server needed most of the time."}, "look at its load", "", ""};
inline constexpr record::Rule kCertificateRule{
    {"cert_expired", record::Severity::medium, "A certificate had expired."}, "renew it", "", ""};
inline constexpr record::Rule kSlowClientRule{
    {"slow_client", record::Severity::low, "The client needed most of the time."}, "look at what it asks", "", ""};
inline constexpr const record::Rule* kInventoryRules[] = {&kSlowRule, &kCertificateRule, &kSlowClientRule};
inline constexpr record::Mark kServerFlightEnd{"server_flight_end", "End of the server's flight.", {}};
inline constexpr record::Mark kClientFinished{"client_finished", "The client's Finished.", {}};

inline const record::Schema& inventory_schema() {
    static const record::Vocabulary vocabulary[] = {{"synthetic", kInventoryColumns, {}, {}, {}, kInventoryRules}};
    static const record::Schema all{vocabulary};
    return all;
}

/// A handshake. Setters return the same object, so that a test says only what it is about.
class Handshake {
  public:
    explicit Handshake(std::uint64_t stream, std::string_view sni = "www.example.com") {
        record_->stream = stream;
        record_->first_frame = stream * 10 + 1;
        record_->outcome = "complete";
        text("client_ip", "10.0.0.1").text("server_ip", "192.0.2.7").integer("server_port", 443);
        if (!sni.empty()) text("sni", sni);
        text("tls_outcome", "complete");
    }
    Handshake& text(std::string_view column, std::string_view value) {
        record_->row.set_text(col(column), value);
        return *this;
    }
    Handshake& integer(std::string_view column, std::int64_t value) {
        record_->row.set_integer(col(column), value);
        return *this;
    }
    Handshake& texts(std::string_view column, const std::vector<std::string>& values) {
        record_->row.set_texts(col(column), std::span<const std::string>{values});
        return *this;
    }
    Handshake& codes(std::string_view column, const std::vector<std::uint16_t>& values) {
        record_->row.set_codes(col(column), values);
        return *this;
    }
    Handshake& outcome(std::string_view word, std::string_view diagnosis = {}, std::uint64_t frame = 0) {
        record_->outcome = word;
        record_->diagnosis = diagnosis;
        if (!diagnosis.empty()) record_->severity = record::Severity::high;
        if (frame != 0) record_->evidence_frames = {frame};
        return *this;
    }
    /// TLS 1.3 with x25519, as a browser of 2020 and its server do it.
    Handshake& tls13() {
        integer("version_offered", 0x0304).codes("versions_offered", {0x0304, 0x0303});
        integer("version", 0x0304).integer("cipher", 0x1301).integer("group", 29);
        return text("pq_offered", "classical").text("pq", "classical").text("cert_status", "hidden_tls13");
    }
    /// TLS 1.2, offered TLS 1.3 or not.
    Handshake& tls12(bool offers13) {
        integer("version_offered", offers13 ? 0x0304 : 0x0303);
        if (offers13) codes("versions_offered", {0x0a0a, 0x0304, 0x0303});
        integer("version", 0x0303).integer("cipher", 0xc02f).integer("group", 29);
        return text("pq_offered", "classical").text("pq", "classical");
    }
    Handshake& certificate(std::string_view sha256, std::int64_t days_left, std::string_view subject = "CN=example") {
        text("cert_sha256", sha256).text("cert_subject", subject).text("cert_issuer", "CN=Some CA");
        text("cert_key", "EC P-256").text("cert_sig", "ecdsa-with-SHA256").integer("cert_days_left", days_left);
        record_->row.set_time(col("cert_not_after"), kNoon + days_left * kDay);
        return *this;
    }
    Handshake& anomaly(const record::Anomaly& a, std::uint64_t frame) {
        record_->anomalies.report(a, frame);
        return *this;
    }
    /// Its first packet, so long after noon.
    Handshake& at(Nanos after_noon) {
        record_->first_time = kNoon + after_noon;
        return *this;
    }
    Handshake& mark(const record::Mark& m, Nanos after_noon) {
        record_->timeline.set(m, {kNoon + after_noon, record_->first_frame});
        return *this;
    }
    const record::ConnectionRecord& record() const { return *record_; }

  private:
    std::shared_ptr<record::ConnectionRecord> record_ = std::make_shared<record::ConnectionRecord>();  // of all copies
};

/// What the views print of these; wide, so that paragraphs are in one piece.
inline std::string inventory_of(std::string_view views, const std::vector<Handshake>& handshakes, bool all = false,
                                std::size_t width = 300) {
    std::string text;
    const auto out = output_to(text);
    inventory::InventoryOptions options{
        .style = {.width = width, .colour = false, .unicode = true}, .views = inventory::read_views(views), .all = all};
    inventory::Inventory inventory{*out, options};
    inventory.begin(inventory_schema(), {"tlsscope", {"capture.pcap"}});
    for (const Handshake& h : handshakes) inventory.connection(h.record());
    Totals totals;
    totals.connections = handshakes.size();
    inventory.finish(totals);
    (void)out->finish();
    return text;
}

}  // namespace tlsscope::report::synthetic
