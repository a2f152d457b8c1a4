// Distinguished Encoding Rules (X.690) as far as certificates need them: a tag-length-value cursor on bytes::Reader,
// and one check of a whole structure before anything in it is believed. No recursion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bytes/reader.h"

namespace tlsscope::crypto {

namespace der {
enum Tag : std::uint8_t {
    boolean = 0x01,
    integer = 0x02,
    bit_string = 0x03,
    octet_string = 0x04,
    oid = 0x06,
    utf8_string = 0x0c,
    numeric_string = 0x12,
    printable_string = 0x13,
    t61_string = 0x14,
    ia5_string = 0x16,
    utc_time = 0x17,
    generalized_time = 0x18,
    visible_string = 0x1a,
    universal_string = 0x1c,
    bmp_string = 0x1e,
    sequence = 0x30,
    set = 0x31,
};
/// [n] of a context, primitive and constructed.
constexpr std::uint8_t context(unsigned n) { return static_cast<std::uint8_t>(0x80 | n); }
constexpr std::uint8_t context_constructed(unsigned n) { return static_cast<std::uint8_t>(0xa0 | n); }
}  // namespace der

/// One element. Views into what was read.
struct Tlv {
    std::uint8_t tag = 0;
    bytes::Bytes value;
    bytes::Bytes whole;  ///< with its tag and length
};

/// The next element; faults when it does not fit, has an indefinite length or a length of more than four bytes.
/// Long-form lengths where the short form would do are taken (check_der names them).
Tlv read_tlv(bytes::Reader& in);
/// The next element's contents; faults when it has another tag.
bytes::Bytes read_value(bytes::Reader& in, std::uint8_t tag);
/// The tag of the next element without moving; 0 at the end.
std::uint8_t peek_tag(const bytes::Reader& in);

/// What is wrong with the encoding of a whole structure.
struct DerCheck {
    bool truncated = false;    ///< an element says it is longer than what holds it
    bool trailing = false;     ///< bytes after the outermost element
    bool indefinite = false;   ///< BER's open-ended form
    bool non_minimal = false;  ///< a length in more bytes than it takes
    bool length = false;       ///< a length of more than four bytes
    bool tag = false;          ///< a tag number of 31 and more: never in a certificate
    bool depth = false;        ///< nested deeper than kMaxDepth

    static constexpr std::size_t kMaxDepth = 64;
    /// False when the structure cannot be walked to its end.
    bool readable() const { return !(truncated || indefinite || length || tag || depth); }
};

/// Walks all constructed elements once: linear in the input, no recursion.
DerCheck check_der(bytes::Bytes data);

/// How many bits a non-negative INTEGER's contents have; 0 for a negative or empty one. No arithmetic.
std::uint32_t integer_bits(bytes::Bytes integer);

}  // namespace tlsscope::crypto
