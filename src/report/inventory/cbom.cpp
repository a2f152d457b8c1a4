#include "report/inventory/cbom.h"

#include <algorithm>
#include <utility>

#include "report/format.h"

namespace tlsscope::report::inventory {

namespace {

using record::Value;

constexpr std::size_t kLongestName = 1024;  // bytes of a distinguished name

void add_choice(Register<ProtocolAsset::Choice>& choices, const Sighting& s, Field field) {
    const Value code = s[field];
    if (code.empty()) return;
    std::string name;
    append_value(name, code);
    ProtocolAsset::Choice* choice = choices.at(name);
    if (choice == nullptr) return;
    choice->code = static_cast<std::uint32_t>(code.integer());
    choice->seen.add(s, Field::sh_frame);
}

}  // namespace

void Seen::add(const Sighting& s, Field frame) {
    if (connections++ == 0) {
        first_stream = s.record().stream;
        first_frame = static_cast<std::uint64_t>(s.integer(frame));
    }
    servers.add(s.server());
}

void Seen::merge(const Seen& other) {
    if (connections == 0 || other.first_stream < first_stream) {
        first_stream = other.first_stream;
        first_frame = other.first_frame;
    }
    connections += other.connections;
    servers.merge(other.servers);
}

Cbom::Cbom(Output& out) : out_{out} {}

void Cbom::begin(const record::Schema& schema, const RunInfo& run) {
    run_ = run;
    reader_ = std::make_unique<SightingReader>(schema);
}

void Cbom::connection(const record::ConnectionRecord& connection) {
    const Sighting s = reader_->read(connection);
    if (s.has_selection()) add_selection(s);
    if (s.has(Field::cert_sha256)) add_certificate(s);
    if (s.text(Field::cert_status) == "hidden_tls13") ++assets_.hidden_certificates;
}

void Cbom::add_selection(const Sighting& s) {
    std::string version;
    append_value(version, s[Field::version]);
    ProtocolAsset* protocol = assets_.protocols.at(version);
    if (protocol == nullptr) return;
    protocol->seen.add(s, Field::sh_frame);
    add_choice(protocol->suites, s, Field::cipher);
    add_choice(protocol->groups, s, Field::group);
    add_choice(protocol->signatures, s, Field::signature_scheme);
}

void Cbom::add_certificate(const Sighting& s) {
    CertificateAsset* c = assets_.certificates.at(s.text(Field::cert_sha256));
    if (c == nullptr) return;
    const bool is_new = c->seen.connections == 0;
    c->seen.add(s, Field::cert_frame);
    if (!is_new) return;
    c->subject = s.text(Field::cert_subject).substr(0, kLongestName);
    c->issuer = s.text(Field::cert_issuer).substr(0, kLongestName);
    c->key = s.text(Field::cert_key).substr(0, kLongestName);
    c->signature = s.text(Field::cert_sig).substr(0, kLongestName);
    if (const Value from = s[Field::cert_not_before]; !from.empty()) c->not_before = from.integer();
    if (const Value to = s[Field::cert_not_after]; !to.empty()) c->not_after = to.integer();
}

void Cbom::finish(const Totals& totals) {
    derive_algorithms();
    write_cbom(out_, assets_, run_, totals);
}

/// What the names of suites, groups, signatures and keys speak of, each once.
void Cbom::derive_algorithms() {
    for (const auto& [version, protocol] : assets_.protocols.by_key()) {
        for (const auto& [suite, choice] : protocol->suites.by_key())
            for (Algorithm& a : algorithms_of_suite(suite)) add_algorithm(std::move(a), choice->seen);
        for (const auto& [group, choice] : protocol->groups.by_key())
            for (Algorithm& a : algorithms_of_group(group)) add_algorithm(std::move(a), choice->seen);
        for (const auto& [scheme, choice] : protocol->signatures.by_key())
            add_algorithm(algorithm_of_signature(scheme), choice->seen);
    }
    for (const auto& [sha256, certificate] : assets_.certificates.by_key()) {
        if (!certificate->signature.empty())
            add_algorithm(algorithm_of_signature(certificate->signature), certificate->seen);
        if (!certificate->key.empty()) add_algorithm(algorithm_of_key(certificate->key), certificate->seen);
    }
}

void Cbom::add_algorithm(Algorithm algorithm, const Seen& seen) {
    AlgorithmAsset& asset = assets_.algorithms[algorithm.name];
    if (asset.algorithm.name.empty()) asset.algorithm = std::move(algorithm);
    asset.seen.merge(seen);
}

}  // namespace tlsscope::report::inventory
