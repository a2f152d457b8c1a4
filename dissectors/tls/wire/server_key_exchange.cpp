#include "dissectors/tls/wire/server_key_exchange.h"

#include <bit>

namespace tlsscope::tls {

namespace {

using View = ServerKeyExchangeView;
constexpr std::uint8_t kNamedCurve = 3;

void psk_hint(Reader& in, View& ske) {  // RFC 4279 section 2
    const Bytes hint = whole_vec16(in, ske.oddities, 0, 0xffff);
    if (in.ok()) ske.psk_identity_hint = hint;
}

void dh_params(Reader& in, View& ske) {  // RFC 5246 section 7.4.3: ServerDHParams
    ske.prime = whole_vec16(in, ske.oddities, 1, 0xffff);
    ske.generator = whole_vec16(in, ske.oddities, 1, 0xffff);
    ske.public_key = whole_vec16(in, ske.oddities, 1, 0xffff);
}

void rsa_params(Reader& in, View& ske) {  // RFC 2246 section 7.4.3: ServerRSAParams
    ske.prime = whole_vec16(in, ske.oddities, 1, 0xffff);
    ske.generator = whole_vec16(in, ske.oddities, 1, 0xffff);
}

void srp_params(Reader& in, View& ske) {  // RFC 5054 section 2.8.3: ServerSRPParams
    ske.prime = whole_vec16(in, ske.oddities, 1, 0xffff);
    ske.generator = whole_vec16(in, ske.oddities, 1, 0xffff);
    (void)whole_vec8(in, ske.oddities, 1, 0xff);  // the salt
    ske.public_key = whole_vec16(in, ske.oddities, 1, 0xffff);
}

/// RFC 8422 section 5.4: ServerECDHParams. False for an explicit curve, whose end is not looked for.
bool ecdh_params(Reader& in, View& ske) {
    const std::uint8_t type = in.u8();
    if (!in.ok()) return false;
    ske.curve_type = type;
    if (type != kNamedCurve) return false;
    const std::uint16_t curve = in.u16();
    if (in.ok()) ske.named_curve = curve;
    ske.public_key = whole_vec8(in, ske.oddities, 1, 0xff);
    return true;
}

void signature(Reader& in, View& ske, std::uint16_t negotiated) {  // RFC 5246 section 4.7: digitally-signed
    if (negotiated >= version::kTls12) {
        const std::uint16_t scheme = in.u16();
        if (in.ok()) ske.scheme = scheme;
    }
    ske.signature = whole_vec16(in, ske.oddities, 1, 0xffff);
}

}  // namespace

ServerKeyExchangeView read_server_key_exchange(Reader& in, KeyExchange kind, std::uint16_t negotiated) {
    ServerKeyExchangeView ske;
    ske.kind = kind;
    ske.known_shape = true;
    switch (kind) {
        case KeyExchange::ecdhe:
            if (ecdh_params(in, ske)) signature(in, ske, negotiated);
            else (void)in.rest();
            break;
        case KeyExchange::ecdhe_psk: psk_hint(in, ske); [[fallthrough]];
        case KeyExchange::ecdh_anon:
            if (!ecdh_params(in, ske)) (void)in.rest();
            break;
        case KeyExchange::dhe:
        case KeyExchange::dhe_export:
            dh_params(in, ske);
            signature(in, ske, negotiated);
            break;
        case KeyExchange::dhe_psk: psk_hint(in, ske); [[fallthrough]];
        case KeyExchange::dh_anon: dh_params(in, ske); break;
        case KeyExchange::rsa_export:
            rsa_params(in, ske);
            signature(in, ske, negotiated);
            break;
        case KeyExchange::psk:
        case KeyExchange::rsa_psk: psk_hint(in, ske); break;
        case KeyExchange::srp:
            srp_params(in, ske);
            if (in.more()) signature(in, ske, negotiated);
            break;
        default:
            ske.known_shape = false;
            (void)in.rest();
            break;
    }
    return ske;
}

std::uint32_t bit_length(Bytes number) {
    while (!number.empty() && number.front() == 0) number = number.subspan(1);
    if (number.empty()) return 0;
    return static_cast<std::uint32_t>(number.size() * 8) - static_cast<std::uint32_t>(std::countl_zero(number.front()));
}

}  // namespace tlsscope::tls
