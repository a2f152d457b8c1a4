#include "overload/certificates.h"

#include <algorithm>
#include <string>

#include "bench/handshake.h"

namespace overload {

namespace {

using bench::Builder;
using bench::Dice;
using bench::from_hex;
using bench::Octets;
using bench::View;

constexpr unsigned kSequence = 0x30;
constexpr unsigned kInteger = 0x02;
constexpr unsigned kBitString = 0x03;
constexpr unsigned kOctetString = 0x04;
constexpr unsigned kUtcTime = 0x17;
constexpr unsigned kDnsName = 0x82;
constexpr unsigned kExtensions = 0xa3;

/// X.690: tag, length in as few bytes as it needs, content.
Octets der(unsigned tag, View body) {
    Builder b;
    b.u8(tag);
    if (body.size() < 128) b.u8(static_cast<unsigned>(body.size()));
    else if (body.size() < 256) b.u8(0x81).u8(static_cast<unsigned>(body.size()));
    else if (body.size() < 65536) b.u8(0x82).u16(static_cast<unsigned>(body.size()));
    else b.u8(0x83).u24(body.size());
    return b.add(body).take();
}

Octets sequence(std::initializer_list<Octets> parts) {
    Builder b;
    for (const Octets& p : parts) b.add(p);
    return der(kSequence, b.view());
}

Octets text(unsigned tag, std::string_view s) { return der(tag, Builder{}.text(s).view()); }

Octets bit_string(View body) { return der(kBitString, Builder{}.u8(0).add(body).view()); }

/// sha256WithRSAEncryption
Octets signature_algorithm() { return from_hex("300d06092a864886f70d01010b0500"); }

/// CN=overload.example
Octets name() {
    const Octets attribute = sequence({from_hex("0603550403"), text(0x0c, "overload.example")});
    return sequence({der(0x31, attribute)});
}

Octets public_key(std::uint64_t bits) {
    Dice dice{bits};
    Octets modulus = dice.octets(bits / 8);
    modulus.front() |= 0x80U;
    modulus.insert(modulus.begin(), 0);  // it is positive
    const Octets key = sequence({der(kInteger, modulus), from_hex("0203010001")});
    return sequence({from_hex("300d06092a864886f70d0101010500"), bit_string(key)});
}

Octets extensions(std::uint64_t names) {
    Builder list;
    for (std::uint64_t i = 0; i < names; ++i) list.add(text(kDnsName, "n" + std::to_string(i) + ".eg"));
    const Octets value = der(kOctetString, der(kSequence, list.view()));
    return der(kExtensions, sequence({sequence({from_hex("0603551d11"), value})}));
}

}  // namespace

Certificate make_certificate(const CertificateShape& shape) {
    constexpr std::string_view kMark = "serialNo";  // no other bytes of the certificate are these
    const Octets serial = text(kInteger, kMark);
    const Octets validity = sequence({text(kUtcTime, "260101000000Z"), text(kUtcTime, "460101000000Z")});
    const Octets body = sequence({from_hex("a003020102"), serial, signature_algorithm(), name(), validity, name(),
                                  public_key(shape.rsa_bits), extensions(shape.names)});
    Dice dice{shape.names};
    Certificate c;
    c.der = sequence({body, signature_algorithm(), bit_string(dice.octets(shape.rsa_bits / 8))});
    const auto found = std::search(c.der.begin(), c.der.end(), kMark.begin(), kMark.end());
    c.serial_at = static_cast<std::size_t>(found - c.der.begin());
    return c;
}

Octets certificate_message(const Chain& chain, std::uint64_t number) {
    Builder list;
    std::uint64_t serial = (number + 1) << 32U;
    for (const Certificate& c : chain) {
        Octets mine = c.der;
        ++serial;
        for (std::size_t i = 1; i < 8; ++i) mine[c.serial_at + i] = static_cast<std::uint8_t>(serial >> (8 * (7 - i)));
        list.block(3, mine);
    }
    return bench::message(11, Builder{}.block(3, list.view()).view());
}

}  // namespace overload
