// Parts of the sentences about a handshake.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "dissectors/tls/outcome.h"

namespace tlsscope::tls {

/// How far the handshake had come: "after the ClientHello, before any answer".
std::string_view progress(const Ending& ending);

/// "The client" or "The server", of a column that names a side.
std::string capitalized(std::string_view side);

/// Frames of the marks that were set, in this order.
std::vector<std::uint64_t> frames_of(const record::ConnectionRecord& record,
                                     std::initializer_list<const record::Mark*> marks);

/// What is wrong with the certificates, with the cure: "the certificate expired ...; renew it".
std::string certificate_clause(const verdict::Presented& presented, verdict::CertificateFault fault,
                               const record::ConnectionRecord& record);

/// Whether the other side may refuse the handshake for it.
bool refusable(verdict::CertificateFault fault);

/// "x25519, secp256r1 and 2 more": code points of a column without GREASE and signals (SCSV); empty: there are none.
std::string listed(const record::ConnectionRecord& record, const record::Column& column);

/// "TLS 1.2, TLS 1.3" or "TLS 1.2 at most"; empty when it was not seen.
std::string offered_versions(const record::ConnectionRecord& record);
/// "TLS 1.2 at most; cipher suites TLS_...; groups x448": what of it was seen.
std::string offered_parameters(const record::ConnectionRecord& record);

}  // namespace tlsscope::tls
