#include "report/inventory/tls_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.h"
#include "report/inventory/grid.h"

namespace tlsscope::report::inventory {

namespace {

using record::Type;
using record::Value;

constexpr std::uint32_t kGrease = 0x0a0a;

/// RFC 8701: one for all.
std::uint32_t without_grease(std::uint32_t code) {
    return code <= 0xffff && (code & 0x0f0f) == kGrease && code >> 8 == (code & 0xff) ? kGrease : code;
}

/// Words that say why a suite keeps no secret when the server's key is known later.
bool keeps_no_secret(std::string_view word) {
    return word == "static_rsa" || word == "no_forward_secrecy" || word == "null_cipher";
}

bool is_weak_certificate(std::string_view word) { return word == "weak_key" || word == "weak_signature"; }

template <class Function>
void for_each_word(const Value& list, Function use) {
    if (list.empty()) return;
    std::size_t cursor = 0;
    for (std::string_view item; list.next_text(cursor, item);) use(item);
}

void print_choices(std::string& out, const Look& look, std::string_view title, const Choices& choices) {
    if (choices.column() == nullptr) return;
    append_heading(out, look.style, title);
    Grid grid;
    grid.column("", Grid::Kind::name)
        .column("selected", Grid::Kind::number)
        .column("", Grid::Kind::number)
        .column("offered", Grid::Kind::number)
        .column("", Grid::Kind::number);
    const std::vector<Choices::Entry> all = choices.sorted();
    const std::size_t shown = std::min(look.rows, all.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const Choices::Entry& e = all[i];
        std::string name;
        if (e.code == kGrease) name = "GREASE";
        else append_code(name, *choices.column(), e.code);
        grid.row({name, grouped(e.selected), e.selected == 0 ? "" : percent(e.selected, choices.selections()),
                  grouped(e.offered), e.offered == 0 ? "" : percent(e.offered, choices.offers())});
    }
    grid.print(out, look.style);
    append_hidden(out, look, all.size() - shown, 0, "");
    if (choices.other() > 0)
        out += fmt::format("  {} occurrences beyond the first {} code points were not told apart\n",
                           grouped(choices.other()), grouped(Choices::kMost));
}

}  // namespace

Choices::Entry* Choices::at(std::uint32_t code) {
    code = without_grease(code);
    if (const auto it = entries_.find(code); it != entries_.end()) return &it->second;
    if (entries_.size() >= kMost) {
        ++other_;
        return nullptr;
    }
    Entry& e = entries_[code];
    e.code = code;
    return &e;
}

void Choices::offer(const Value& codes) {
    if (codes.empty()) return;
    column_ = &codes.column();
    ++offers_;
    if (codes.type() == Type::code) offer_one(static_cast<std::uint32_t>(codes.integer()));
    else
        for (std::size_t i = 0; i < codes.list_size(); ++i) offer_one(codes.code_at(i));
}

void Choices::offer_one(std::uint32_t code) {
    Entry* e = at(code);
    if (e == nullptr || e->last_offer == offers_) return;
    e->last_offer = offers_;
    ++e->offered;
}

void Choices::select(const Value& code) {
    if (code.empty()) return;
    column_ = &code.column();
    ++selections_;
    if (Entry* e = at(static_cast<std::uint32_t>(code.integer())); e != nullptr) ++e->selected;
}

std::vector<Choices::Entry> Choices::sorted() const {
    std::vector<Entry> all;
    for (const auto& [code, entry] : entries_) all.push_back(entry);
    std::sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) {
        if (a.selected != b.selected) return a.selected > b.selected;
        return a.offered != b.offered ? a.offered > b.offered : a.code < b.code;
    });
    return all;
}

void TlsView::add(const Sighting& s) {
    ++connections_;
    if (!s.is_tls()) return;
    ++tls_;
    if (s.has_offer()) add_offer(s);
    if (s.has_selection()) add_selection(s);
    ech_.add(s[Field::ech]);
    early_data_.add(s[Field::early_data]);
    resumed_.add(s[Field::resumption_kind]);
    if (s.has(Field::cert_sha256)) ++judged_certificates_;
    for_each_word(s[Field::cert_validation], [&](std::string_view word) {
        if (is_weak_certificate(word)) certificates_.add(word);
    });
}

void TlsView::add_offer(const Sighting& s) {
    ++offers_;
    // A client without supported_versions offers everything up to its version; only that one is named.
    versions_.offer(s.has(Field::versions_offered) ? s[Field::versions_offered] : s[Field::version_offered]);
    suites_.offer(s[Field::ciphers_offered]);
    groups_.offer(s[Field::groups_offered]);
    signatures_.offer(s[Field::sig_algs_offered]);
    resumption_offered_.add(s[Field::resumption_offered]);
}

void TlsView::add_selection(const Sighting& s) {
    ++selections_;
    versions_.select(s[Field::version]);
    suites_.select(s[Field::cipher]);
    groups_.select(s[Field::group]);
    signatures_.select(s[Field::signature_scheme]);
    if (s.has(Field::weaknesses)) ++legacy_;
    std::string_view reason;
    for_each_word(s[Field::weaknesses], [&](std::string_view word) {
        weaknesses_.add(word);
        if (reason.empty() && keeps_no_secret(word)) reason = word;
    });
    // No key was exchanged in TLS 1.3: a pre-shared key alone. Of a suite in no registry nothing is known.
    if (reason.empty() && !s.has(Field::pq)) reason = "psk_alone";
    if (s.text(Field::pq) == "unknown" && reason.empty()) ++secrecy_unknown_;
    else if (reason.empty()) ++secret_;
    else not_secret_.add(reason);
}

void TlsView::print(std::string& out, const Look& look) const {
    append_heading(out, look.style, "TLS");
    append_paragraph(
        out, look.style, "  ",
        fmt::format("{} of {} speak TLS; {} with an offer (ClientHello), {} with a selection (ServerHello)",
                    grouped(tls_), connections(connections_), grouped(offers_), grouped(selections_)),
        Paint::dim);
    if (tls_ == 0) return;
    print_choices(out, look, "Versions", versions_);
    print_choices(out, look, "Cipher suites", suites_);
    print_choices(out, look, "Groups", groups_);
    print_choices(out, look, "Signature algorithms (selected: of TLS 1.2 key exchanges)", signatures_);
    print_properties(out, look);
}

void TlsView::print_properties(std::string& out, const Look& look) const {
    append_heading(out, look.style, "Properties");
    const auto line = [&](std::string_view name, const std::string& text, Paint paint = Paint::none) {
        append_paragraph(out, look.style, "  " + padded(name, 18), text, paint);
    };
    const std::size_t all = Words::kMany;
    if (selections_ > 0) {
        line("forward secrecy", secrecy_text());
        line("legacy",
             legacy_ == 0 ? std::string{"none"}
                          : fmt::format("{} of {} ({}): {}", grouped(legacy_), grouped(selections_),
                                        percent(legacy_, selections_), weaknesses_.text(all)),
             legacy_ == 0 ? Paint::none : Paint::yellow);
    }
    if (judged_certificates_ > 0)
        line("weak certificates",
             certificates_.empty() ? fmt::format("none of {} seen", connections(judged_certificates_))
                                   : fmt::format("{} (of {} with a certificate)", certificates_.text(all),
                                                 connections(judged_certificates_)),
             certificates_.empty() ? Paint::none : Paint::yellow);
    line("ECH", ech_.empty() ? "not offered"
                             : fmt::format("outer or GREASE {}, accepted {}", grouped(ech_.count("outer")),
                                           grouped(ech_.count("accepted"))));
    line("resumption", resumption_offered_.empty() && resumed_.empty()
                           ? std::string{"not offered"}
                           : fmt::format("offered: {}; resumed: {}", resumption_offered_.text(all),
                                         resumed_.empty() ? "none" : resumed_.text(all)));
    line("early data", early_data_.empty() ? "none" : early_data_.text(all));
}

std::string TlsView::secrecy_text() const {
    std::string out =
        fmt::format("{} of {} ({})", grouped(secret_), grouped(selections_), percent(secret_, selections_));
    if (!not_secret_.empty()) out += "; without: " + not_secret_.text(Words::kMany);
    if (secrecy_unknown_ > 0) out += "; cannot be told: " + grouped(secrecy_unknown_);
    return out;
}

}  // namespace tlsscope::report::inventory
