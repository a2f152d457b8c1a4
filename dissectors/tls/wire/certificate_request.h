// CertificateRequest: RFC 5246 section 7.4.4, RFC 4346 section 7.4.4 (no signature algorithms), RFC 8446 section 4.3.2.
#pragma once

#include <cstdint>
#include <optional>

#include "dissectors/tls/wire/extensions.h"

namespace tlsscope::tls {

/// Lives as long as the message's bytes.
struct CertificateRequestView {
    Bytes request_context;    ///< TLS 1.3
    Bytes certificate_types;  ///< TLS 1.2 and older: ClientCertificateType values
    std::optional<U16List> signature_algorithms;
    std::optional<U16List> signature_algorithms_cert;  ///< TLS 1.3
    ItemList<Opaque16> authorities;  ///< each the DER of a distinguished name (crypto/certificate.h: describe_name)
    std::optional<Bytes> oid_filters;
    bool status_request = false;
    bool sct = false;
    ExtensionList extensions;  ///< TLS 1.3
    bool extensions_whole = true;
    Oddities oddities;
};

/// RFC 5246 section 7.4.4 for version 0x0303; RFC 4346, 2246 and 6101 for older ones.
CertificateRequestView read_certificate_request12(Reader& in, std::uint16_t version);
/// RFC 8446 section 4.3.2.
CertificateRequestView read_certificate_request13(Reader& in);

}  // namespace tlsscope::tls
