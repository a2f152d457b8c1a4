// SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7): what kind of key and how long. Lengths are read, nothing is computed
// with them.
#pragma once

#include <cstdint>
#include <string>

#include "bytes/bytes.h"
#include "crypto/certificate.h"

namespace tlsscope::crypto {

struct KeyText {
    std::string name;        ///< "RSA 2048", "EC P-256", "Ed25519", "DSA 1024"; the dotted OID of an unknown algorithm
    std::uint32_t bits = 0;  ///< 0 when the algorithm's name says it all
    KeyKind kind = KeyKind::unknown;
    bool ok = false;
    bool bad_exponent = false;  ///< an RSA exponent that is 0, 1, negative or even
};

/// `spki` is the contents of the SubjectPublicKeyInfo sequence.
KeyText key_text(bytes::Bytes spki);

}  // namespace tlsscope::crypto
