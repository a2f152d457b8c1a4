// Certificate: RFC 5246 section 7.4.2 (and older), RFC 8446 section 4.4.2.
#pragma once

#include <cstdint>

#include "dissectors/tls/wire/extensions.h"

namespace tlsscope::tls {

/// RFC 5246: `opaque ASN.1Cert<1..2^24-1>`.
struct CertificateEntry12 {
    Bytes der;
    static CertificateEntry12 read(Reader& in);
};

/// RFC 8446: `struct { opaque cert_data<1..2^24-1>; Extension extensions<0..2^16-1>; } CertificateEntry;`
struct CertificateEntry13 {
    Bytes der;
    ExtensionList extensions;  ///< status_request (5): a stapled OCSP response; signed_certificate_timestamp (18)
    static CertificateEntry13 read(Reader& in);
};

/// Lives as long as the message's bytes. When the message was cut, `entries` holds the certificates that are whole.
template <class Entry>
struct CertificateListView {
    Bytes request_context;     ///< TLS 1.3: empty but in post-handshake authentication
    ItemList<Entry> entries;   ///< the end-entity certificate first
    std::uint32_t length = 0;  ///< of the list in bytes, as the sender said
    bool whole = false;        ///< every certificate is there: `entries.count()` is the chain's length
    Oddities oddities;
};
using CertificateView12 = CertificateListView<CertificateEntry12>;
using CertificateView13 = CertificateListView<CertificateEntry13>;

/// RFC 5246 section 7.4.2, RFC 6101 section 5.6.2. An empty list is well-formed: a client without a certificate.
CertificateView12 read_certificate12(Reader& in);
/// RFC 8446 section 4.4.2.
CertificateView13 read_certificate13(Reader& in);

}  // namespace tlsscope::tls
