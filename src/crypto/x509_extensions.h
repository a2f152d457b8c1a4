// The certificate extensions a report uses: subjectAltName, basicConstraints, key identifiers, OCSP addresses (RFC 5280
// section 4.2).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bytes/bytes.h"
#include "crypto/certificate.h"

namespace tlsscope::crypto {

struct KeyIdentifiers {
    bytes::Bytes subject;    ///< subjectKeyIdentifier; views into the certificate
    bytes::Bytes authority;  ///< keyIdentifier of authorityKeyIdentifier
};

/// Reads the contents of `Extensions ::= SEQUENCE OF Extension` into the summary; faults are added to summary.faults.
KeyIdentifiers read_certificate_extensions(bytes::Bytes extensions, CertificateSummary& summary);

}  // namespace tlsscope::crypto
