#include "report/inventory/certs_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/format.h"
#include "report/inventory/grid.h"

namespace tlsscope::report::inventory {

namespace {

constexpr std::int64_t kNoDays = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kLongestName = 256;  // bytes kept of a distinguished name

std::string bounded(std::string_view text) { return std::string{text.substr(0, kLongestName)}; }

/// "2026-11-22"
std::string day(record::Nanos time) {
    std::string out;
    append_time(out, time);
    return out.substr(0, out.find('T'));
}

Paint paint_of_days(std::int64_t days) {
    constexpr std::int64_t kSoon = 14;  // as the rule cert_expires_soon
    if (days < 0) return Paint::red;
    return days < kSoon ? Paint::yellow : Paint::none;
}

}  // namespace

void CertsView::add(const Sighting& s) {
    const std::string_view sha256 = s.text(Field::cert_sha256);
    if (sha256.empty()) {
        if (s.has_selection()) absent_.add(s.has(Field::cert_status) ? s.text(Field::cert_status) : "not seen");
        return;
    }
    ++shown_;
    Certificate* c = certificates_.at(sha256);
    if (c == nullptr) return;
    if (c->connections++ == 0) describe(*c, s);
    if (const record::Value days = s[Field::cert_days_left]; !days.empty())
        c->days_left = std::min(c->days_left, days.integer());
    c->servers.add(s.server());
    c->findings.add(s[Field::cert_validation]);
}

void CertsView::describe(Certificate& c, const Sighting& s) {
    c.subject = bounded(s.text(Field::cert_subject));
    c.issuer = bounded(s.text(Field::cert_issuer));
    c.key = bounded(s.text(Field::cert_key));
    c.signature = bounded(s.text(Field::cert_sig));
    if (const record::Value end = s[Field::cert_not_after]; !end.empty()) c.not_after = end.integer();
    c.first_stream = s.record().stream;
    c.first_frame = static_cast<std::uint64_t>(s.integer(Field::cert_frame));
}

void CertsView::print(std::string& out, const Look& look) const {
    append_heading(out, look.style, "Server certificates");
    std::string line =
        plural(certificates_.size(), "distinct certificate", "distinct certificates") + " in " + connections(shown_);
    if (certificates_.size() > 1) line += ", soonest expiry first";
    append_paragraph(out, look.style, "  ", line, Paint::dim);
    print_absent(out, look);
    Grid grid;
    grid.column("days left", Grid::Kind::number)
        .column("not after", Grid::Kind::text)
        .column("key", Grid::Kind::text)
        .column("signature", Grid::Kind::name)
        .column("conns", Grid::Kind::number)
        .column("servers", Grid::Kind::name);
    // Those without a date (unreadable) come last.
    const auto all = certificates_.sorted([](const Certificate& a, const Certificate& b) {
        const auto expires = [](const Certificate& c) {
            return c.not_after == record::kNoTime ? std::numeric_limits<record::Nanos>::max() : c.not_after;
        };
        return expires(a) < expires(b);
    });
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Certificate& c = *all[i].entry;
        grid.row({c.days_left == kNoDays ? "" : fmt::format("{}", c.days_left), day(c.not_after), visible(c.key),
                  visible(c.signature), grouped(c.connections), c.servers.text(1, c.connections)},
                 detail(all[i].key, c, look), c.days_left == kNoDays ? Paint::none : paint_of_days(c.days_left));
    }
    grid.print(out, look.style);
    append_hidden(out, look, all.size() - shown, certificates_.left_out(), "certificates");
}

std::string CertsView::detail(std::string_view sha256, const Certificate& c, const Look& look) {
    std::string out;
    if (!c.findings.empty()) out += "findings: " + c.findings.text(look.words, c.connections) + "; ";
    if (c.servers.distinct() > 1) out += "servers: " + c.servers.text(look.words) + "; ";
    out += visible(c.subject) + "; ";
    out += c.issuer == c.subject ? std::string{"its own issuer; "} : "issuer: " + visible(c.issuer) + "; ";
    // As much of the hash as tells certificates apart; all of it is in the column cert_sha256.
    constexpr std::size_t kHashShown = 16;
    out += fmt::format("sha256 {}...; first in stream {}", visible(sha256.substr(0, kHashShown)), c.first_stream);
    if (c.first_frame != 0) out += fmt::format(" (frame {})", c.first_frame);
    return out;
}

void CertsView::print_absent(std::string& out, const Look& look) const {
    for (const auto& [status, count] : absent_.sorted()) {
        std::string text = connections(count) + ": ";
        if (status == "hidden_tls13") text += "the certificate is hidden (TLS 1.3 encrypts it, and there are no keys)";
        else if (status == "none") text += "none was sent (resumed, pre-shared key or anonymous)";
        else if (status == "bad_der") text += "unreadable (bad_der)";
        else if (status == "not seen")
            text += "none in the capture (the handshake ended before, or packets are missing)";
        else text += visible(status);
        append_paragraph(out, look.style, "  ", text, status == "hidden_tls13" ? Paint::none : Paint::dim);
    }
}

}  // namespace tlsscope::report::inventory
