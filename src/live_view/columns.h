// The columns the view knows by name, looked up once; a build without one of them shows nothing there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "live_view/rows.h"
#include "record/connection.h"
#include "record/schema.h"

namespace tlsscope::live_view {

/// A piece of the way from the first packet to the end of the handshake.
struct Phase {
    const record::Column* column = nullptr;
    std::string name;         ///< "server_flight"
    record::Nanos time = -1;  ///< of one connection
};

class Columns {
  public:
    explicit Columns(const record::Schema& schema);

    const record::Column* sni = nullptr;
    const record::Column* version = nullptr;
    const record::Column* cipher = nullptr;
    const record::Column* alpn = nullptr;
    const record::Column* connect = nullptr;
    const record::Column* tls = nullptr;
    const record::Column* ttfb = nullptr;

    /// What sorting and filtering ask for.
    Entry entry(record::ConnectionRecord&& record) const;
    /// Visible text; empty when not seen.
    std::string text(const record::ConnectionRecord& record, const record::Column* column) const;
    /// ns; -1 when not measured.
    record::Nanos duration(const record::ConnectionRecord& record, const record::Column* column) const;
    /// "192.0.2.1:443"
    std::string client(const record::ConnectionRecord& record) const;
    std::string server(const record::ConnectionRecord& record) const;
    /// Connect, then the phases of the handshake in their order; those without a time are there too.
    std::vector<Phase> phases(const record::ConnectionRecord& record) const;

  private:
    record::Value value(const record::ConnectionRecord& record, const record::Column* column) const;

    const record::Column* client_ip_ = nullptr;
    const record::Column* client_port_ = nullptr;
    const record::Column* server_ip_ = nullptr;
    const record::Column* server_port_ = nullptr;
    std::vector<Phase> phases_;
};

}  // namespace tlsscope::live_view
