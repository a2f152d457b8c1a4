#include "live_view/columns.h"

#include <utility>

#include "live_view/lower.h"
#include "report/escape.h"
#include "report/facts.h"
#include "report/format.h"

namespace tlsscope::live_view {

namespace {

constexpr std::size_t kLongestText = 1000;

Phase phase_of(const record::Column& column) {
    std::string_view name = column.name;
    if (name.ends_with("_ms")) name.remove_suffix(3);
    return {&column, std::string{name}, -1};
}

}  // namespace

Columns::Columns(const record::Schema& schema)
    : sni{schema.find("sni")},
      version{schema.find("version")},
      cipher{schema.find("cipher")},
      alpn{schema.find("alpn")},
      connect{schema.find("connect_ms")},
      tls{schema.find("tls_ms")},
      ttfb{schema.find("ttfb_ms")},
      client_ip_{schema.find("client_ip")},
      client_port_{schema.find("client_port")},
      server_ip_{schema.find("server_ip")},
      server_port_{schema.find("server_port")} {
    if (connect != nullptr) phases_.push_back(phase_of(*connect));
    for (const record::Vocabulary& v : schema.vocabularies())
        for (const record::Span& s : v.spans)
            if (s.phase) phases_.push_back(phase_of(s.column));
}

Entry Columns::entry(record::ConnectionRecord&& record) const {
    Entry e;
    e.tls = duration(record, tls);
    e.connect = duration(record, connect);
    for (const std::string& part : {text(record, sni), client(record), server(record),
                                    report::visible(std::string_view{record.outcome}.substr(0, kLongestText)),
                                    text(record, version), text(record, cipher)})
        e.searchable += lower(part) + '\n';  // a filter never matches over two of them
    e.searchable.shrink_to_fit();
    e.record = std::move(record);
    return e;
}

record::Value Columns::value(const record::ConnectionRecord& record, const record::Column* column) const {
    return column == nullptr ? record::Value{} : record.row.get(*column);
}

std::string Columns::text(const record::ConnectionRecord& record, const record::Column* column) const {
    const record::Value v = value(record, column);
    std::string out;
    if (!v.empty() && v.type() == record::Type::text)
        report::append_visible(out, v.text().substr(0, kLongestText));  // nobody sees more, and it is asked often
    else report::append_value(out, v);
    return out;
}

record::Nanos Columns::duration(const record::ConnectionRecord& record, const record::Column* column) const {
    const record::Value v = value(record, column);
    return v.empty() || v.type() != record::Type::millis ? -1 : v.integer();
}

std::string Columns::client(const record::ConnectionRecord& record) const {
    return report::endpoint(value(record, client_ip_), value(record, client_port_));
}

std::string Columns::server(const record::ConnectionRecord& record) const {
    return report::endpoint(value(record, server_ip_), value(record, server_port_));
}

std::vector<Phase> Columns::phases(const record::ConnectionRecord& record) const {
    std::vector<Phase> out = phases_;
    for (Phase& p : out) p.time = duration(record, p.column);
    return out;
}

}  // namespace tlsscope::live_view
