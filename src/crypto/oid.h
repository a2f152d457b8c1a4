// Object identifiers: dotted text and the names reports print.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bytes/bytes.h"

namespace tlsscope::crypto {

inline constexpr std::size_t kMaxOidText = 256;

/// "1.2.840.113549.1.1.11" from the contents of an OBJECT IDENTIFIER. One that cannot be written so (a number of more
/// than 64 bits, a leading 0x80, a missing end) gives '#' and its bytes in hexadecimal. At most kMaxOidText bytes, in
/// linear time.
std::string oid_text(bytes::Bytes contents);

/// The short name of an attribute of a distinguished name: "CN"; empty for an unknown one.
std::string_view attribute_name(std::string_view dotted);
/// "sha256WithRSAEncryption"; empty for an unknown one.
std::string_view signature_name(std::string_view dotted);

struct CurveName {
    std::string_view name;  ///< "P-256"
    unsigned bits = 0;
};
/// Empty name for an unknown one.
CurveName curve_name(std::string_view dotted);

/// Algorithms whose keys need no parameters to be named: "Ed25519", "ML-DSA-44"; empty for an unknown one.
CurveName plain_key_name(std::string_view dotted);

}  // namespace tlsscope::crypto
