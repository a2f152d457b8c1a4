#include "dissectors/tls/wire/certificate_status.h"

namespace tlsscope::tls {

namespace {

constexpr std::uint8_t kOcspMulti = 2;
constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kEnumerated = 0x0a;
constexpr std::uint8_t kLongForm = 0x80;

/// RFC 6960 section 4.2.1: `OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED, ... }`.
std::optional<std::uint8_t> response_status(Bytes der) {
    Reader in{der};
    if (in.u8() != kSequence) return std::nullopt;
    if (const std::uint8_t length = in.u8(); length & kLongForm) in.skip(length & ~std::size_t{kLongForm} & 0xff);
    if (in.u8() != kEnumerated || in.u8() != 1) return std::nullopt;
    const std::uint8_t status = in.u8();
    return in.ok() ? std::optional{status} : std::nullopt;
}

}  // namespace

CertificateStatusView read_certificate_status(Reader& in) {  // RFC 6066 section 8, RFC 6961 section 2.2
    CertificateStatusView cs;
    cs.type = in.u8();
    if (cs.type == kOcspMulti) {
        const Bytes list = whole_vec24(in, cs.oddities, 1, 0xffffff);
        cs.total_length = static_cast<std::uint32_t>(list.size());
        Reader responses{list};
        if (!list.empty()) cs.response = whole_vec24(responses, cs.oddities, 0, 0xffffff);
    } else {
        cs.response = whole_vec24(in, cs.oddities, 1, 0xffffff);
        cs.total_length = static_cast<std::uint32_t>(cs.response.size());
    }
    cs.response_status = response_status(cs.response);
    return cs;
}

}  // namespace tlsscope::tls
