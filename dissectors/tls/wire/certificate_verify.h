// CertificateVerify: RFC 8446 section 4.4.3, RFC 5246 section 7.4.8.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/lists.h"

namespace tlsscope::tls {

struct CertificateVerifyView {
    std::optional<std::uint16_t> scheme;  ///< SignatureScheme; TLS 1.1 and older have none
    Bytes signature;
    Oddities oddities;
};

/// `version` is the negotiated one: before TLS 1.2 there is a signature and nothing else.
CertificateVerifyView read_certificate_verify(Reader& in, std::uint16_t version);

}  // namespace tlsscope::tls
