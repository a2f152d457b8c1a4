// Distinguished names (RFC 5280 section 4.1.2.4) as one line of text.
#pragma once

#include <cstddef>
#include <string>

#include "bytes/bytes.h"

namespace tlsscope::crypto {

struct NameText {
    std::string
        line;  ///< RFC 4514 section 2: the last RDN first, ',' between, '+' inside one; specials with a backslash
    std::string common_name;  ///< the last CN, unescaped
    bool ok = false;          ///< it was a Name all through
    bool cut = false;         ///< longer than max_text, and cut there
};

/// `rdns` is the contents of the RDNSequence. Linear in its length.
NameText name_text(bytes::Bytes rdns, std::size_t max_text);

/// A directory string of any ASN.1 string type as UTF-8 (T61String taken as Latin-1, as everybody does); bytes that are
/// wrong in an 8-bit type stay. Other types: '#' and the element in hexadecimal.
std::string string_text(std::uint8_t tag, bytes::Bytes value, std::size_t max_text);

}  // namespace tlsscope::crypto
