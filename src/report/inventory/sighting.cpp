#include "report/inventory/sighting.h"

#include "report/facts.h"

namespace tlsscope::report::inventory {

namespace {

constexpr std::size_t kFields = static_cast<std::size_t>(Field::count);

constexpr std::array<std::string_view, kFields> kNames{"client_ip",
                                                       "server_ip",
                                                       "server_port",
                                                       "sni",
                                                       "alpn_offered",
                                                       "tls_outcome",
                                                       "version",
                                                       "version_offered",
                                                       "versions_offered",
                                                       "cipher",
                                                       "ciphers_offered",
                                                       "group",
                                                       "groups_offered",
                                                       "signature_scheme",
                                                       "sig_algs_offered",
                                                       "resumption_kind",
                                                       "resumption_offered",
                                                       "early_data",
                                                       "ech",
                                                       "weaknesses",
                                                       "pq",
                                                       "pq_offered",
                                                       "ja4",
                                                       "alert_from",
                                                       "closed_by",
                                                       "cert_subject",
                                                       "cert_issuer",
                                                       "cert_not_before",
                                                       "cert_not_after",
                                                       "cert_key",
                                                       "cert_sig",
                                                       "cert_sha256",
                                                       "cert_status",
                                                       "cert_validation",
                                                       "cert_days_left",
                                                       "connect_ms",
                                                       "tls_ms",
                                                       "ttfb_ms",
                                                       "setup_network_ms",
                                                       "setup_server_ms",
                                                       "setup_client_ms",
                                                       "setup_ack_wait_ms",
                                                       "stall_ms",
                                                       "ch_frame",
                                                       "sh_frame",
                                                       "cert_frame"};

std::size_t index(Field field) { return static_cast<std::size_t>(field); }

std::vector<const record::Column*> known(const record::Schema& schema) {
    std::vector<const record::Column*> out;
    for (const std::string_view name : kNames)
        if (const record::Column* c = schema.find(name)) out.push_back(c);
    return out;
}

}  // namespace

std::string_view name_of(Field field) { return kNames[index(field)]; }

Sighting::Sighting(const record::ConnectionRecord& record, const RowValues& values,
                   const std::array<std::uint16_t, kFields>& places)
    : record_{&record}, values_{values}, places_{&places} {
    server_address_ = endpoint((*this)[Field::server_ip], (*this)[Field::server_port]);
    const record::Value name = (*this)[Field::sni];
    server_ = name.empty() || name.text().empty() ? server_address_ : std::string{name.text()};
    if (!name.empty()) fold_case(name.column(), server_);
}

record::Value Sighting::operator[](Field field) const {
    const std::uint16_t place = (*places_)[index(field)];
    return place < values_.size() ? values_[place] : record::Value{};
}

std::string_view Sighting::text(Field field) const {
    const record::Value v = (*this)[field];
    return v.empty() ? std::string_view{} : v.text();
}

std::int64_t Sighting::integer(Field field) const {
    const record::Value v = (*this)[field];
    return v.empty() ? 0 : v.integer();
}

SightingReader::SightingReader(const record::Schema& schema) : columns_{known(schema)}, reader_{columns_} {
    places_.fill(kNone);
    for (std::size_t i = 0; i < columns_.size(); ++i)
        for (std::size_t f = 0; f < kFields; ++f)
            if (kNames[f] == columns_[i]->name) places_[f] = static_cast<std::uint16_t>(i);
}

Sighting SightingReader::read(const record::ConnectionRecord& record) {
    return {record, reader_.read(record.row), places_};
}

const record::Column* SightingReader::column(Field field) const {
    const std::uint16_t place = places_[index(field)];
    return place < columns_.size() ? columns_[place] : nullptr;
}

}  // namespace tlsscope::report::inventory
