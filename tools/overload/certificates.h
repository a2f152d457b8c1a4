// X.509 certificates (RFC 5280) of any size. Nothing is signed: nobody verifies them.
#pragma once

#include <vector>

#include "bench/wire.h"

namespace overload {

struct CertificateShape {
    std::uint64_t names = 1;        ///< DNS names in subjectAltName
    std::uint64_t rsa_bits = 1024;  ///< of modulus and signature
};

struct Certificate {
    bench::Octets der;
    std::size_t serial_at = 0;  ///< where its serial number's eight bytes are
};
using Chain = std::vector<Certificate>;

Certificate make_certificate(const CertificateShape& shape);

/// The Certificate message of TLS 1.2, its serial numbers made from `number`.
bench::Octets certificate_message(const Chain& chain, std::uint64_t number);

}  // namespace overload
