// Builds DER, well-formed and not, and whole certificates of which any part can be replaced.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bytes/bytes.h"

namespace tlsscope::crypto::testing {

using Der = std::string;  // bytes

inline bytes::Bytes view(const Der& d) { return bytes::as_bytes(d); }

inline Der byte(unsigned v) { return Der(1, static_cast<char>(static_cast<unsigned char>(v))); }

inline Der length(std::size_t n) {
    if (n < 0x80) return byte(static_cast<unsigned>(n));
    Der octets;
    for (; n > 0; n >>= 8) octets.insert(octets.begin(), static_cast<char>(static_cast<unsigned char>(n & 0xff)));
    return byte(0x80U | static_cast<unsigned>(octets.size())) + octets;
}

inline Der tlv(unsigned tag, const Der& body) { return byte(tag) + length(body.size()) + body; }
inline Der seq(const Der& body) { return tlv(0x30, body); }
inline Der set(const Der& body) { return tlv(0x31, body); }
inline Der integer(const Der& octets) { return tlv(0x02, octets); }
inline Der bits(const Der& body) { return tlv(0x03, byte(0) + body); }
inline Der octets(const Der& body) { return tlv(0x04, body); }
inline Der boolean(bool v) { return tlv(0x01, byte(v ? 0xff : 0)); }
inline Der utf8(const Der& s) { return tlv(0x0c, s); }
inline Der null() { return tlv(0x05, ""); }

/// "1.2.840.113549.1.1.11".
inline Der oid(std::string_view dotted) {
    std::vector<std::uint64_t> arcs(1, 0);
    for (const char c : dotted) {
        if (c == '.') arcs.push_back(0);
        else arcs.back() = arcs.back() * 10 + static_cast<std::uint64_t>(c - '0');
    }
    Der body;
    arcs[1] += arcs[0] * 40;
    for (std::size_t i = 1; i < arcs.size(); ++i) {
        Der one = byte(static_cast<unsigned>(arcs[i] & 0x7f));
        for (std::uint64_t v = arcs[i] >> 7; v > 0; v >>= 7) one = byte(0x80U | static_cast<unsigned>(v & 0x7f)) + one;
        body += one;
    }
    return tlv(0x06, body);
}

inline Der attribute(std::string_view type, const Der& value) { return set(seq(oid(type) + value)); }
inline Der name(std::string_view common_name) {
    return seq(attribute("2.5.4.6", tlv(0x13, "DE")) + attribute("2.5.4.3", utf8(Der{common_name})));
}
inline Der extension(std::string_view type, const Der& value, bool critical = false) {
    return seq(oid(type) + (critical ? boolean(true) : Der{}) + octets(value));
}

/// A certificate in parts; change one and encode().
struct Template {
    Der version = tlv(0xa0, integer(byte(2)));
    Der serial = integer("\x01\x02\x03");
    Der inner_algorithm = seq(oid("1.2.840.113549.1.1.11") + null());
    Der issuer = name("Test CA");
    Der not_before = tlv(0x17, "250101000000Z");
    Der not_after = tlv(0x17, "260101000000Z");
    Der subject = name("host.example");
    Der key = seq(seq(oid("1.2.840.10045.2.1") + oid("1.2.840.10045.3.1.7")) + bits(Der(65, '\x04')));
    Der extensions;
    Der outer_algorithm = inner_algorithm;
    Der signature = bits(Der(64, 'S'));

    Der encode() const {
        const Der ext = extensions.empty() ? Der{} : tlv(0xa3, seq(extensions));
        return seq(
            seq(version + serial + inner_algorithm + issuer + seq(not_before + not_after) + subject + key + ext) +
            outer_algorithm + signature);
    }
};

}  // namespace tlsscope::crypto::testing
