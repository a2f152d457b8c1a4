// CertificateStatus: RFC 6066 section 8 (a stapled OCSP response), RFC 6961 (several). In TLS 1.3 the same structure is
// the body of the status_request extension of a certificate entry.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

/// RFC 6960 section 4.2.1: OCSPResponseStatus.
enum class OcspStatus : std::uint8_t {
    successful = 0,
    malformed_request = 1,
    internal_error = 2,
    try_later = 3,
    sig_required = 5,
    unauthorized = 6,
};

/// Lives as long as the message's bytes.
struct CertificateStatusView {
    std::uint8_t type = 0;                        ///< 1: ocsp, 2: ocsp_multi
    Bytes response;                               ///< DER of the first OCSPResponse; empty when there is none
    std::uint32_t total_length = 0;               ///< of all responses
    std::optional<std::uint8_t> response_status;  ///< OcspStatus of the first
    Oddities oddities;
};

CertificateStatusView read_certificate_status(Reader& in);

}  // namespace tlsscope::tls
